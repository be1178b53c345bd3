"""The worker process: takes a query, evaluates it over a release's store, sends the answer."""

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
from onrecord_server.workers.spool import Sink
from onrecord_server.workers.wire import Job, JobOutcome

_STORES = 4
"""How many releases a worker keeps open."""


def work(connection: socket.socket, spool: Path, memory: int) -> None:
    """Answer jobs until the server closes the connection.

    `memory` is how many bytes one worker may take beyond an open store.
    """
    sandbox.die_with_parent()
    sandbox.be_first_to_go()
    sandbox.give_way()
    sandbox.drop_network()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    open_store = _opener(memory)
    connection.sendall(wire.pack_outcome(JobOutcome()))
    with connection.makefile("rb") as stream:
        while (job := wire.read_job(stream)) is not None:
            store = open_store(job["store"])
            sandbox.limit_time(job["seconds"])
            outcome, body = _answer(store, job, spool)
            sandbox.limit_time(0)
            connection.sendall(wire.pack_outcome(outcome, body))


def _opener(memory: int) -> Callable[[str], ox.Store]:
    @lru_cache(maxsize=_STORES)
    def open_store(path: str) -> ox.Store:
        # The store maps its files, which is not what the limit is about.
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
        with Sink(spool, job["bytes"]) as sink:
            rows, limited = _evaluate(store, job, sink)
    except SyntaxError as error:
        return JobOutcome("syntax", str(error)), b""
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
    return JobOutcome(rows=rows, limited=limited, file=sink.file), sink.body


class _WrongFormError(Exception):
    """The query has another form than the server took it for."""


class _UnwritableError(Exception):
    """The format cannot hold this graph."""


def _evaluate(store: ox.Store, job: Job, sink: Sink) -> result_writers.Written:
    default, named = job.get("default"), job.get("named")
    results = store.query(
        job["text"],
        default_graph=None if default is None else [ox.NamedNode(iri) for iri in default],
        named_graphs=None if named is None else [ox.NamedNode(iri) for iri in named],
    )
    format = job["format"]
    if isinstance(results, ox.QueryTriples) != (format in result_writers.GRAPHS):
        raise _WrongFormError(f"{format} is not a format for what this query gives")
    if isinstance(results, ox.QuerySolutions):
        names, rows = result_writers.in_order(results, job.get("columns", []))
        return result_writers.write_rows(names, rows, format, sink, job["rows"])
    if isinstance(results, ox.QueryBoolean):
        return result_writers.write_boolean(bool(results), format, sink)
    try:
        return result_writers.write_graph(
            results, format, sink, job["rows"], job.get("prefixes", {})
        )
    except ValueError as error:
        raise _UnwritableError(str(error)) from error
