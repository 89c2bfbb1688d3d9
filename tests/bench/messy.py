"""A ClaimReview feed with the mess that real ones have, made up here: the same number gives the same feed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACES = ["Gomel", "Kyiv", "Minsk", "Warsaw", "Berlin", "Paris", "Cairo", "Lima", "Oslo", "Riga", "Quito", "Accra", "Hanoi"]
WHO = ["the mayor", "a minister", "the army", "a bank", "the police", "doctors", "farmers", "a blogger", "the railway", "teachers"]
DOES = ["hid", "sold", "burnt", "bought", "lost", "closed", "paid for", "counted", "moved", "banned"]
WHAT = ["votes", "tanks", "schools", "vaccines", "bridges", "books", "trains", "wells", "buses", "ships", "cows", "mirrors", "bees"]
SITES = [f"www.check-{number}.example" for number in range(40)] + [f"facts{number}.example" for number in range(40)]
LABELS = ["False", "Mostly False", "Misleading", "Half True", "True", "Фейк", "Falso", "Faux", "Маніпуляція", "Unproven", "Zzz"]
UNUSABLE_EVERY = 10_000


def elements(count: int) -> Iterator[dict[str, Any]]:
    """The elements of the feed."""
    chance = random.Random(count)
    for number in range(count):
        item = review(chance, number)
        if number % UNUSABLE_EVERY == 17:
            yield {"@type": "DataFeedItem", "item": None}
        else:
            yield {
                "@type": "DataFeedItem",
                "dateCreated": "2024-01-01T00:00:00Z",
                "item": chance.choice([item, [item], [item], {"properties": item, "type": "http://schema.org/ClaimReview"}]),
            }


def review(chance: random.Random, number: int) -> dict[str, Any]:
    """One ClaimReview; what it says differs from all others by its number."""
    site = chance.choice(SITES)
    who, does = f"{chance.choice(WHO)} of {chance.choice(PLACES)}", chance.choice(DOES)
    claim = f"{who} {does} {number} {chance.choice(WHAT)} in {chance.choice(PLACES)}"
    url = f"https://{site}/checks/{number}"
    post = f"https://social.example/posts/{number}"
    made = f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": chance.choice([url, url, f"{url} {url}?amp=1", [url]]),
        "claimReviewed": chance.choice([claim, claim, f"&quot;{claim}&quot;", f"<p>{claim}</p>", {"@value": claim}]),
        "datePublished": chance.choice([made, f"{made}T10:00:00+02:00", "", None, "0001-01-01", "last week"]),
        "author": chance.choice([{"@type": "Organization", "name": f"Check {site}"}, f"Check {site}", [{"name": site}]]),
        "inLanguage": chance.choice(["en", "en-GB", None]),
        "itemReviewed": {
            "@type": "Claim",
            "author": chance.choice([{"@type": "Person", "name": "A. Nother"}, "Posts &amp; videos", None, [{"name": "Somebody"}]]),
            "datePublished": chance.choice([made, None]),
            "appearance": chance.choice(
                [post, {"url": post}, [{"@type": "CreativeWork", "url": post}, post], f"{post}, {post}#2", None]
            ),
        },
        "reviewRating": rating(chance),
    }


def rating(chance: random.Random) -> Any:
    """A rating in one of the shapes that occur."""
    label = chance.choice(LABELS)
    return chance.choice(
        [
            {"@type": "Rating", "alternateName": label, "ratingValue": "1", "bestRating": "5", "worstRating": "1"},
            {"@type": "Rating", "alternateName": label, "ratingValue": -1, "bestRating": -1, "worstRating": -1},
            {"@type": "Rating", "ratingValue": chance.choice([0, 1, 3, 5, 99]), "bestRating": 5, "worstRating": 1},
            {"@type": "Rating", "alternateName": {"@value": label}, "ratingValue": {"@value": 2}},
            [{"@type": "Rating", "alternateName": label}],
            label,
            None,
        ]
    )


def write_feed(path: Path, count: int) -> None:
    """Write the feed."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": [\n')
        for number, element in enumerate(elements(count)):
            file.write(",\n" * bool(number) + json.dumps(element, ensure_ascii=bool(number % 2)))
        file.write("\n]}\n")
