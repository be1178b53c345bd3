"""Query to a remote store, and conversion of its answer to the requested format."""

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
from onrecord.releases.remote.push import held_name
from onrecord.releases.remote.sparql_client import Store
from onrecord_server.errors import RefusalError
from onrecord_server.remote.held_graphs import with_held_names
from onrecord_server.remote.literal_repair import repaired
from onrecord_server.remote.release import RemoteRelease
from onrecord_server.sparql.query_guard import unescaped
from onrecord_server.workers import result_writers
from onrecord_server.workers.spool import SpooledOutput
from onrecord_server.workers.wire import Job

_FORWARDED = frozenset((400, 403, 413, 503))
"""Status codes of the store that are passed on to the client."""
_TIMED_OUT = frozenset((408, 504))
_VIRTUOSO_TIMED_OUT = "Virtuoso S1T00"
_MESSAGE_LENGTH = 300
_NO_GRAPH = "urn:onrecord:no-graph"
_VIRTUOSO_ASK = ox.Variable("__ASK_RETVAL")
"""Variable in Virtuoso 7's answer to an ASK: one row for true, none for false."""


def fetch(
    store: Store,
    release: RemoteRelease,
    job: Job,
    output: SpooledOutput,
    seconds: float,
    cancellation: Cancellation,
) -> result_writers.Written:
    """Write the store's answer in the job's format, as a worker does.

    Raises RefusalError for an error of the store, TimeLimitError at the time limit.
    """
    seconds = max(seconds, 0.001)
    request = _request(store, release, job, seconds)
    try:
        with exchange(request, store.credentials, seconds, cancellation) as response:
            if response.status >= 300:
                raise _refused(response.status, response.excerpt(), seconds)
            if response.headers.get("X-SQL-State") == "S1TAT":
                # Virtuoso reached its time limit within the answer; only this header shows it.
                raise TimeLimitError(seconds)
            written = _written(response, job, output)
            if isinstance(written, Exception):
                raise written
            return written
    except RedirectError as error:
        raise RefusalError(
            502, "the store has moved; start the server with its new address"
        ) from error
    except IncompleteError as error:
        raise RefusalError(502, "the store's answer ends early") from error
    except UnreachableError as error:
        raise RefusalError(503, f"the store cannot be reached: {error}", retry_after=10) from error


def _request(store: Store, release: RemoteRelease, job: Job, seconds: float) -> HttpRequest:
    accept = "application/sparql-results+json"
    if job["format"] in result_writers.GRAPHS:
        # In Turtle, Virtuoso writes the decimal 1.0 as the integer 1.
        accept = "application/n-triples, text/turtle;q=0.5"
    default, named = _dataset(job, release)
    text = job["text"]
    if release.description_graph:
        text = with_held_names(text, release.name)
        default, named = (
            [graph if graph == _NO_GRAPH else held_name(graph, release.name) for graph in graphs]
            for graphs in (default, named)
        )
    # Virtuoso and Stardog read milliseconds, and stop the query themselves. For a store that reads
    # seconds this is no limit, but the connection is closed all the same.
    parameters = [("query", text), ("timeout", str(max(int(seconds * 1000), 1)))]
    parameters += [("default-graph-uri", graph) for graph in default]
    parameters += [("named-graph-uri", graph) for graph in named]
    if release.is_onrecord:
        parameters.append(("release", release.name))
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    return HttpRequest("POST", store.query, headers, urlencode(parameters).encode())


def _dataset(job: Job, release: RemoteRelease) -> tuple[list[str], list[str]]:
    """Return the default and the named graphs of a query, in a store that may hold others too."""
    if not release.default:
        return job.get("default", []), job.get("named", [])
    default, named = list(release.default), sorted(release.graphs)
    if "usage" in job:
        default.append(job["usage"])
    if "default" in job or "named" in job:
        default, named = job.get("default", []), job.get("named", [])
    elif "dataset" in job:
        default, named = map(list, job["dataset"])
    if "graph" not in unescaped(job["text"]).lower():
        # The query has no GRAPH, and thirty parameters would only cost time.
        named = []
    elif not named:
        # Without any, Virtuoso takes all graphs as named ones; the Recommendation says none.
        named = [_NO_GRAPH]
    return default or [_NO_GRAPH], named


def _refused(status: int, line: str, seconds: float) -> RefusalError | TimeLimitError:
    """Return the error for a status of the store; without the address of the store."""
    if status in _TIMED_OUT or _VIRTUOSO_TIMED_OUT in line:
        return TimeLimitError(seconds)
    message = f"the store says {status}: {line[:_MESSAGE_LENGTH]}"
    if status == 429:
        status = 503
    if status not in _FORWARDED:
        return RefusalError(502, message)
    return RefusalError(status, message, retry_after=5 if status == 503 else None)


def _written(
    response: HttpResponse, job: Job, output: SpooledOutput
) -> result_writers.Written | Exception:
    """Write an answer, or return the exception to raise.

    The engine's rows must not outlive this thread, and a traceback would refer to them.
    """
    try:
        if job["format"] in result_writers.GRAPHS:
            count, limited = _write_graph(response, job, output)
        else:
            count, limited = _write_rows(response.body, job, output)
    except ExchangeError as error:
        return error.with_traceback(None)
    except OSError as error:
        return RefusalError(500, f"the answer cannot be written: {error.strerror}")
    except (SyntaxError, ValueError) as error:
        message = " ".join(str(error).split())[:_MESSAGE_LENGTH]
        return RefusalError(502, f"the store's answer cannot be read: {message}")
    return count, limited or _is_limited(response, count)


def _write_rows(body: IO[bytes], job: Job, output: SpooledOutput) -> result_writers.Written:
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return result_writers.write_boolean(bool(found), job["format"], output)
    if found.variables == [_VIRTUOSO_ASK] and _VIRTUOSO_ASK.value not in job["text"]:
        return result_writers.write_boolean(any(True for _ in found), job["format"], output)
    names, rows = result_writers.in_order(found, job.get("columns", []))
    if columns := job.get("columns"):
        # For `SELECT *` the variables for graphs of the store come, too; they are the last ones.
        names = [name for name in names if name in columns]
    repaired_rows: Iterator[list[ResultTerm | None]] = (
        [repaired(term) for term, _ in zip(row, names, strict=False)] for row in rows
    )
    return result_writers.write_rows(names, repaired_rows, job["format"], output, job["rows"])


def _write_graph(response: HttpResponse, job: Job, output: SpooledOutput) -> result_writers.Written:
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
    return result_writers.write_graph(triples(), job["format"], output, job["rows"], prefixes)


def _is_limited(response: HttpResponse, count: int) -> bool:
    """Return whether the store has left rows out, according to its headers."""
    if "X-Row-Limit" in response.headers:
        return True
    most = response.headers.get("X-SPARQL-MaxRows", "")
    return most.isdecimal() and count >= int(most)
