"""One query asked of a store elsewhere, through SPARQLWrapper, within a time and a size."""

import time
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox
from SPARQLWrapper import BASIC, JSON, POST, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from onrecord.store import Store, StoreError
from onrecord_server.elsewhere.repair import repaired
from onrecord_server.refusals import RefusalError
from onrecord_server.workers import writers
from onrecord_server.workers.frames import Job
from onrecord_server.workers.sink import Sink
from onrecord_server.workers.terms import Term

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PASSED_ON = frozenset((400, 403, 413, 503))
"""What another endpoint refuses with and we do too."""
_LATE = frozenset((408, 504))
_VIRTUOSO_LATE = "Virtuoso S1T00"
_LONGEST = 300
_ASKED = ox.Variable("__ASK_RETVAL")
"""What Virtuoso 7 makes of an ASK: a row for yes, none for no."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a store is asked."""

    store: Store
    digest: bool = False
    """Whether the store wants a password as a digest, which is up to the line to it."""
    pin: str = ""
    """The release to ask for by name, where the store is an onrecord server."""


class TooLateError(Exception):
    """The time is up while an answer is read."""


def fetch(asking: Asking, job: Job, sink: Sink, seconds: float) -> writers.Written:
    """Write what a store answers in the job's format, as a worker would.

    Raises RefusalError for what the store refuses, TooLateError when the time is up.
    """
    deadline = time.monotonic() + seconds
    graph = job["format"] in writers.GRAPHS
    wrapper = _wrapper(asking, job, graph, seconds)
    wrapper.timeout = max(seconds, 0.001)  # type: ignore[assignment]
    response = _opened(wrapper)
    with response:
        _require_whole(response)
        written = _written(response, deadline, job, sink)
    if isinstance(written, Exception):
        raise written
    return written


def _written(
    response: HTTPResponse, deadline: float, job: Job, sink: Sink
) -> writers.Written | Exception:
    """Write an answer, or return what to raise.

    The engine's rows must not outlive this thread, and the traceback of an error would keep them.
    """
    body = BufferedReader(_Timed(response, deadline))
    try:
        if job["format"] in writers.GRAPHS:
            return _write_graph(response, body, job, sink)
        return _write_rows(response, body, job, sink)
    except TimeoutError:
        return TooLateError()
    except (OSError, HTTPException) as error:
        return _away(str(error))
    except (SyntaxError, ValueError) as error:
        return RefusalError(502, f"the store's answer cannot be read: {_line(error)}")


def _wrapper(asking: Asking, job: Job, graph: bool, seconds: float) -> SPARQLWrapper:
    store = asking.store
    wrapper = SPARQLWrapper(store.query, agent="onrecord")
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.setReturnFormat(TURTLE if graph else JSON)
    if graph:
        # In Turtle, Virtuoso writes the decimal 1.0 as the integer 1.
        wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.5")
    # Not setQuery(): it looks for the query's form with expressions that a hostile text can hold
    # up for hours, and what form it has is known.
    wrapper.queryString = job["text"]
    wrapper.queryType = "CONSTRUCT" if graph else "SELECT"
    # Virtuoso and Stardog read milliseconds, and end the query there too; for a store that reads
    # seconds it is no limit, and the connection ends all the same.
    wrapper.addParameter("timeout", str(max(int(seconds * 1000), 1)))
    for parameter, graphs in (("default", job.get("default")), ("named", job.get("named"))):
        for name in graphs or ():
            wrapper.addParameter(f"{parameter}-graph-uri", name)
    if asking.pin:
        wrapper.addParameter("release", asking.pin)
    credentials = store.credentials
    if credentials.token:
        wrapper.addCustomHttpHeader("Authorization", f"Bearer {credentials.token}")
    elif credentials.user and not asking.digest:
        wrapper.setHTTPAuth(BASIC)
        wrapper.setCredentials(credentials.user, credentials.password)
    return wrapper


