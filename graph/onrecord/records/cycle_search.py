"""Python's search for cycles of objects, which is rare while many records are read and checked."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.rdf.processes import search_cycles_rarely


@contextmanager
def rare_cycle_search() -> Iterator[None]:
    """Search for cycles rarely meanwhile, and afterwards as before; may be used as a decorator."""
    thresholds = gc.get_threshold()
    search_cycles_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
