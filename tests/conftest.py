"""Fixtures: a small store with a fake encoder for the logic, the real seeds with the real encoder for the truth."""

from __future__ import annotations

import itertools
import logging
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from litestar import Litestar
from litestar.testing import TestClient

from index.models.encoders import Encoders, SentenceEncoder, load_encoder, load_encoders
from index.store.sql import SqlStore
from service.app import Parts, assemble, create_app
from service.settings import BUNDLED_SEEDS, Settings
from tests.fakes import CONFIDENCE, SEEDS, WordEncoder, WordRelations
from tests.milvus import MilvusLite
from tests.postgres import Postgres, needed, server

ROOT = Path(__file__).resolve().parent.parent
ENCODERS = ROOT / "build" / "encoders"
"""Prepared once and kept between test runs: preparing takes a minute."""


def fake_parts(settings: Settings, encoder: WordEncoder | None = None) -> Parts:
    """All parts with stand-ins for the models."""
    encoders = Encoders(encoder or WordEncoder("all-MiniLM-L6-v2"))
    return assemble(settings, encoders, relation_model=WordRelations(), confidence=CONFIDENCE)


def post(client: TestClient[Litestar], path: str, **body: object) -> dict[str, Any]:
    """The answer to a request that must be answered."""
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """What a test sends logs to does not outlive it."""
    before, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    needed()
    with server() as postgres:
        yield postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the URL of another store without records each time; for each kind of database."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        yield lambda: f"sqlite:///{tmp_path}/rebut{next(numbers)}.sqlite"
        return
    started: Postgres = request.getfixturevalue("postgres")
    given: list[str] = []

    def another() -> str:
        given.append(started.store())
        return given[-1]

    yield another
    for url in given:
        started.take_back(url)


@pytest.fixture
def store_url(new_store: Callable[[], str]) -> str:
    """The URL of a store without records, of each kind."""
    return new_store()


@pytest.fixture
def seed_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, seed_folder: Path) -> Settings:
    """All publishers count: tests invent theirs. `tests/service/test_believing.py` has the default."""
    return Settings(data_dir=tmp_path / "data", seeds=str(seed_folder), relation="on", unknown_publishers="count")


@pytest.fixture
def store(settings: Settings) -> Iterator[SqlStore]:
    store = SqlStore(settings.store_url)
    yield store
    store.close()


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    parts = fake_parts(settings)
    yield parts
    parts.store.close()


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def reading_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    """As `client`, for all tests that load nothing."""
    folder = tmp_path_factory.mktemp("reading")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    parts = fake_parts(Settings(data_dir=folder / "data", seeds=str(folder), relation="on"))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def e5() -> SentenceEncoder:
    return load_encoder("rebut-e5-small", ENCODERS)


@pytest.fixture(scope="session")
def encoders() -> Encoders:
    defaults = Settings()
    return load_encoders(defaults.encoder, defaults.english_encoder, ENCODERS)


@pytest.fixture(scope="session")
def real_parts(encoders: Encoders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("real"), seeds=str(BUNDLED_SEEDS), relation="on")
    parts = assemble(settings, encoders)
    yield parts
    parts.store.close()


@pytest.fixture(scope="session")
def real_client(real_parts: Parts) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(real_parts), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def npm_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script that asks with Google's npm package, installed as its lock file says."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed: Google's JavaScript client is not tested")
    folder = tmp_path_factory.mktemp("npm") / "clients"
    shutil.copytree(ROOT / "tests" / "clients", folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True, timeout=120)
    return folder / "factcheck.mjs"


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Milvus Lite: a server of its own, whose data goes with the tests'."""
    with MilvusLite(tmp_path_factory.mktemp("milvus")).running() as url:
        yield url


@pytest.fixture
def built(real_parts: Parts, tmp_path: Path) -> Path:
    """A data folder with the bundled seeds and their index, for a command that would spend seconds on making them.

    Another process copies it: a file of SQLite that this process opens and closes beside its store loses the store's locks
    (https://www.sqlite.org/howtocorrupt.html, 2.2), and a command that then leaves as if it were the last breaks the store.
    """
    subprocess.run(["cp", "-r", real_parts.settings.data_dir, tmp_path / "built"], check=True)
    return tmp_path / "built"
