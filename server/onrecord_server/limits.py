"""Limits on queries: time, memory, size, nesting and concurrency."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one query and on the queries of one server process."""

    seconds: float = 30.0
    """From the request to its answer, time in the queue included."""
    memory: int = 512 << 20
    """Bytes that a worker may allocate beyond the open store."""
    rows: int = 100_000
    """Rows or triples of an answer."""
    bytes: int = 256 << 20
    """Bytes of an answer."""
    text: int = 256 << 10
    """Bytes of query text."""
    address: int = 32 << 10
    """Bytes of the query string of an address."""
    depth: int = 100
    """Maximum nesting of brackets; the parser is recursive."""
    parameters: int = 64
    """Parameters of a request."""
    light: int = 2
    """Number of workers for quick queries."""
    jobs_per_worker: int = 4
    """Maximum number of quick queries in one worker: one running, the others in its socket."""
    heavy: int = 2
    """Number of workers for slow queries."""
    queue: int = 64
    """Maximum number of queries that wait for each lane."""
    slow_after: float = 0.1
    """Seconds of processor time after which a query counts as slow."""
