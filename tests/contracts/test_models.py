from __future__ import annotations

import pytest

from index.models.cross_encoder import CrossEncoderModel, PairScorer
from index.models.encoders import Encoder, load_encoder
from tests.conftest import ENCODERS
from tests.contracts.encoding import check_encoder, check_scorer
from tests.fakes import WordEncoder, WordRelations


@pytest.fixture(params=["words", "rebut-e5-small", "all-MiniLM-L6-v2"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return WordEncoder() if request.param == "words" else load_encoder(request.param, ENCODERS)


@pytest.fixture(params=["words", "rebut-relation-1"])
def scorer(request: pytest.FixtureRequest) -> PairScorer:
    return WordRelations() if request.param == "words" else CrossEncoderModel()


def test_an_encoder_gives_a_text_one_vector(encoder: Encoder) -> None:
    check_encoder(encoder)


def test_a_scorer_gives_a_pair_one_judgement(scorer: PairScorer) -> None:
    check_scorer(scorer)
