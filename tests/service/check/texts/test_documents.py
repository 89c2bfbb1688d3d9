from __future__ import annotations

import html
import time

import pytest

from index.errors import InvalidInput
from service.check.texts.blocks import Block, without_controls
from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.pages import MOST_TAGS

ARTICLE = """<!DOCTYPE html><html><head><title>Page title</title><style>p { color: red }</style></head>
<body><nav><ul><li><a href="/">Home page</a></li><li>Politics</li></ul></nav>
<article><h1>Border &amp; troops</h1>
<p>North is <b>massing</b> troops<!-- really --> near&nbsp;the river, the
<a href="x?a=1&amp;b=2">South&#8217;s</a> spokesman said. They have been there
since June, he added, and nobody expects them to leave.</p>
<ul><li>First, South bought forty tanks.</li><li>Second, the harvest was good.</li></ul>
<table><tr><td>Tanks</td><td>Forty of them were bought in 2023.</td></tr></table>
<blockquote>"We never attack," he said.</blockquote>
<p>Line one<br>line two of a paragraph that has some length to it, so that it counts as content.</p></article>
<script>var hidden = "North attacks";</script><footer>© 2024 All rights reserved. Subscribe to our newsletter.</footer>
</body></html>"""

MARKDOWN = """# Border & *troops*

North is **massing** troops near [the river](http://example.org/river "river"), said \\*South\\*.
It went on, see <http://example.org/a> and ![river map](river.png) the river &amp; `code`.

> Quoted *words*
> on two lines

- one item
- another item

| who | what |
|---|---|
| South | bought tanks |

```
not prose
```

<div>Raw <b>HTML</b> block</div>
"""


def given(block: Block, document: str) -> str:
    """What stands in the input where the block's characters come from."""
    return "".join(document[span[0] : span[1]] if span else " " for span in block.spans)


def squeezed(text: str) -> str:
    return "".join(html.unescape(text).split())


def test_plain_text_keeps_every_character() -> None:
    document = "One line.\r\n\r\n  Another\tline 😀. \n\n\n"
    blocks = blocks_of(document, TextFormat.PLAIN)
    assert [block.text.strip() for block in blocks] == ["One line.", "Another\tline 😀."]
    for block in blocks:
        assert given(block, document) == block.text


def test_lines_wrapped_by_hand_are_one_passage_and_headings_are_not() -> None:
    document = (
        "A heading\n"
        "North is massing troops near the river, and it has\n"
        "been doing so since June, South says, in its newest\n"
        "report.\n"
    )
    assert [block.text.split()[0] for block in blocks_of(document, TextFormat.PLAIN)] == ["A", "North"]
    headlines = "North masses troops at the river\nSouth buys forty tanks in spring, says its minister\nWheat\nNothing new\n"
    assert len(blocks_of(headlines, TextFormat.PLAIN)) == 4


def test_markdown_leaves_markup_out_and_knows_where_all_else_stands() -> None:
    blocks = blocks_of(MARKDOWN, TextFormat.MARKDOWN)
    assert [" ".join(block.text.split()) for block in blocks] == [
        "Border & troops",
        "North is massing troops near the river, said *South*. It went on, see http://example.org/a and the river & code.",
        "Quoted words on two lines",
        "one item",
        "another item",
        "who",
        "what",
        "South",
        "bought tanks",
        "Raw HTML block",
    ]
    for block in blocks:
        assert squeezed(given(block, MARKDOWN)).replace("\\*", "*") == squeezed(block.text)
    river = blocks[1].text.index("the river &")
    start = blocks[1].spans[river]
    assert start is not None
    assert start[0] == MARKDOWN.index("the river &")  # not the one in the link, nor those in its address and title


def test_markdown_with_carriage_returns_is_found_too() -> None:
    document = "# One\r\n\r\nTwo *three*\r\nfour\r\n"
    last = blocks_of(document, TextFormat.MARKDOWN)[-1]
    assert last.text == "Two three four"
    assert last.spans[-1] == (document.index("four") + 3, document.index("four") + 4)


