"""Read schema.org ClaimReview as publishers write it, which is seldom as schema.org has it.

Every property may be a text, a number, a `{"@value": …}`, a node, or a list of those; it may stand under `properties`, and its
text may hold HTML. What cannot be understood is left out. A review without a claim or an address cannot be used.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from index.errors import Reason, RebutError
from index.kinds import PUBLISHER, Rated, StatementKind
from index.readers import reasons
from index.readers.dates import day_published
from index.readers.ids import claim_id, review_id, slug
from index.readers.ratings import meaning
from index.records import UNKNOWN, Citation, Party, Rating, Review, Source, Statement
from index.rules import is_address
from index.text.language import detect_language

Node = dict[str, object]

DEEPEST = 12
"""How deep a ClaimReview is looked for: a feed's element has three levels, a page's graph a few more."""

LONGEST_CLAIM = 5_000
MOST_APPEARANCES = 10

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
PREFIX = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)")
NEXT_URL = re.compile(r"(?<![/=?&])[\s,;|]*(?=https?://)")
"""Where one address ends and the next begins; an archive's address contains another, which begins after a slash."""

LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
ADDRESSES = ("url", "mainEntityOfPage", "@id")
"""Where a review's address stands."""
BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/\S*")
"""An address without its scheme."""
NAMED = ("claimReviewed", "text", "name")
"""Where a Claim says what is claimed."""
NOBODY = {"", "unknown", "n/a", "none", "null", "various", "-"}


class Unusable(RebutError):
    """Why something cannot be loaded."""

    def __init__(self, said: Reason) -> None:
        self.said = said
        super().__init__(str(said))


class Reviewed(NamedTuple):
    """A review with the statement that it reviews and the site that published it."""

    source: Source
    statement: Statement
    review: Review


def reviews_in(value: object, depth: int = 0) -> Iterator[Node]:
    """The ClaimReview nodes in parsed JSON, wherever they stand. A feed element's `url` is passed on to a node without one."""
    if isinstance(value, list) and depth < DEEPEST:
        for item in value:
            yield from reviews_in(item, depth + 1)
    elif isinstance(value, dict) and depth < DEEPEST:
        node = _plain(value)
        if isinstance(node.get("claimReview"), list) and "claimReviewed" not in node:
            yield from _of_google(node)
        elif "claimReviewed" in node or any("ClaimReview" in text for text in _texts(node.get("@type", node.get("type")))):
            yield node
        else:
            for found in reviews_in(list(node.values()), depth):
                yield found if "url" in found or "url" not in node else {**found, "url": node["url"]}


def identified(value: object, depth: int = 0) -> dict[str, Node]:
    """The nodes in parsed JSON that have an `@id` and say more than that, by it."""
    if depth >= DEEPEST or not isinstance(value, list | dict):
        return {}
    found: dict[str, Node] = {}
    for item in value.values() if isinstance(value, dict) else value:
        found |= identified(item, depth + 1)
    if isinstance(value, dict) and len(value) > 1 and isinstance(value.get("@id"), str):
        found.setdefault(str(value["@id"]), value)
    return found


def referred(node: Node, named: dict[str, Node]) -> Node:
    """A node with what it only refers to by an `@id`."""

    def meant(value: object) -> object:
        return named.get(str(value["@id"]), value) if isinstance(value, dict) and set(value) == {"@id"} else value

    return {name: [*map(meant, value)] if isinstance(value, list) else meant(value) for name, value in node.items()}


def _of_google(claim: Node) -> Iterator[Node]:
    """The reviews of a claim in an answer of Google's Fact Check Tools API, as ClaimReviews."""
    for review in claim["claimReview"] if isinstance(claim["claimReview"], list) else []:
        if isinstance(review, dict):
            publisher = _node(review.get("publisher"))
            yield {
                "claimReviewed": claim.get("text"),
                "itemReviewed": {"author": {"name": claim.get("claimant")}, "datePublished": claim.get("claimDate")},
                "url": review.get("url"),
                "author": {"name": publisher.get("name") or publisher.get("site")},
                "reviewRating": {"alternateName": review.get("textualRating")},
                "headline": review.get("title"),
                "datePublished": review.get("reviewDate"),
                "inLanguage": review.get("languageCode"),
            }


def resolved(node: Node, page: str) -> Node:
    """A ClaimReview whose addresses are complete: relative ones are on the page, if that is known, or on its site."""
    complete = {}
    for name in ADDRESSES:
        written = _text([node.get(name), *(_node(node.get(name)).get(inner) for inner in ("url", "@id"))])
        bare = BARE_ADDRESS.fullmatch(written)
        with suppress(ValueError):
            if written and (page or bare) and not _urls(node.get(name)) and not urlsplit(written).scheme:
                complete[name] = urljoin(page, f"https://{written}" if bare else written)
    return node | complete


def read_review(node: Node, table: Source | None = None) -> Reviewed:
    """Make records of a ClaimReview.

    Args:
        table: what a review cites that has no address: the table that it stands in.

    Raises:
        Unusable: if it has no claim, or neither an address nor a table.
    """
    item = _node(node.get("itemReviewed"))
    text = _claim(node, item)
    address = next(iter(_urls([node.get(name) for name in ADDRESSES])), None)
    source = _publisher(node, address) if address else table
    if source is None:
        raise Unusable(reasons.NO_REVIEW_ADDRESS)
    claimant = _claimant(item)
    statement_id = claim_id(text, claimant)
    language = _language(node.get("inLanguage")) or detect_language(text)
    citation = Citation(source.id, url=address)
    statement = Statement(
        id=statement_id,
        kind=StatementKind.CLAIM,
        text=text,
        language=language,
        claimant=claimant,
        citations=[citation],
        refutation_on_record=False,
        when=day_published(_text(item.get("datePublished"))),
        appearances=_urls([item.get(name) for name in ("firstAppearance", "appearance", "url")])[:MOST_APPEARANCES],
    )
    review = Review(
        id=review_id(address or source.id, statement_id),
        statement_id=statement_id,
        citation=citation,
        reviewer=Party(source.publisher),
        language=language,
        rating=_rating(node.get("reviewRating")),
        title=_text([node.get("headline"), node.get("name")]) or None,
        when=day_published(_text(node.get("datePublished"))),
    )
    return Reviewed(source, statement, review)


