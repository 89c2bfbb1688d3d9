"use strict";
// Without an answer from the service there is nothing to put into the page: say so.
document.addEventListener("htmx:sendError", () => {
  const note = document.getElementById("unreachable").content.cloneNode(true);
  document.getElementById("answer").replaceChildren(note);
});
