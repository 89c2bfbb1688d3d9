"""A statement compared with the others that come near it."""

from __future__ import annotations

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from index.kinds import StatementKind
from index.records import Batch, Citation, Party, Source, Statement
from service.app import create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.pages.test_pages import said

Client = TestClient[Litestar]
PAGE = "/statements/north-masses-troops"


def test_it_is_compared_word_by_word_with_others_and_not_with_itself(settings: Settings) -> None:
    parts = fake_parts(settings)
    source = Source("other", "Other paper", "Other", "other.example", "en")
    cited = [Citation("other", "All", 1)]
    denied = "South says that North is not massing troops at the river."
    statement = Statement("denied", StatementKind.CLAIM, denied, "en", Party("North"), cited, False)
    parts.store.load_batches([Batch([source], [statement], [])])
    parts.retriever.live.refresh()
    with TestClient(create_app(parts)) as client:
        (link,) = html.document_fromstring(client.get("/statements/denied").text).cssselect("a[href$='/compare']")
        assert (link.get("href"), link.get("rel")) == ("/statements/denied/compare", "nofollow")
        page = html.document_fromstring(client.get("/statements/denied/compare").text)
    assert said(page, "article .statement")[0] == "South says that North masses troops at the river."
    assert denied not in said(page, "article .statement")
    assert said(page, "article .relation strong")[0] == "The claim says the opposite"
    assert said(page, "article .pair mark")[0] == "not"


def test_a_statement_that_there_is_not_is_not_found(reading_client: Client) -> None:
    assert reading_client.get("/statements/nothing/compare").status_code == 404


def test_it_counts_as_a_claim(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, address_claims_per_minute=1))
    with TestClient(create_app(parts)) as client:
        assert [client.get(f"{PAGE}/compare").status_code for _ in range(2)] == [200, 429]
