"""Texts that somebody would send to make the service work long: one short pattern over and over, or a depth without end."""

from __future__ import annotations

REPEATED = {
    "backticks": "`",
    "backticks apart": "` ",
    "backticks of growing length": "`a``b```c````d`````e",
    "images begun": "![",
    "links begun": "[",
    "links begun and ended": "[a](",
    "links of links": "[[a]",
    "link tails": "](",
    "link titles": '[a](b "',
    "link addresses": "[a](<b",
    "references begun": "[a]: ",
    "references": "[a]: b\n",
    "reference after reference": "[a][b]",
    "emphasis": "*a",
    "emphasis both ways": "*a **b ",
    "underscores": "_a __b ",
    "automatic links": "<a:",
    "tags begun": "<a ",
    "tags": "<a>",
    "tags ended": "</a>",
    "tags in paragraphs": "<p>a b c d",
    "divisions": "<div>",
    "scripts begun": "<script>",
    "scripts": "<script></script>",
    "comments begun": "<!--",
    "declarations begun": "<!",
    "questions begun": "<?",
    "entities begun": "&",
    "entities": "&amp;",
    "numbered entities": "&#1",
    "quotations of quotations": ">",
    "lists of lists": "- ",
    "list items": "- a\n",
    "numbered items": "1. ",
    "numbered lines": "1. a\n",
    "letters in brackets": "(a. ",
    "initials": "J. ",
    "titles": "Dr. ",
    "years": "1999 г. ",
    "headings": "# a\n",
    "headings underlined": "a\n-\n",
    "fences begun": "```\n",
    "tables": "|a|b\n|-|-\n",
    "table cells": "|a",
    "table begun": "|",
    "backslashes": "\\",
    "escapes": "\\*",
    "tiny sentences": "A b c. ",
    "tiny paragraphs": "A b c.\n\n",
    "tiny lines": "a b c\n",
    "full stops": ". ",
    "dots": ".",
    "question marks": "? ",
    "quotation marks": '"',
    "quotations": '"a" ',
    "quotations begun": "«a ",
    "quotations in brackets": '("',
    "apostrophes": "a'",
    "brackets begun": "(",
    "brackets": "()",
    "square brackets": "[]",
    "braces": "{",
    "marks in turn": ".,",
    "marks of all kinds": "!?.,;:-–—…",
    "commas": ",",
    "commas apart": "a, ",
    "dashes": "-",
    "dashes apart": "a - ",
    "slashes": "/",
    "spaces": " ",
    "tabs": "\t",
    "lines": "\n",
    "lines with spaces": " \n",
    "carriage returns": "\r",
    "no-break spaces": "\u00a0",
    "spaces without width": "\u200b",
    "one word": "a",
    "one word in capitals": "A",
    "one word of two scripts": "aа",
    "one Chinese word": "中",
    "humps": "#aB",
    "one hashtag": "#a_",
    "hashtags": "#a ",
    "handles": "@a ",
    "handles together": "@",
    "letters with marks": "e\u0301",
    "marks without letters": "\u0301",
    "vowel marks": "ا\u064b",
    "marks in both orders": "\u0301\u0323",
    "marks on a letter in both orders": "a\u0301\u0323\u0301\u0327",
    "joiners": "a\u200d",
    "emoji": "😀",
    "bidirectional": "\u202e\u202d",
    "digits": "1",
    "numbers": "1 ",
    "grouped numbers": "1 000 ",
    "numbers of groups": "111 ",
    "numbers with points": "1.",
    "numbers with commas": "1,234",
    "numbers with dashes": "11-",
    "telephone numbers": "+1 234 ",
    "dates": "4.7.2024 ",
    "dates in words": "4 July 2024 ",
    "dates with dashes": "2024-07-04 ",
    "days and months": "4-6 July, ",
    "years in a row": "2020-",
    "number words": "hundred ",
    "number words joined": "one hundred and ",
    "millions": "million ",
    "halves": "half a ",
    "early": "early ",
    "between": "between 1 and ",
    "per cent": "5 percent of ",
    "shares": "one in ",
    "units": "5 km per ",
    "currencies": "$5",
    "times": "5:30 pm ",
    "Roman numerals": "XIV ",
    "Ukrainian numbers": "двадцять п'ять ",
    "German numbers": "einundzwanzig",
    "Arabic numbers": "خمسة و",
    "addresses": "http://a.b/ ",
    "one address": "http://a.",
    "hosts": "a.",
    "hosts and dashes": "a-",
    "mail addresses": "a@",
    "mail names": "a.a+",
    "stamps": "[12.07.2024, 14:05] ",
    "agencies": "(Reuters) ",
    "sources": "| source: a ",
    "signed": "- A, 1 May ",
    "urgent": "breaking ",
    "forwarded": "fwd ",
    "denials": "not ",
    "it is false that": "it is false that ",
    "is it true that": "is it true that ",
    "keywords": "ab, cd, ",
    "countries": "Ukraine ",
    "said": "said ",
}
"""Name -> what is repeated."""

