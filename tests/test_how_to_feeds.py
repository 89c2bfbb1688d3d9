"""The how-tos do what they say: their commands are run as they stand, against a served instance."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.app import Parts, create_app
from tests.bench.messy import review, write_feed
from tests.conftest import ENCODERS, ROOT
from tests.serving import served, served_files

pytestmark = pytest.mark.slow

REBUT = f"{sys.executable} -c \"from service.cli.main import main; main(prog_name='rebut')\""


def blocks(page: str, language: str) -> list[str]:
    """A how-to's blocks in this language."""
    return re.findall(
        rf"^ *```{language}\n(.*?)^ *```$", (ROOT / "docs" / "how-to" / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )


@pytest.fixture(scope="module")
def address(real_parts: Parts) -> Iterator[str]:
    with served(create_app(real_parts)) as address:
        yield address


def run(block: str, folder: Path, address: str) -> str:
    """Run a shell block in a folder; returns what it prints."""
    environment = {"REBUT_DATA_DIR": str(folder / "data"), "REBUT_ENCODERS_DIR": str(ENCODERS), "PYTHONPATH": str(ROOT)}
    command = (
        block.replace("http://127.0.0.1:8000", address).replace("http://127.0.0.1:9000", address).replace(".venv/bin/rebut", REBUT)
    )
    told = subprocess.run(
        ["bash", "-euc", command],
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_google_api_clients(address: str, tmp_path: Path) -> None:
    (curl,) = blocks("google-api-clients.md", "sh")
    (claim,) = json.loads(run(curl, tmp_path, address))["claims"]
    assert claim["claimReview"][0]["textualRating"].startswith("Denied by")
    (python,) = blocks("google-api-clients.md", "python")
    printed = subprocess.check_output(
        [sys.executable, "-c", python.replace("http://127.0.0.1:8000", address)], text=True, timeout=60
    )
    assert "Zhytomyr" in printed
    assert "| futureuae.com | Denied by" in printed


def test_google_api_clients_in_javascript(address: str, npm_client: Path) -> None:
    (script,) = blocks("google-api-clients.md", "js")
    path = npm_client.with_name("how-to.mjs")
    path.write_text(script.replace("http://127.0.0.1:8000", address), encoding="utf-8")
    assert "Denied by" in subprocess.check_output(["node", str(path)], text=True, timeout=60)


def test_publish_claimreview(address: str, tmp_path: Path) -> None:
    one, feed = blocks("publish-claimreview.md", "sh")
    assert json.loads(run(one, tmp_path, address))["@graph"][0]["@type"] == "ClaimReview"
    assert run(feed, tmp_path, address).strip() == "304"
    published: dict[str, Any] = json.loads((tmp_path / "feed.json").read_text("utf-8"))
    assert published["@type"] == "DataFeed"


def test_load_statements(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.json", 20)
    page = f'<script type="application/ld+json">{json.dumps(review(random.Random(1), 99))}</script>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (tmp_path / "claims.csv").write_text("id,text\n1,Bees bark.\n", encoding="utf-8")
    (tmp_path / "claims.jsonl").write_text('{"id": "1", "text": "Bees bark."}\n', encoding="utf-8")
    shutil.copy(ROOT / "seeds" / "faras-9758.toml", tmp_path / "my-article.toml")
    several, seeds = blocks("load-statements.md", "sh")
    with served_files(tmp_path) as files:
        told = run(several, tmp_path, files)
    assert re.search(r"[1-9]\d added: publisher-", told)
    assert "1 skipped" in told
    assert (tmp_path / "skipped.jsonl").read_text("utf-8").count("item: is null") == 1
    assert "left as they were" in run(seeds, tmp_path, "")
