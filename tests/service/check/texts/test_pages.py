"""Pages as sites have them: what of them is read."""

from __future__ import annotations

from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.pages import MOST_TAGS

PARAGRAPH = "The ministry said on {} that the border would stay shut for the whole year, and that nobody would be let through."
BODY = "<div class='body'>" + "".join(f"<p>{PARAGRAPH.format(day)}</p>" for day in ("Monday", "Tuesday", "Friday")) + "</div>"
READ = ["The border stays shut", *(PARAGRAPH.format(day) for day in ("Monday", "Tuesday", "Friday"))]


def page(content: str, head: str = "") -> str:
    return (
        f"<html><head>{head}</head><body><nav class='menu'><a href='/'>All the news of today</a></nav><article class='news'>"
        f"<h1>The border stays shut</h1>{content}</article><footer>All rights are reserved by nobody</footer></body></html>"
    )


def read(document: str) -> list[str]:
    return [block.text.strip() for block in blocks_of(document, TextFormat.HTML)]


def test_a_script_that_looks_like_a_tag_of_many_words_hides_no_article() -> None:
    script = "<script>for (a = 0; a <b && c; a++) { " + "x y " * 600 + "}</script>"
    assert read(page(BODY, script)) == READ


def test_tags_of_menus_do_not_count() -> None:
    menu = "<nav class='all'>" + "<a href='/'>News</a>" * MOST_TAGS + "</nav>"
    assert read(page(menu + BODY)) == READ


def test_a_page_of_too_many_tags_is_read_without_its_links() -> None:
    links = "<div class='all'>" + "<p><a href='/'>News of the day</a></p>" * MOST_TAGS + "</div>"
    assert read(page(links + BODY)) == READ


def test_an_article_goes_on_behind_what_stands_in_its_middle() -> None:
    more = "</article><div class='ad'>Ad</div><article class='news'><div class='body'><p>Trains run again since Thursday.</p></div>"
    assert read(page(BODY + more)) == [*READ, "Trains run again since Thursday."]


def test_links_in_the_article_s_place_are_none_of_it() -> None:
    link = "<p><a href='/'>Ten cats to see</a></p>"
    more = f"</article><div class='ad'>Ad</div><article class='news'><div class='body'>{link}</div>"
    assert read(page(BODY + more)) == READ


def test_the_lead_is_read_if_the_page_says_that_it_is_about_it() -> None:
    lead = "Nobody asked the people of the villages, who have lived there for ages."
    document = page(BODY, f"<meta content='{lead}' property='og:description'>")
    assert read(document.replace("<article", f"<header class='top'><p>{lead}</p></header><article")) == [lead, *READ]


def test_a_caption_that_comes_twice_is_read_once() -> None:
    caption = "<p>Soldiers near the river on the third of May</p>"
    assert read(page(BODY.replace("</div>", f"{caption}{caption}</div>"))) == [*READ, "Soldiers near the river on the third of May"]
