"""Limits on queries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and all of them together, may take."""

    seconds: float = 30.0
    """From when a query is asked until it has its answer, waiting included."""
    memory: int = 512 << 20
    """Bytes that a worker may take beyond an open store."""
    rows: int = 100_000
    bytes: int = 256 << 20
    text: int = 256 << 10
    """Bytes of query text."""
    address: int = 32 << 10
    """Bytes of an address after its question mark."""
    depth: int = 100
    """How deep brackets may be nested; the parser recurses."""
    parameters: int = 64
    light: int = 2
    """How many workers have quick queries."""
    ahead: int = 4
    """How many of them a worker has at most, one at work and the others waiting for it."""
    heavy: int = 2
    queue: int = 64
    """How many queries may wait for each lane."""
    moment: float = 0.1
    """Seconds after which a query counts as slow."""