def test_html_gives_the_main_content_and_where_it_stands() -> None:
    blocks = blocks_of(ARTICLE, TextFormat.HTML)
    texts = [" ".join(block.text.split()) for block in blocks]
    assert "Border & troops" in texts
    assert any(text.startswith("North is massing troops near the river, the South’s spokesman said. They") for text in texts)
    assert {"First, South bought forty tanks.", "Forty of them were bought in 2023.", '"We never attack," he said.'} <= set(texts)
    assert any(text.startswith("Line one line two") for text in texts)
    assert not any(word in " ".join(texts) for word in ("Home page", "hidden", "newsletter", "color", "really"))
    for block in blocks:
        assert squeezed(given(block, ARTICLE)) == squeezed(block.text)


def test_a_fragment_is_read_whole() -> None:
    document = "<p>North &lt; South.</p><script>no</script><div>It <i>never</i><br>attacks</div> tail"
    blocks = blocks_of(document, TextFormat.HTML)
    assert [block.text for block in blocks] == ["North < South.", "It never", "attacks", "tail"]
    assert blocks[0].spans[6] == (document.index("&lt;"), document.index("&lt;") + 4)


@pytest.mark.parametrize("attribute", ['x-show="count > 0"', "title = 'North > South'", 'data-a=">" data-b=">"', "title='>'"])
def test_a_tag_ends_outside_quotation_marks(attribute: str) -> None:
    assert [block.text for block in blocks_of(f"<p {attribute}>North attacks.</p>", TextFormat.HTML)] == ["North attacks."]


@pytest.mark.parametrize("attribute", ["a{}", "a{}=1", 'a{}=">"', "a{}='<p>'", 'a{} = "x y"', '" a{}=">"'])
def test_a_tag_of_many_attributes_takes_as_long_as_it_is(attribute: str) -> None:
    def seconds(attributes: int) -> float:
        crowded = " ".join(attribute.format(number) for number in range(attributes))
        document = f"<html><nav>Menu</nav><p {crowded}>North attacks.</p></html>"
        begun = time.process_time()
        blocks_of(document, TextFormat.HTML)
        return time.process_time() - begun

    seconds(10)
    assert seconds(80_000) < 20 * seconds(10_000)


def test_html_of_too_many_tags_is_read_without_menus_instead_of_for_minutes() -> None:
    document = "<html><footer>Imprint</footer>" + "<li>North attacks." * (MOST_TAGS + 1)
    assert len(blocks_of(document, TextFormat.HTML)) == MOST_TAGS + 1


@pytest.mark.parametrize("text_format", TextFormat)
@pytest.mark.parametrize("document", ["", " \n", "<", "<!--", "&#xFFFFFFFF;", "]](", "\x00\x0c", "<script>", "| a |\n|", "\u202e"])
def test_odd_documents_are_read(document: str, text_format: TextFormat) -> None:
    for block in blocks_of(document, text_format):
        assert len(block.text) == len(block.spans)


def test_a_long_paragraph_takes_as_long_as_its_text() -> None:
    def seconds(sentences: int) -> float:
        begun = time.process_time()
        blocks_of("<html><body><p>" + "Bees bark at night. " * sentences, TextFormat.HTML)
        return time.process_time() - begun

    seconds(10)
    assert seconds(20_000) < 30 * seconds(2_000)


@pytest.mark.parametrize("document", ["<html><body><p>{}", "<p>{}"])
def test_a_paragraph_of_a_page_is_bounded_before_each_character_has_its_place(document: str) -> None:
    with pytest.raises(InvalidInput, match="has more than the 500 characters of text allowed"):
        blocks_of(document.format("a" * 501), TextFormat.HTML, 100)
    with pytest.raises(InvalidInput, match="has more than the 500 characters of text allowed"):
        blocks_of(document.format("<pre>" + " " * 501), TextFormat.HTML, 100)


def test_controls_become_spaces() -> None:
    assert without_controls(" a\x1b[31m\x00b\n\tc\x85") == "a [31m b c"
