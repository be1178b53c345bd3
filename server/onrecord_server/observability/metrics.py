"""Prometheus metrics, summed over all server processes."""

import os
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.values import ValueClass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_REQUESTS = Counter(
    "onrecord_requests",
    "Requests, by the first part of the path and by status",
    ("route", "status"),
)
_SECONDS = Histogram(
    "onrecord_request_seconds",
    "Time from a request until its response was written",
    ("answer",),
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_ROWS = Counter("onrecord_rows", "Rows and triples in answers")
_WAITING = Gauge(
    "onrecord_waiting_queries", "Queries that wait for a worker", multiprocess_mode="livesum"
)

_CACHED = _SECONDS.labels("kept")
_NEW = _SECONDS.labels("new")


def count(route: str, status: int, number: int) -> None:
    """Count responses by route and status."""
    _request(route, status).inc(number)


def observe(seconds: float, *, cached: bool) -> None:
    """Add the duration of a response to the histogram."""
    (_CACHED if cached else _NEW).observe(seconds)


def count_rows(number: int) -> None:
    """Count rows and triples of answers."""
    _ROWS.inc(number)


_children: dict[tuple[str, int], Counter] = {}


def _request(route: str, status: int) -> Counter:
    child = _children.get((route, status))
    if child is None:
        child = _children[route, status] = _REQUESTS.labels(route, str(status))
    return child


def waiting(number: int) -> None:
    """Set the number of queries that wait in this process."""
    _WAITING.set(number)


def forget_dead_processes() -> None:
    """Remove the gauges of processes that have ended."""
    for path in Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ".")).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def text() -> bytes:
    """Return all metrics; of all processes if PROMETHEUS_MULTIPROC_DIR was set at import."""
    if ValueClass.__name__ != "MmapedValue":
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
