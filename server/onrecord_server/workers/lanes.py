"""Lanes: a limit on concurrent queries of a kind, with a bounded FIFO queue."""

import asyncio
from collections import deque

from onrecord_server.errors import RefusalError


class Lane:
    """A number of slots, taken in FIFO order; a request that waits too long is refused."""

    def __init__(self, slots: int, queue: int) -> None:
        self.free = slots
        self._queue = queue
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """Number of requests that wait for a slot."""
        return len(self._waiting)

    def try_take(self) -> bool:
        """Take a slot if one is free and no request waits; return whether it was taken."""
        if self.free and not self._waiting:
            self.free -= 1
            return True
        return False

    async def take(self, seconds: float) -> None:
        """Wait for a slot. Raises RefusalError 503 if the queue is full, or after `seconds`."""
        if self.try_take():
            return
        if len(self._waiting) >= self._queue:
            raise RefusalError(
                503,
                f"too busy: {self._queue} queries are waiting already, ask again in a moment",
                retry_after=2,
            )
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise RefusalError(
                    503,
                    "too busy: the query found no free worker within its time, ask again later",
                    retry_after=5,
                ) from None
            raise

    def give(self) -> None:
        """Give a slot back; the request that has waited longest gets it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
