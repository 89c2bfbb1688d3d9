from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from index.errors import IndexUnavailable
from index.search.milvus.connection import Connection

pytest.importorskip("pymilvus", reason="pymilvus is not installed (`pip install -e .[dev]`): Milvus is not tested")


def test_whatever_a_failure_says_no_password_is_logged() -> None:
    connection = Connection("http://me:s3cr%21et@127.0.0.1:1/db")
    with capture_logs() as logs:
        told = connection._failed("search", ValueError("no channel to http://me:s3cr%21et@127.0.0.1:1 by me:s3cr!et"))
    assert (str(told), connection.away) == ("Milvus does not answer", True)
    assert "s3cr" not in str(logs)
    assert "no channel to http://me:***@127.0.0.1:1 by me:***" in logs[0]["reason"]


def test_while_milvus_is_away_nobody_waits_for_it() -> None:
    connection = Connection("http://127.0.0.1:1")
    asked = []
    for _ in range(20):
        with pytest.raises(IndexUnavailable, match="does not answer"):
            connection.ask("list_collections")
        asked.append(connection._away_since)
    assert len(set(asked)) == 1, "one of them asked"
