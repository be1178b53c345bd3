"""Lanes: how many queries of a kind run at once, and how many may wait for their turn."""

import asyncio
from collections import deque

from onrecord_server.errors import RefusalError


class Lane:
    """Slots that are handed out in order; whoever waits in vain is refused."""

    def __init__(self, slots: int, queue: int) -> None:
        self.free = slots
        self._queue = queue
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._waiting)

    def try_take(self) -> bool:
        """Take a slot if one is free and nobody was there before."""
        if self.free and not self._waiting:
            self.free -= 1
            return True
        return False

    async def take(self, seconds: float) -> None:
        """Take a slot, waiting at most so long. Raises RefusalError 503 where that is not to be."""
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
        """Give a slot back, to the one who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
