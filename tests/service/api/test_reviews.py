"""What a check says of statements that fact-checkers reviewed: only what they rated as false is told as a refutation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.readers.loading import load_file
from service.api.wire.answers import Answer
from service.app import Parts
from service.check.answers import Claim
from service.cli.show import show_answer

Client = TestClient[Litestar]


def check(client: Client, parts: Parts, folder: Path, **ratings: str) -> dict[str, Any]:
    """The best match for a claim that was reviewed with these ratings, by publisher; and the verdict."""
    nodes = [
        {
            "@type": "ClaimReview",
            "url": f"https://{name}.example/1",
            "author": name,
            "claimReviewed": "Bees always bark.",
            "reviewRating": rating,
        }
        for name, rating in ratings.items()
    ]
    (folder / "feed.json").write_text(json.dumps(nodes), encoding="utf-8")
    load_file(parts.store, folder / "feed.json")
    parts.retriever.live.refresh()
    answer = client.post("/v1/claims/check", json={"text": "Bees always bark."}).json()
    return {**answer["matches"][0], "sentence": answer["verdict"]["sentence"]}


@pytest.mark.parametrize("rating", ["True", "Mostly true", "Misleading", "Half true", "Unproven", "Zzz"])
def test_what_is_not_rated_false_is_shown_but_is_no_refutation(client: Client, parts: Parts, tmp_path: Path, rating: str) -> None:
    match = check(client, parts, tmp_path, a=rating)
    assert match["refutations"] == []
    assert match["refutation_note"] == "no official refutation on record in this source"
    assert f'On record: rated "{rating}" by a.' in match["sentence"]
    (review,) = match["reviews"]
    assert (review["reviewer"]["name"], review["rating"]["original"], review["refutes"]) == ("a", rating, False)
    assert review["citation"]["url"] == "https://a.example/1"


def test_what_is_rated_false_is_a_refutation_but_no_official_one(client: Client, parts: Parts, tmp_path: Path) -> None:
    match = check(client, parts, tmp_path, a="False", b="Fake", c="True")
    assert sorted((item["issuer"]["name"], item["kind"], item["stance"]) for item in match["refutations"]) == [
        ("a", "review", "denies"),
        ("b", "review", "denies"),
    ]
    assert sorted((item["id"] in {r["id"] for r in match["refutations"]}, item["refutes"]) for item in match["reviews"]) == [
        (False, False),
        (True, True),
        (True, True),
    ]
    assert all(f'rated "{rating}" by {reviewer}' in match["sentence"] for reviewer, rating in (("a", "False"), ("b", "Fake")))
    assert "official" not in match["sentence"]
    for refutation in match["refutations"]:
        assert client.get(f"/v1/refutations/{refutation['id']}").json()["denies"] == [match["statement"]["id"]]
    detail = client.get(f"/v1/statements/{match['statement']['id']}").json()
    shown = [{key: value for key, value in refutation.items() if key != "applies_to_claim"} for refutation in match["refutations"]]
    assert (detail["refutations"], detail["reviews"]) == (shown, match["reviews"])


def test_the_terminal_shows_reviews_and_takes_no_text_for_markup(
    client: Client, parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(client, parts, tmp_path, a="False", b="[/] Zzz [bold]")
    show_answer(Answer.of(parts.matcher.match([Claim(text="Bees always bark.")]).answers[0]))
    told = " ".join(capsys.readouterr().out.split())
    assert "claim by unknown" in told
    assert "reviewed a: False (false), https://a.example/1" in told
    assert "reviewed b: [/] Zzz [bold] (unclear), https://b.example/1" in told
    assert "denies a: False" in told
    assert "“, " not in told
