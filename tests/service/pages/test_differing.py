"""What a page says of a claim that differs from what is on record, where no words show the difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from litestar.testing import TestClient
from lxml import html

from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from service.app import assemble, create_app
from service.languages import ENGLISH, LANGUAGES
from service.settings import Settings
from tests.conftest import post
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations
from tests.service.pages.test_pages import Client, asked, said

UNSHOWN = "No single words show the difference: compare the two."
CLAIM = "South says that North masses its troops at the big river"
DIFFERING = [RelationKind.DENIES, RelationKind.REVERSES, RelationKind.DIFFERS]


class OneRelation(WordRelations):
    """Judges every claim to relate in the same way."""

    def __init__(self, kind: RelationKind) -> None:
        super().__init__()
        self.kind = kind

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `WordRelations`."""
        found = np.full((len(pairs), len(CLASSES)), 0.025, np.float32)
        found[:, CLASSES.index(self.kind)] = 0.9
        return found


@pytest.fixture
def asking(settings: Settings) -> Callable[[RelationKind], Client]:
    """A service that judges every claim in one way."""

    def made(kind: RelationKind) -> Client:
        encoders = Encoders(WordEncoder("all-MiniLM-L6-v2"))
        return TestClient(create_app(assemble(settings, encoders, relation_model=OneRelation(kind), confidence=CONFIDENCE)))

    return made


@pytest.mark.parametrize("kind", DIFFERING)
def test_a_difference_that_no_words_show_is_not_said_to_be_sure(
    asking: Callable[[RelationKind], Client], kind: RelationKind
) -> None:
    with asking(kind) as client:
        page = asked(client, CLAIM)
        sentence = post(client, "/v1/claims/check", text=CLAIM)["verdict"]["sentence"]
    assert not page.cssselect("mark")
    assert UNSHOWN in said(page, ".comparison p")
    (notice,) = set(said(page, "#answer .notice"))
    assert notice == "This was answered to the claim on record. It may not apply to what you asked: compare the two."
    meaning = said(page, ".verdict p")[0]
    assert "marked" not in meaning
    assert "was not said of this version" not in meaning + sentence
    assert sentence.startswith("The claim seems to ")
    assert sentence.endswith("compare the two.")


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != ENGLISH])
def test_nor_is_it_in_other_languages(asking: Callable[[RelationKind], Client], language: str) -> None:
    with asking(RelationKind.DIFFERS) as client:
        page = html.document_fromstring(client.post("/", data={"text": CLAIM}, headers={"accept-language": language}).text)
    assert len(set(said(page, "#answer .notice"))) == 1
    assert "This was" not in said(page, "#answer .notice")[0]


def test_what_words_show_is_said_as_before(reading_client: Client) -> None:
    page = asked(reading_client, "South bought 50 tanks in March 2023")
    assert said(page, "#answer h2") == ["On record, but with a different detail"]
    assert said(page, ".verdict p")[0] == "What was answered to the claim on record was not said of this version."
    assert said(page, ".pair mark")
