"""Time in tests: waiting for events, and limits that stretch with a machine that is busy."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LONG = 120.0
"""Seconds after which what has not happened is not going to happen, on any machine."""
_TICK = 0.005
_DELAYS = 10
"""How many things in a row may each be held up as long as the worst that was seen."""


def wait_until(what: Callable[[], bool]) -> None:
    """Wait for an event, however long it takes."""
    deadline = time.monotonic() + _LONG
    while not what():
        assert time.monotonic() < deadline
        time.sleep(_TICK)


async def until(what: Callable[[], bool]) -> None:
    """Wait for an event on an event loop, however long it takes."""
    async with asyncio.timeout(_LONG):
        while not what():
            await asyncio.sleep(_TICK)


@dataclass
class Pace:
    """How much slower than on a quiet machine things went while it was measured."""

    _done: threading.Event = field(default_factory=threading.Event)
    _wall: float = 0.0
    _own: float = 0.0
    _worst: float = 0.0

    def allowed(self, seconds: float) -> float:
        """Return what becomes of a limit that is meant for a quiet machine."""
        return seconds * self._wall / self._own + _DELAYS * self._worst

    def measure(self) -> None:
        """Sleep and work in turns, and count what passes beside that."""
        while not self._done.is_set():
            wall, own = time.monotonic(), time.thread_time()
            time.sleep(_TICK)
            sum(range(20_000))
            taken, meant = time.monotonic() - wall, time.thread_time() - own + _TICK
            self._wall += taken
            self._own += meant
            self._worst = max(self._worst, taken - meant)


@contextmanager
def pace() -> Iterator[Pace]:
    """Measure how fast the machine is while something else is done; read it afterwards."""
    measured = Pace()
    thread = threading.Thread(target=measured.measure)
    thread.start()
    try:
        yield measured
    finally:
        measured._done.set()
        thread.join()
