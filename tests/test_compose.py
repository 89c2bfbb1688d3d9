"""The compose file for Milvus and PostgreSQL names what there is."""

from __future__ import annotations

import re
import tomllib

from service.settings import PREFIX, Settings
from tests.conftest import ROOT

COMPOSE = (ROOT / "compose.milvus.yaml").read_text("utf-8")


def test_its_settings_are_settings() -> None:
    set_there = set(re.findall(rf"^ +({PREFIX}\w+):", COMPOSE, re.MULTILINE))
    assert {"REBUT_DATABASE_URL", "REBUT_MILVUS_URL", "REBUT_MILVUS_WRITES"} <= set_there
    assert set_there <= {PREFIX + field.upper() for field in Settings.__struct_fields__}


def test_its_pymilvus_is_the_one_that_is_tested() -> None:
    (pinned,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["milvus"]
    assert re.search(rf"PACKAGES: .*{re.escape(pinned)}\b", COMPOSE)