NESTED = {
    "deep divisions": ("<div>", "</div>"),
    "deep spans": ("<b>", "</b>"),
    "deep quotations": ("«", "»"),
    "deep brackets": ("(", ")"),
    "deep links": ("[", "](a)"),
    "deep images": ("![", "](a)"),
    "deep emphasis": ("*a ", " a*"),
    "deep lists": ("<ul><li>", "</li></ul>"),
    "deep tables": ("<table><tr><td>", "</td></tr></table>"),
}
"""Name -> what is opened over and over, then closed as often."""

BEGUN = {
    "comments within a line": ("a ", "<!--a"),
    "comments within a line with dashes": ("a ", "<!-- -"),
    "questions within a line": ("a ", "<?"),
    "declarations within a line": ("a ", "<!A "),
    "character data within a line": ("a ", "<![CDATA["),
    "tags within a line": ("a ", "<a b='"),
    "attributes within a line": ("a <a", " b=c"),
    "fences of growing length": ("a\n", "```\n~~~~\na\n"),
    "a quotation of lists": ("> ", "- > "),
    "a link's address of brackets": ("[a](", "("),
    "a link's name of brackets": ("[a][", "\\["),
    "one tag without end": ("<a", "a"),
    "one attribute without end": ("<a b=", "c"),
    "one comment without end": ("<!--", "-"),
    "one link without end": ("[a](", "a"),
    "one title without end": ('[a](b "', "c "),
    "spaces before the end": ("a", " "),
    "a page of one word": ("<html><body><p>", "a"),
    "a page of tags": ("<html><body>", "<p>North attacks."),
    "a page of spans": ("<html><body>", "<b>a "),
    "a page of divisions": ("<html><body>", "<div>a "),
    "a page of lines": ("<html><body><article>", "<br>a b c"),
    "a page of cells": ("<html><body><table>", "<td>a"),
}
"""Name -> how it begins, and what is repeated after that."""

NORMAL = {
    "en": "North is massing troops near village {number}, and it has been doing so since June, South says in its newest report. "
    "The minister of defence denied on 4 July 2024 that 40 tanks were bought for {number} million dollars. "
    "Nobody in city {number} believes that the border with its neighbours will be opened before the end of the year.\n\n",
    "ru": "Север стягивает войска к селу {number}, и делает это с июня, говорится в последнем докладе Юга. "
    "Министр обороны 4 июля 2024 года отрицал, что за {number} миллионов долларов было куплено 40 танков. "
    "Никто в городе {number} не верит, что граница с соседями будет открыта до конца года.\n\n",
}
"""Prose as people write it, what all else is compared with; with a number, for no sentence to come twice: those are asked once."""


def prose(language: str, characters: int) -> str:
    """Normal prose of so many characters."""
    return "".join(NORMAL[language].format(number=number) for number in range(2, characters // 100 + 3))[:characters]


def repeated(pattern: str, characters: int) -> str:
    """A text of so many characters that repeats a pattern."""
    return (pattern * (characters // len(pattern) + 1))[:characters]


def texts(characters: int) -> dict[str, str]:
    """Name -> a text of each shape, of at most so many characters, and nearly as many."""
    found = {name: repeated(pattern, characters) for name, pattern in REPEATED.items()}
    for name, (opened, closed) in NESTED.items():
        times = characters // (len(opened) + len(closed))
        found[name] = opened * times + closed * times
    for name, (first, pattern) in BEGUN.items():
        found[name] = first + repeated(pattern, characters - len(first))
    return found
