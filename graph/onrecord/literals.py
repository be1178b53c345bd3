"""Literals: whether what is written is a value of the datatype that it names."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unvalued() -> Iterator[None]:
    """Let rdflib make literals whose form has no value without a word on stderr.

    We report them ourselves, with their places.
    """
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean")
            yield
    finally:
        logger.setLevel(level)
