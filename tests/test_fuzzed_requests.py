"""Random requests: no status 500, and each connection keeps giving one response to each request.

`make audit` sends 100,000 of them; ONRECORD_REQUESTS is how many a run sends otherwise.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from built_releases import ReleaseOf
from endpoint_release import Server, served
from fuzzed_requests import DesyncError, FuzzedRequest, RawConnection, fuzzed_request, probe

REQUESTS = int(os.environ.get("ONRECORD_REQUESTS", "3000"))
LANES = 4
SEED = 17
SECONDS = 2.0
EVERY = 25
"""After how many requests a connection is asked something whose answer is known."""
MOST_REFUSED = 0.9
"""Share of requests that may be refused: were it more, little beside refusals would be tried."""


@pytest.fixture(scope="module")
def server(release_of: ReleaseOf) -> Iterator[Server]:
    limits = {"header": 1.0, "body": 1.0, "stalled": 5.0}
    releases = release_of("sample").path.parent
    options = {"workers": 1, "timeout": SECONDS, "connections": limits}
    with served(releases.parent, releases, **options) as running:
        yield running


def probed(connection: RawConnection, number: int) -> None:
    """Raise DesyncError if a connection answers another request than the one that is sent."""
    connection.send(probe(number))
    reply = connection.response("GET")
    if reply is None:
        raise DesyncError("closed without a word")
    status, _, body = reply
    if status not in (200, 503, 504) or (status == 200 and f"probe-{number}" not in body.decode()):
        raise DesyncError(f"the answer to another request: {status} {body[:200]!r}")
    if connection.leftover():
        raise DesyncError(f"more than was asked for: {connection.leftover()[:80]!r}")


def sent_whole(connection: RawConnection, request: FuzzedRequest) -> tuple[int, bool]:
    """Return the status of a request, and whether the connection stays."""
    connection.send(request.data)
    reply = connection.response(request.method)
    if reply is None:
        raise DesyncError("closed without a word")
    status, stays, _ = reply
    if connection.leftover():
        raise DesyncError(f"more than was asked for: {connection.leftover()[:80]!r}")
    return status, stays


def sent_broken(server: Server, request: FuzzedRequest) -> list[int]:
    """Return the statuses of all that comes back for a request that has no certain end."""
    connection = RawConnection(server.port, 20)
    try:
        connection.send(request.data)
        found = []
        while reply := connection.response(request.method):
            found.append(reply[0])
            connection.end()
        return found
    finally:
        connection.close()


def lane(server: Server, number: int, requests: int) -> tuple[Counter[int], list[str]]:
    """Send a share of the requests; return how often each status came, and what was wrong."""
    draw = random.Random(f"{SEED}-{number}")  # noqa: S311
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    # Opened when there is something to send, as the server gives a header its second and no more.
    connection: RawConnection | None = None
    used = 0
    for index in range(requests):
        request = fuzzed_request(draw)
        try:
            if request.whole:
                connection, used = connection or RawConnection(server.port, 20), used + 1
                status, stays = sent_whole(connection, request)
                found = [status]
                if stays and used % EVERY == 0:
                    probed(connection, number * requests + index)
            else:
                found, stays = sent_broken(server, request), False
        except (DesyncError, OSError) as error:
            wrong.append(f"{error!r}: {request.data[:300]!r}")
            found, stays = [], False
        wrong += [f"500: {request.data[:300]!r}" for status in found if status in (500, 502)]
        statuses.update(found)
        if connection is not None and not stays:
            connection.close()
            connection = None
    if connection is not None:
        connection.close()
    return statuses, wrong


@pytest.mark.slow
@pytest.mark.alone
def test_random_requests_break_nothing(server: Server) -> None:
    with ThreadPoolExecutor(LANES) as executor:
        lanes = list(
            executor.map(lambda number: lane(server, number, REQUESTS // LANES), range(LANES))
        )
    wrong = [each for _, found in lanes for each in found]
    statuses = sum((found for found, _ in lanes), Counter[int]())
    told = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    print(f"{statuses.total()} responses; {told}")
    assert not wrong, "\n".join(wrong)
    assert server.process.poll() is None
    assert server.fetch("/healthz").status == 200
    assert [each for each in server.events() if each.get("status") == 500] == []
    assert "Traceback" not in server.log.read_text(errors="replace")
    assert statuses[200] > (1 - MOST_REFUSED) * statuses.total()
    # In a day of requests a worker may end for its time or memory, but most are answered.
    assert statuses[503] + statuses[504] < 0.02 * statuses.total()


def test_the_requests_of_a_seed_are_the_same_each_time() -> None:
    first, second = (random.Random("tide") for _ in range(2))  # noqa: S311
    assert [fuzzed_request(first) for _ in range(200)] == [
        fuzzed_request(second) for _ in range(200)
    ]