def _opened(wrapper: SPARQLWrapper) -> HTTPResponse:
    try:
        return wrapper.query().response
    except SPARQLWrapperException as error:
        if isinstance(error.__context__, urllib.error.HTTPError):
            error.__context__.close()
        raise _refused(_STATUS.get(type(error).__name__, 502), str(error)) from error
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(1 << 16).decode("utf-8", "replace")
        raise _refused(error.code, said) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise TooLateError from error
        raise _away(error.reason) from error
    except TimeoutError as error:
        raise TooLateError from error
    except StoreError as error:
        raise RefusalError(502, "the store has moved; its new address is to be named") from error
    except (OSError, HTTPException) as error:
        raise _away(error) from error


_STATUS = {"QueryBadFormed": 400, "Unauthorized": 401, "EndPointNotFound": 404}
"""SPARQLWrapper's names for what it knows; it has no others that a query by POST meets."""


def _refused(status: int, said: str) -> RefusalError | TooLateError:
    """Return what a refusal of the store is here; where the store is, is nobody's business."""
    if status in _LATE or _VIRTUOSO_LATE in said:
        return TooLateError()
    # SPARQLWrapper shows what the store said as Python shows bytes.
    said = said.rpartition("Response:\n")[2].removeprefix("b").strip("'\"").replace("\\n", " ")
    message = f"the store says {status}: {_line(said)}"
    if status == 429:
        status = 503
    if status not in _PASSED_ON:
        return RefusalError(502, message)
    return RefusalError(status, message, retry_after=5 if status == 503 else None)


def _away(reason: object) -> RefusalError:
    return RefusalError(503, f"the store cannot be reached: {reason}", retry_after=10)


def _require_whole(response: HTTPResponse) -> None:
    """Raise TooLateError where the store ran out of time in the middle and gives what it has.

    Virtuoso does so with status 200, and says it in a header alone.
    """
    if response.headers.get("X-SQL-State") == "S1TAT":
        raise TooLateError


def _line(text: object) -> str:
    return " ".join(str(text).split())[:_LONGEST]


def _write_rows(response: HTTPResponse, body: IO[bytes], job: Job, sink: Sink) -> writers.Written:
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return writers.write_boolean(bool(found), job["format"], sink)
    if found.variables == [_ASKED] and _ASKED.value not in job["text"]:
        return writers.write_boolean(any(True for _ in found), job["format"], sink)
    names, rows = writers.in_order(found, job.get("columns", []))
    mended: Iterator[list[Term | None]] = ([repaired(term) for term in row] for row in rows)
    count, limited = writers.write_rows(names, mended, job["format"], sink, job["rows"])
    return count, limited or _cut(response, count)


def _write_graph(response: HTTPResponse, body: IO[bytes], job: Job, sink: Sink) -> writers.Written:
    media_type = response.headers.get_content_type()
    format = ox.RdfFormat.from_media_type(media_type)
    if format is None:
        raise ValueError(f"it is {media_type}, which is no graph")
    seen: set[ox.Triple] = set()

    def triples() -> Iterator[ox.Triple]:
        for quad in ox.parse(body, format=format):
            value = repaired(quad.object)
            triple = ox.Triple(
                quad.subject, quad.predicate, quad.object if value is None else value
            )
            if triple not in seen:
                seen.add(triple)
                yield triple

    count, limited = writers.write_graph(
        triples(), job["format"], sink, job["rows"], job.get("prefixes", {})
    )
    return count, limited or _cut(response, count)


def _cut(response: HTTPResponse, count: int) -> bool:
    """Return whether the store itself has left rows out, as it says in a header of its own."""
    if "X-Row-Limit" in response.headers:
        return True
    most = response.headers.get("X-SPARQL-MaxRows", "")
    return most.isdecimal() and count >= int(most)


class _Timed(RawIOBase):
    """A response that is read until the time is up."""

    def __init__(self, response: HTTPResponse, deadline: float) -> None:
        self._response = response
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if time.monotonic() > self._deadline:
            raise TimeoutError
        count = self._response.readinto(buffer)
        if not count and self._response.length:
            # Python says nothing of it, and half of a graph parses as well as the whole.
            raise IncompleteRead(b"", self._response.length)
        return count
