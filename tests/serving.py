"""Real servers on free ports of this machine, for clients that nobody here wrote."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp

from tests.conftest import ENCODERS

COMMAND = [sys.executable, "-c", "from service.cli.main import main; main(prog_name='rebut')"]


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment for the `rebut` command: no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REBUT_")}
    return {
        **kept,
        "REBUT_DATA_DIR": str(data),
        "REBUT_ENCODERS_DIR": str(ENCODERS),
        "REBUT_RELATION": "on",
        "COLUMNS": "200",
        **settings,
    }


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an app; gives its address. The socket listens at once, so that there is nothing to wait for."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


class Files(SimpleHTTPRequestHandler):
    """Serves files; a path that starts with /to/ is redirected to the address after it."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@contextmanager
def served_files(folder: Path) -> Iterator[str]:
    """Serve a folder; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(30)
