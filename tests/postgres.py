"""PostgreSQL as tests start it: Debian's server, in a folder and on a socket of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from index.store.sql import SqlStore
from index.store.tables import metadata

STARTED_S = 60
"""Seconds that it may take to start."""
ACCOUNT = "postgres"
"""Whom the server runs as where tests are root's: it refuses to be root's. Debian's package makes the account."""
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))


def needed() -> None:
    """Skip the test where there is no server."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed (`apt-get install postgresql`): it is not tested as the store")


class Postgres:
    """A server that can be stopped and started again, with what it held."""

    def __init__(self, folder: Path) -> None:
        """Set it up in an empty folder. Its databases order texts as people do, unless they are told otherwise."""
        self.folder, self._binaries = folder, BINARIES[-1].parent
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        self._server: subprocess.Popen[bytes] | None = None
        self._as = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": [ACCOUNT]} if os.getuid() == 0 else {}
        if self._as:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        setup = ["initdb", "--pgdata", "data", "--username", "rebut", "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
        self._run(*setup, "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en")

    def start(self) -> None:
        """Start it; returns when it answers."""
        command = [self._binaries / "postgres", "-D", "data", "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        with (self.folder / "log").open("a") as log:
            self._server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **self._as)
        end = time.monotonic() + STARTED_S
        while self._server.poll() is None and time.monotonic() < end:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT breaks connections off (`fast`), SIGQUIT leaves it as a crash would (`immediate`)."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None

    def url(self, database: str) -> str:
        """A database's URL."""
        return f"postgresql://rebut@/{database}?host={self.folder}"

    def empty(self) -> str:
        """The URL of a new database."""
        name = f"facts{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def copy(self, url: str) -> str:
        """The URL of a copy of a database that nobody uses."""
        name = f"facts{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {url.partition('?')[0].rpartition('/')[2]}".encode())
        return self.url(name)

    def store(self) -> str:
        """The URL of a store without records: one that was given back, if there is one, since making one takes a while."""
        url = self._free.pop() if self._free else self.empty()
        SqlStore(url).close()
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")  # no foreign key is looked after
            for table in metadata.tables.keys() - {"state"}:
                connection.execute(f"DELETE FROM {table}".encode())
            connection.execute("UPDATE state SET store_id = %s, revision = 0", [uuid.uuid4().hex])
        return url

    def take_back(self, url: str) -> None:
        """Take back what `store` gave, once nobody uses it."""
        self._free.append(url)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._binaries / program, *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=STARTED_S, **self._as)


@contextmanager
def server() -> Iterator[Postgres]:
    """A server that runs within the block. Its folder's path is short, as a socket's must be."""
    with tempfile.TemporaryDirectory(prefix="rebut-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        postgres = Postgres(Path(folder))
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop(signal.SIGQUIT)