def _claim(node: Node, item: Node) -> str:
    names = NAMED if "Claim" in _texts(item.get("@type")) else ("claimReviewed",)
    claims = list(dict.fromkeys(_texts(node.get("claimReviewed")))) or _claims_in(node.get("itemReviewed"))
    if len(claims) > 1:
        raise Unusable(reasons.SEVERAL_CLAIMS.of(number=len(claims)))
    text = claims[0] if claims else _text([item.get(name) for name in names])
    if not any(character.isalnum() for character in text):
        raise Unusable(reasons.NO_CLAIM_REVIEWED)
    if "\ufffd" in text:
        raise Unusable(reasons.LOST.of(field="claimReviewed"))
    if len(text) > LONGEST_CLAIM:
        raise Unusable(reasons.LONG_CLAIM.of(number=len(text), most=LONGEST_CLAIM))
    return text


def _claims_in(reviewed: object) -> list[str]:
    """What the Claims in a list claim."""
    items = [_plain(one) for one in (reviewed if isinstance(reviewed, list) else []) if isinstance(one, dict)]
    said = [_text([one.get(name) for name in NAMED]) for one in items if "Claim" in _texts(one.get("@type"))]
    return list(dict.fromkeys(filter(None, said)))


def _claimant(item: Node) -> Party:
    author = _node(item.get("author"))
    name = _text([author.get("name"), item.get("author")])
    if name.casefold() in NOBODY:
        return UNKNOWN
    return Party(name, role=_text(author.get("jobTitle")) or None, person="Person" in _texts(author.get("@type")))


def _publisher(node: Node, address: str) -> Source:
    """The site is that of the address; a person who signs a review is not its publisher."""
    site = (urlsplit(address).hostname or "").removeprefix("www.")
    author = _node(node.get("author"))
    signed = "Person" in _texts(author.get("@type"))
    named = [_node(node.get("publisher")), author] if signed else [author, _node(node.get("publisher"))]
    name = _text([*(party.get("name") for party in named), *(node.get(key) for key in ("author", "publisher"))]) or site
    return Source(id=PUBLISHER + slug(site, "."), title=name, publisher=name, site=site, language="und")


def _rating(value: object) -> Rating:
    """The rating. If several differ in meaning: the first one's words, with the meaning `UNCLEAR`."""
    ratings = [_one_rating(item) for item in (value if isinstance(value, list) else [value])]
    rated = {rating.rated for rating in ratings if rating != Rating(Rated.UNCLEAR)}
    first = next((rating for rating in ratings if rating != Rating(Rated.UNCLEAR)), Rating(Rated.UNCLEAR))
    return first if len(rated) <= 1 else msgspec.structs.replace(first, rated=Rated.UNCLEAR)


def _one_rating(value: object) -> Rating:
    node = _node(value)
    figures = (
        [_number(node.get(name)) for name in ("ratingValue", "worstRating", "bestRating")] if node else [_number(value), None, None]
    )
    words = _text([node.get("alternateName"), node.get("name")]) or _text(
        node.get("ratingValue") if "ratingValue" in node else value
    )
    words = "" if _number(words) is not None else words
    rating = Rating(Rated.UNCLEAR, words or None, *figures)
    return msgspec.structs.replace(rating, rated=meaning(rating))


def _plain(node: dict[str, object]) -> Node:
    """A node with plain names: its `properties` beside the rest, without schema.org's prefix."""
    inner = node.get("properties")
    everything = {**node, **inner} if isinstance(inner, dict) else node
    return {PREFIX.sub("", name): value for name, value in everything.items()}


def _node(value: object) -> Node:
    """The first node in a value; empty if there is none."""
    found = next((item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)), {})
    return _plain(found)


def _texts(value: object) -> list[str]:
    """The texts in a value, cleaned: no HTML, no control characters, single spaces, none empty."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return _texts(value.get("@value") or value.get("name"))
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return []
    text = TAG.sub(" ", html.unescape(html.unescape(str(value))))
    text = "".join(" " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character for character in text)
    return [text] if (text := " ".join(text.split())) else []


def _text(value: object) -> str:
    return next(iter(_texts(value)), "")


def _number(value: object) -> float | None:
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _urls(value: object) -> list[str]:
    """The addresses in a value, each once."""
    if isinstance(value, list):
        return list(dict.fromkeys(url for item in value for url in _urls(item)))
    if isinstance(value, dict):
        return _urls([value.get(name) for name in ("url", "@id", "contentUrl", "@value")])
    if not isinstance(value, str):
        return []
    parts = (part.split()[0].rstrip(",;|") for part in NEXT_URL.split(html.unescape(value)) if part.strip())
    return list(dict.fromkeys(part for part in parts if is_address(part)))


def _language(value: object) -> str | None:
    found = LANGUAGE.fullmatch(_text(value))
    return found[1].lower() if found else None
