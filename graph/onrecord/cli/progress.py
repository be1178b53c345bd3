"""Progress: what a person at a terminal sees of work that takes longer than two seconds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

_PATIENCE = 2.0
"""Seconds that may pass before anything is shown."""


@contextmanager
def step(label: str) -> Iterator[None]:
    """Show what is going on, with a moving sign, from the third second on; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # a tenth of a second that quick commands need not pay

    status = Console(stderr=True).status(label)
    timer = Timer(_PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()
