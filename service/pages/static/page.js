"use strict";
// What htmx does not do: keep what was asked for Back and reload, in this tab only; Ctrl+Enter; copy, print and pictures.

const box = document.querySelector("form.box");
const answer = document.getElementById("answer");
const unasked = answer?.innerHTML;
const MOST_KEPT = 20;
const { lang: language } = document.documentElement;

// Each entry of the tab's history has a number; what belongs to it lies in sessionStorage, which the tab alone can read.
let shown = 0; // the number of the entry that the page shows
const numberOf = () => history.state?.asked ?? shown;
const read = (number) => JSON.parse(sessionStorage.getItem(`asked-${number}`) ?? "null");
function keep(number, asked) {
  try {
    sessionStorage.setItem(`asked-${number}`, JSON.stringify(asked));
    sessionStorage.removeItem(`asked-${number - MOST_KEPT}`);
  } catch {
    sessionStorage.clear(); // full: what is asked next has room again
  }
}
let sent = ""; // what stood in the box when that was asked which is shown
const written = () => ({ text: box.elements.text.value, mode: box.elements.mode.value });
const asked = (html) => ({ ...written(), asked: sent, title: document.title, language, html });

// What stands below the box while another text stands in it is no answer to that: it is dimmed.
function markStale() {
  const kept = read(numberOf());
  answer.classList.toggle("stale", Boolean(kept?.html) && box.elements.text.value !== kept.asked);
}

function show() {
  const kept = read((shown = numberOf()));
  box.elements.text.value = kept?.text ?? "";
  box.elements.mode.value = kept?.mode ?? "auto";
  sent = kept?.asked ?? "";
  answer.innerHTML = kept?.html ?? unasked;
  if (kept?.title) document.title = kept.title;
  window.htmx.process(answer);
  markStale();
  if (kept?.html && kept.language !== language) askAgain(kept);
}

// Another language was chosen since: what was answered is asked again, in the same place. The form below an answer holds it,
// whether it came from the box, a file or a page; a problem has no such form. A link that was made stays, as it is told once.
function askAgain(kept) {
  const again = answer.querySelector("[data-again]");
  if (again) {
    const made = document.getElementById("kept").innerHTML;
    answer.addEventListener("htmx:afterSwap", () => {
      const place = document.getElementById("kept");
      if (!place || !made) return;
      place.innerHTML = made;
      window.htmx.process(place);
    }, { once: true });
    again.click();
  } else if (kept.asked) {
    box.elements.text.value = kept.asked;
    keep(shown, { ...kept, html: null });
    box.requestSubmit();
  }
}

function setUpBox() {
  if (history.state?.asked === undefined) {
    const last = Number(sessionStorage.getItem("asked-last") ?? 0) + 1;
    sessionStorage.setItem("asked-last", last);
    history.replaceState({ asked: last }, "");
    const link = new URLSearchParams(location.hash.slice(1)).get("claim"); // never sent: what stands behind # stays here
    if (link) {
      history.replaceState(history.state, "", location.pathname);
      box.elements.text.value = link;
      box.requestSubmit();
    } else if (answer.querySelector(".verdict")) {
      sent = box.elements.text.value;
      keep(last, asked(answer.innerHTML));
    }
  } else if (read(numberOf())) {
    show();
  }
  shown = numberOf();
  addEventListener("popstate", () => {
    if (history.state === null) history.replaceState({ asked: shown }, ""); // a link within the page was followed
    else if (numberOf() !== shown) show();
  });
  box.addEventListener("input", () => {
    keep(numberOf(), { ...asked(null), ...read(numberOf()), ...written() });
    markStale();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.requestSubmit();
  });
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
    if (target !== answer || elt.dataset.again !== undefined) return;
    sent = box.elements.text.value;
    const now = read(numberOf());
    if (!now?.html) return;
    const last = Number(sessionStorage.getItem("asked-last")) + 1; // the answer before stays in the history: Back leads to it
    keep(numberOf(), { ...now, text: now.asked });
    sessionStorage.setItem("asked-last", last);
    history.pushState({ asked: (shown = last) }, "", location.pathname);
  });
  answer.addEventListener("htmx:afterSettle", () => {
    keep(numberOf(), asked(answer.innerHTML));
    markStale();
  });
}
if (box) addEventListener("DOMContentLoaded", setUpBox); // after htmx, which does the same

// Where a list is narrowed without a new page, a choice of language leads back to what is shown.
document.addEventListener("htmx:pushedIntoHistory", ({ detail }) => {
  document.querySelector(".languages [name=back]").value = detail.path;
});

// A choice of language leaves the page where it is in the history, so that what was answered on it is found again.
if (box) document.querySelector(".languages form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  await fetch("/language", { method: "POST", body, redirect: "manual" });
  location.reload();
});

// Without an answer from the service there is nothing to put into the page: say so.
document.addEventListener("htmx:sendError", () => {
  const note = document.getElementById("unreachable").content.cloneNode(true);
  answer.replaceChildren(note);
});

// Pass it on: copy, print, save a picture.
async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const name = button.textContent;
  button.textContent = document.getElementById("copied").content.textContent;
  setTimeout(() => { button.textContent = name; }, 2000);
}
async function savePicture(svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 630 });
  canvas.getContext("2d").drawImage(picture, 0, 0, 1200, 630);
  Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: "rebut.png" }).click();
}
document.documentElement.classList.add("with-script");
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { copy: own, asks, print: printed, picture } = button.dataset;
  if (own !== undefined) copy(button, own || button.parentElement.querySelector("textarea").value);
  if (asks !== undefined) copy(button, `${location.origin}/#claim=${encodeURIComponent(asks)}`);
  if (picture !== undefined) savePicture(button.parentElement.querySelector("svg"));
  if (printed !== undefined) print();
  if (button.dataset.example !== undefined) {
    event.preventDefault();
    box.elements.text.value = button.value;
    box.requestSubmit();
  }
});
