"""Writes of one round of the event loop go out together, in order, and none is lost."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from onrecord_server.asgi.connections import CoalescingTransport


class Recorded(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = ""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep bytes."""
        self.writes.append(bytes(data))

    def close(self) -> None:
        """Note the end."""
        self.closed = "closed"

    def abort(self) -> None:
        """Note the end."""
        self.closed = "aborted"

    def get_write_buffer_size(self) -> int:
        """Return some bytes that are not sent yet."""
        return 7


async def written() -> tuple[list[bytes], int, str]:
    under = Recorded()
    transport = CoalescingTransport(under, asyncio.get_running_loop())
    transport.write(b"header")
    transport.write(b"body")
    size = transport.get_write_buffer_size()
    await asyncio.sleep(0)
    transport.write(b"more")
    transport.close()
    await asyncio.sleep(0)
    return under.writes, size, under.closed


def test_a_header_and_its_body_are_one_write_and_closing_sends_the_rest() -> None:
    assert asyncio.run(written()) == ([b"headerbody", b"more"], 17, "closed")


def test_nothing_is_sent_after_an_abort() -> None:
    async def abort() -> Recorded:
        under = Recorded()
        transport = CoalescingTransport(under, asyncio.get_running_loop())
        transport.write(b"header")
        transport.abort()
        await asyncio.sleep(0)
        return under

    under = asyncio.run(abort())
    assert (under.writes, under.closed) == ([], "aborted")


@given(st.lists(st.tuples(st.integers(1, 100_000), st.booleans()), max_size=12))
def test_what_is_written_comes_in_order_and_large_writes_do_not_wait(
    writes: list[tuple[int, bool]],
) -> None:
    async def write() -> Recorded:
        under = Recorded()
        transport = CoalescingTransport(under, asyncio.get_running_loop())
        for number, (size, pause) in enumerate(writes):
            transport.write(bytes([number]) * size)
            assert transport.get_write_buffer_size() - 7 <= 64 << 10
            if pause:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        return under

    sent = b"".join(asyncio.run(write()).writes)
    assert sent == b"".join(bytes([n]) * size for n, (size, _) in enumerate(writes))
