"""One query sent to a store elsewhere, and its answer written in the format that was asked for."""

from collections.abc import Iterator
from typing import IO
from urllib.parse import urlencode

import pyoxigraph as ox

from onrecord.files.http_client import (
    Cancellation,
    ExchangeError,
    HttpRequest,
    HttpResponse,
    IncompleteError,
    RedirectError,
    TimeLimitError,
    UnreachableError,
    exchange,
)
from onrecord.rdf.oxigraph import ResultTerm
from onrecord.releases.sparql_client import Store
from onrecord_server.errors import RefusalError
from onrecord_server.remote.literal_repair import repaired
from onrecord_server.remote.release import Described
from onrecord_server.sparql.query_guard import unescaped
from onrecord_server.workers import result_writers
from onrecord_server.workers.spool import Sink
from onrecord_server.workers.wire import Job

_PASSED_ON = frozenset((400, 403, 413, 503))
"""What another endpoint refuses with and we do too."""
_LATE = frozenset((408, 504))
_VIRTUOSO_LATE = "Virtuoso S1T00"
_LONGEST = 300
_NO_GRAPH = "urn:onrecord:no-graph"
_ASKED = ox.Variable("__ASK_RETVAL")
"""What Virtuoso 7 makes of an ASK: a row for yes, none for no."""


def fetch(
    store: Store,
    described: Described,
    job: Job,
    sink: Sink,
    seconds: float,
    cancellation: Cancellation,
) -> result_writers.Written:
    """Write what a store answers in the job's format, as a worker would.

    Raises RefusalError for what the store refuses, TimeLimitError when the time is up.
    """
    seconds = max(seconds, 0.001)
    request = _request(store, described, job, seconds)
    try:
        with exchange(request, store.credentials, seconds, cancellation) as response:
            if response.status >= 300:
                raise _refused(response.status, response.line(), seconds)
            if response.headers.get("X-SQL-State") == "S1TAT":
                # Virtuoso's time was up in the middle, and only this header says so.
                raise TimeLimitError(seconds)
            written = _written(response, job, sink)
            if isinstance(written, Exception):
                raise written
            return written
    except RedirectError as error:
        raise RefusalError(502, "the store has moved; its new address is to be named") from error
    except IncompleteError as error:
        raise RefusalError(502, "the store's answer ends early") from error
    except UnreachableError as error:
        raise RefusalError(503, f"the store cannot be reached: {error}", retry_after=10) from error


def _request(store: Store, described: Described, job: Job, seconds: float) -> HttpRequest:
    accept = "application/sparql-results+json"
    if job["format"] in result_writers.GRAPHS:
        # In Turtle, Virtuoso writes the decimal 1.0 as the integer 1.
        accept = "application/n-triples, text/turtle;q=0.5"
    default, named = _dataset(job, described)
    # Virtuoso and Stardog read milliseconds, and end the query there too; for a store that reads
    # seconds it is no limit, and the connection ends all the same.
    parameters = [("query", job["text"]), ("timeout", str(max(int(seconds * 1000), 1)))]
    parameters += [("default-graph-uri", graph) for graph in default]
    parameters += [("named-graph-uri", graph) for graph in named]
    if described.ours:
        parameters.append(("release", described.name))
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    return HttpRequest("POST", store.query, headers, urlencode(parameters).encode())


def _dataset(job: Job, described: Described) -> tuple[list[str], list[str]]:
    """Return the graphs that a query is about, in a store that may hold others too."""
    if not described.default:
        return job.get("default", []), job.get("named", [])
    default, named = list(described.default), sorted(described.graphs)
    if "default" in job or "named" in job:
        default, named = job.get("default", []), job.get("named", [])
    elif "dataset" in job:
        default, named = map(list, job["dataset"])
    if "graph" not in unescaped(job["text"]).lower():
        # Nothing is named, and thirty parameters would only take their time.
        named = []
    elif not named:
        # Without any, Virtuoso takes all graphs for named; the Recommendation says none.
        named = [_NO_GRAPH]
    return default or [_NO_GRAPH], named


def _refused(status: int, said: str, seconds: float) -> RefusalError | TimeLimitError:
    """Return what a refusal of the store is here; where the store is, is nobody's business."""
    if status in _LATE or _VIRTUOSO_LATE in said:
        return TimeLimitError(seconds)
    message = f"the store says {status}: {said[:_LONGEST]}"
    if status == 429:
        status = 503
    if status not in _PASSED_ON:
        return RefusalError(502, message)
    return RefusalError(status, message, retry_after=5 if status == 503 else None)


def _written(response: HttpResponse, job: Job, sink: Sink) -> result_writers.Written | Exception:
    """Write an answer, or return what to raise.

    The engine's rows must not outlive this thread, and the traceback of an error would keep them.
    """
    try:
        if job["format"] in result_writers.GRAPHS:
            count, limited = _write_graph(response, job, sink)
        else:
            count, limited = _write_rows(response.body, job, sink)
    except ExchangeError as error:
        return error.with_traceback(None)
    except OSError as error:
        return RefusalError(500, f"the answer cannot be written: {error.strerror}")
    except (SyntaxError, ValueError) as error:
        said = " ".join(str(error).split())[:_LONGEST]
        return RefusalError(502, f"the store's answer cannot be read: {said}")
    return count, limited or _is_cut(response, count)


def _write_rows(body: IO[bytes], job: Job, sink: Sink) -> result_writers.Written:
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return result_writers.write_boolean(bool(found), job["format"], sink)
    if found.variables == [_ASKED] and _ASKED.value not in job["text"]:
        return result_writers.write_boolean(any(True for _ in found), job["format"], sink)
    names, rows = result_writers.in_order(found, job.get("columns", []))
    mended: Iterator[list[ResultTerm | None]] = ([repaired(term) for term in row] for row in rows)
    return result_writers.write_rows(names, mended, job["format"], sink, job["rows"])


def _write_graph(response: HttpResponse, job: Job, sink: Sink) -> result_writers.Written:
    format = ox.RdfFormat.from_media_type(response.media_type)
    if format is None:
        raise ValueError(f"it is {response.media_type}, which is no graph")
    seen: set[ox.Triple] = set()

    def triples() -> Iterator[ox.Triple]:
        for quad in ox.parse(response.body, format=format):
            value = repaired(quad.object)
            triple = ox.Triple(
                quad.subject, quad.predicate, quad.object if value is None else value
            )
            if triple not in seen:
                seen.add(triple)
                yield triple

    prefixes = job.get("prefixes", {})
    return result_writers.write_graph(triples(), job["format"], sink, job["rows"], prefixes)


def _is_cut(response: HttpResponse, count: int) -> bool:
    """Return whether the store itself has left rows out, as it says in a header of its own."""
    if "X-Row-Limit" in response.headers:
        return True
    most = response.headers.get("X-SPARQL-MaxRows", "")
    return most.isdecimal() and count >= int(most)
