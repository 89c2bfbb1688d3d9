"""What clients are promised: the OpenAPI document, committed as docs/reference/openapi.json.

`python -m tests.service.api.test_openapi` writes it anew, for a change that is meant.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from litestar import Litestar

from service.app import create_app
from service.settings import Settings
from tests.conftest import ROOT, fake_parts

COMMITTED = ROOT / "docs" / "reference" / "openapi.json"


def document_of(app: Litestar) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(app.openapi_schema.to_schema()))
    del found["info"]["version"]
    return found


def app_in(folder: Path) -> Litestar:
    return create_app(fake_parts(Settings(data_dir=folder / "data", seeds="")))


def test_nothing_that_clients_see_changes_unsaid(tmp_path: Path) -> None:
    now, committed = document_of(app_in(tmp_path)), json.loads(COMMITTED.read_text("utf-8"))
    assert now["paths"] == committed["paths"]
    assert now["components"]["schemas"] == committed["components"]["schemas"]
    assert now == committed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        written = json.dumps(document_of(app_in(Path(scratch))), indent=1, sort_keys=True, ensure_ascii=False)
        COMMITTED.write_text(written + "\n", encoding="utf-8")
