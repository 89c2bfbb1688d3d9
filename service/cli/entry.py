"""What the `rebut` script runs: Ctrl-C ends it without a trace, also while Python still reads the code."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""


def run() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, _end_at_once)
    from service.cli.main import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main(prog_name="rebut")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end_at_once(*_: object) -> None:
    """Nothing is open yet: the process may go as it is."""
    os._exit(INTERRUPTED)
