"""Validation of a graph by shapes, with either engine."""

from typing import Literal as OneOf

from rdflib import Graph

from onrecord.shacl.result import Result

Engine = OneOf["fast", "pyshacl"]


def validate(data: Graph, shapes: Graph, engine: Engine = "fast") -> list[Result]:
    """Return what is wrong with the data, in a stable order.

    Raises ShapesError if the shapes cannot be used.
    """
    from onrecord.shacl.reference import validate_by_pyshacl

    return sorted(validate_by_pyshacl(data, shapes), key=order)


def order(result: Result) -> tuple[str, str, str, str, str]:
    """Return what results are sorted by: shape, focus, component, path, value."""
    return (
        str(result.shape),
        str(result.focus),
        str(result.component),
        str(result.path or ""),
        str(result.value if result.value is not None else ""),
    )
