"""Services that really listen, for clients that nobody here wrote."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp

from tests.conftest import ENCODERS, ROOT

COMMAND = [sys.executable, "-c", "from service.cli import main; main(prog_name='rebut')"]


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment for the `rebut` command: no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REBUT_")}
    return {**kept, "REBUT_DATA_DIR": str(data), "REBUT_ENCODERS_DIR": str(ENCODERS), "COLUMNS": "200", **settings}


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Run `rebut serve` with the bundled statements in a process of its own; gives its address."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], env=environment(data), cwd=ROOT, text=True, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "running on" in line)
        threading.Thread(target=process.stderr.read, daemon=True).start()  # or its log fills the pipe, and it waits
        try:
            yield re.findall(r"http://[\d.:]+", said)[0]
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve an app from a thread of this process, on a real socket; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    ready = threading.Event()
    startup = server.startup

    async def start(*arguments: object, **named: object) -> None:
        await startup(*arguments, **named)  # type: ignore[arg-type]
        ready.set()

    server.startup = start  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(timeout=30)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
