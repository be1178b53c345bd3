"""Worker process: evaluates queries over the store of a release, one at a time."""

import contextlib
import json
import signal
import socket
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from onrecord_server.workers import (
    result_writers,
    sandbox,
    wire,
)
from onrecord_server.workers.spool import SpooledOutput
from onrecord_server.workers.wire import Job, JobOutcome

_STORES = 4
"""Number of releases that a worker keeps open."""


def work(connection: socket.socket, spool: Path, memory: int, store: str) -> None:
    """Process jobs until the server closes the connection.

    `memory` is the number of bytes that the worker may allocate beyond the open store. `store` is
    the path of a store to open before the first job; empty for none.
    """
    sandbox.die_with_parent()
    sandbox.prefer_oom_kill()
    sandbox.use_batch_scheduling()
    sandbox.drop_network()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    open_store = _opener(memory)
    if store:
        with contextlib.suppress(OSError):  # a release that was removed meanwhile
            open_store(store)
    connection.sendall(wire.pack_outcome(JobOutcome()))
    with connection.makefile("rb") as stream:
        while (job := wire.read_job(stream)) is not None:
            opened = open_store(job["store"])
            sandbox.limit_time(job["seconds"])
            outcome, body = _answer(opened, job, spool)
            sandbox.limit_time(0)
            connection.sendall(wire.pack_outcome(outcome, body))


def _opener(memory: int) -> Callable[[str], ox.Store]:
    @lru_cache(maxsize=_STORES)
    def open_store(path: str) -> ox.Store:
        # The store maps its files into memory, which must not count against the limit.
        sandbox.limit_memory(1 << 40)
        store = ox.Store.read_only(path)
        sandbox.limit_memory(memory)
        return store

    return open_store


def _answer(store: ox.Store, job: Job, spool: Path) -> tuple[JobOutcome, bytes]:
    if not job["text"]:
        names = [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
        return JobOutcome(rows=len(names)), json.dumps(names).encode()
    try:
        with SpooledOutput(spool, job["bytes"]) as output:
            rows, limited = _evaluate(store, job, output)
    except SyntaxError as error:
        return JobOutcome("syntax", _told(job["text"], str(error))), b""
    except MemoryError:
        return JobOutcome("memory"), b""
    except _WrongFormError as error:
        return JobOutcome("form", str(error)), b""
    except _UnwritableError as error:
        return JobOutcome("unwritable", str(error)), b""
    except OSError as error:
        return JobOutcome("disk", str(error)), b""
    except (RuntimeError, ValueError) as error:
        return JobOutcome("engine", str(error)), b""
    return JobOutcome(rows=rows, limited=limited, file=output.file), output.body


def load_what_tells_mistakes() -> None:
    """Load and prepare the explanation of mistakes in a query."""
    _told("", "")


def _told(query: str, problem: str) -> str:
    """Return the mistake in a query as JSON."""
    # To load the parser takes longer than a worker takes to start.
    from onrecord.rdf.namespaces import PREFIXES
    from onrecord.rdf.query_text.mistake import mistake

    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    return json.dumps(mistake(query, problem, prefixes))


class _WrongFormError(Exception):
    """The query has another form than the server has read from its tokens."""


class _UnwritableError(Exception):
    """The format cannot represent this graph."""


def _default_graph(job: Job) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None:
    """Return the graphs that form the default graph; None for that of the store or the query."""
    if "usage" in job:
        return [ox.DefaultGraph(), ox.NamedNode(job["usage"])]
    default = job.get("default")
    return None if default is None else [ox.NamedNode(iri) for iri in default]


def _evaluate(store: ox.Store, job: Job, output: SpooledOutput) -> result_writers.Written:
    named = job.get("named")
    results = store.query(
        job["text"],
        default_graph=_default_graph(job),
        named_graphs=None if named is None else [ox.NamedNode(iri) for iri in named],
    )
    format = job["format"]
    if isinstance(results, ox.QueryTriples) != (format in result_writers.GRAPHS):
        raise _WrongFormError(f"{format} is not a format for what this query gives")
    if isinstance(results, ox.QuerySolutions):
        names, rows = result_writers.in_order(results, job.get("columns", []))
        return result_writers.write_rows(names, rows, format, output, job["rows"])
    if isinstance(results, ox.QueryBoolean):
        return result_writers.write_boolean(bool(results), format, output)
    try:
        return result_writers.write_graph(
            results, format, output, job["rows"], job.get("prefixes", {})
        )
    except ValueError as error:
        raise _UnwritableError(str(error)) from error
