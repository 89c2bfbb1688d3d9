"""Milvus Lite as tests start it: the server that its package carries, in a process of its own."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.models.encoders import Encoders
from index.search.milvus.connection import Connection
from index.search.milvus.home import MilvusHome
from tests.fakes import WordEncoder

STARTED_S = 300
"""Seconds that it may take to start: it imports pandas, pyarrow and FAISS."""
numbers = itertools.count()


class MilvusLite:
    """A server that can be stopped and started again, on the same port and with what it held."""

    def __init__(self, folder: Path) -> None:
        if not (find_spec("milvus_lite") and find_spec("pymilvus")):
            pytest.skip("milvus-lite and pymilvus are not installed (`pip install -e .[dev]`): Milvus is not tested")
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[str]:
        """Within the block it serves; gives its URL."""
        command = [sys.executable, "-m", "milvus_lite.cmdline", "server", "--data-dir", str(self.folder / "data")]
        with (self.folder / "log").open("a") as log:
            server = subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(self.port)], stdout=log, stderr=log)
        try:
            self._wait(server)
            yield self.url
        finally:
            server.kill()
            server.wait()

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + STARTED_S
        while server.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"Milvus Lite does not start: {(self.folder / 'log').read_text()}")


def home_on(
    url: str, encoders: Encoders | None = None, *, dimension: int = 256, writes: bool = True, store_id: str | None = None
) -> MilvusHome:
    """A home that shares nothing with those before, or that of a store.

    Args:
        dimension: of vectors, where no encoders are given.
    """
    encoder = WordEncoder()
    encoder.dimension = dimension
    return MilvusHome(Connection(url), store_id or f"test{next(numbers)}", encoders or Encoders(encoder), writes)
