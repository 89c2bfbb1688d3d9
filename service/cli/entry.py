"""What the `rebut` script runs: Ctrl-C ends it without a trace, also while Python still reads the code, or ends already."""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""


def run() -> None:
    """Run the command line."""
    end_at_once()
    from service.cli.main import main

    try:
        main(prog_name="rebut")
    finally:
        end_at_once()


def end_at_once() -> None:
    """From now on, Ctrl-C ends the process as it is: nothing is open that has to be closed."""
    _on_interrupt(lambda *_: os._exit(INTERRUPTED))


def end_in_order() -> None:
    """From now on, Ctrl-C raises `KeyboardInterrupt`, so that what is open is closed."""
    _on_interrupt(signal.default_int_handler)


def _on_interrupt(handler: signal._HANDLER) -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # who started this in the background may want it so
        signal.signal(signal.SIGINT, handler)
