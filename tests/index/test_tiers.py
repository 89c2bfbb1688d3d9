"""Whom to believe: lists, names, sites, and what nobody named."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.kinds import Rated, Tier
from index.records import Citation, Party, Rating, Review, Source
from index.tiers import SITE, Tiers, TiersInvalid, packaged, read_tiers
from tests.conftest import ROOT

OWN = {"facts.example": Tier.SIGNATORY, "bad.facts.example": Tier.UNKNOWN, "ministry of truth": Tier.UNKNOWN, "desk": Tier.OFFICIAL}
PACKAGED = {"facts.example": Tier.OFFICIAL, "snopes.example": Tier.SIGNATORY, "sub.gov.example": Tier.OFFICIAL}
TIERS = Tiers((OWN, PACKAGED))


def publisher(site: str, name: str = "Name") -> Source:
    """As a ClaimReview makes it."""
    return Source(f"publisher-{site.replace('.', '-')}", name, name, site, "und")


def document(site: str = "paper.example", name: str = "Paper", tier: Tier | None = None) -> Source:
    """As a seed file has it."""
    return Source("paper", "A paper", name, site, "en", tier=tier)


@pytest.mark.parametrize(
    ("source", "tier"),
    [
        (publisher("facts.example"), Tier.SIGNATORY),  # the desk's list goes first
        (publisher("www.facts.example"), Tier.SIGNATORY),
        (publisher("a.b.facts.example"), Tier.SIGNATORY),
        (publisher("bad.facts.example"), Tier.UNKNOWN),
        (publisher("notfacts.example"), Tier.UNKNOWN),
        (publisher("facts.example.evil.example"), Tier.UNKNOWN),
        (publisher("snopes.example"), Tier.SIGNATORY),
        (publisher("gov.example"), Tier.UNKNOWN),  # only what is below it is named
        (publisher("example"), Tier.UNKNOWN),
        (publisher("baking.example", "Desk"), Tier.UNKNOWN),  # everybody can write a name
        (publisher("facts.example", "Ministry  of TRUTH"), Tier.UNKNOWN),  # which can only lower
        (document(), Tier.KNOWN),  # the desk wrote it down itself
        (document(name="desk"), Tier.OFFICIAL),
        (document(site="facts.example"), Tier.SIGNATORY),
        (document(tier=Tier.UNKNOWN), Tier.UNKNOWN),
        (document(site="unknown", name="unknown"), Tier.KNOWN),
    ],
)
def test_how_far_a_source_is_believed(source: Source, tier: Tier) -> None:
    assert TIERS.of(source) is tier


@pytest.mark.parametrize(
    ("via", "tier"),
    [
        (None, Tier.SIGNATORY),
        ("snopes.example", Tier.SIGNATORY),
        ("baking.example", Tier.UNKNOWN),
        ("bad.facts.example", Tier.UNKNOWN),
    ],
)
def test_what_others_say_of_a_signatory_counts_only_if_they_are_known(via: str | None, tier: Tier) -> None:
    source = publisher("facts.example")
    citation = Citation(source.id, url="https://facts.example/1")
    review = Review("r", "s", citation, Party("Facts"), "en", Rating(Rated.FALSE), via=via)
    assert TIERS.of_review(review, {source.id: source}) is tier


@pytest.mark.parametrize(
    ("site", "other", "same"),
    [
        ("x.example", "x.example", True),
        ("www.x.example", "x.example", True),
        ("blog.x.example", "x.example", True),
        ("x.example", "blog.x.example", False),  # whoever rents a name below a host is not the host
        ("fc.facts.example", "api.facts.example", True),  # both below a site that is named
        ("a.example", "b.example", False),
    ],
)
def test_what_is_a_publishers_own(site: str, other: str, same: bool) -> None:
    assert TIERS.same_publisher(site, other) is same


def test_a_list(tmp_path: Path) -> None:
    path = tmp_path / "tiers.toml"
    path.write_text('source = "us"\nofficial = ["WWW.Gov.Example"]\nknown = ["A  Baker"]\n', encoding="utf-8")
    assert read_tiers(path) == {"gov.example": Tier.OFFICIAL, "a baker": Tier.KNOWN}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("official = 1", "official: has to be a list"),
        ('official = [""]', "official: has to be a list"),
        ('oficial = ["a.example"]', "'oficial' is no tier: these are own, official, signatory, known, unknown"),
        ('known = ["https://a.example/x"]', "is an address: give the host name alone"),
        ('known = ["a.example"]\nunknown = ["www.A.example"]', "'a.example' is both known and unknown"),
        ("known = [", "cannot be read"),
    ],
)
def test_a_list_that_is_none(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "tiers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TiersInvalid, match=told):
        read_tiers(tmp_path / "tiers.toml")


def test_the_packaged_list() -> None:
    listed = packaged()
    assert all(SITE.fullmatch(name) for name in listed), "sites only: a name alone raises nobody"
    assert set(listed.values()) == {Tier.OFFICIAL, Tier.SIGNATORY}
    text = (ROOT / "index" / "tiers.toml").read_text("utf-8")
    assert "\nsource = " in text
    assert "\ndate = " in text
    assert Tiers((listed,)).of(publisher("sprawdzam.afp.com")) is Tier.SIGNATORY


def test_other_lists_have_other_digits() -> None:
    digits = {Tiers().fingerprint(), Tiers(all_count=True).fingerprint(), TIERS.fingerprint(), Tiers((PACKAGED,)).fingerprint()}
    assert len(digits) == 4


def test_a_site_is_the_same_in_its_own_letters_and_as_networks_write_it(tmp_path: Path) -> None:
    (tmp_path / "tiers.toml").write_text('known = ["xn--80aswg.example", "бюро.example"]', encoding="utf-8")
    tiers = Tiers((read_tiers(tmp_path / "tiers.toml"),))
    for site in ("сайт.example", "www.xn--80aswg.example", "xn--90a0af9c.example", "БЮРО.example"):
        assert tiers.of_site(site) is Tier.KNOWN, site
    assert tiers.same_publisher("xn--90ais.example", "бел.example")
    assert tiers.same_publisher("www.бел.example", "xn--90ais.example")
    assert not tiers.same_publisher("бел.example", "xn--.example")
