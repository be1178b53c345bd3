"""Errors of the shapes graph."""

from rdflib.term import Node

from onrecord.errors import OnRecordError
from onrecord.rdf.region import Region


class ShapesError(OnRecordError):
    """The shapes are invalid, so data cannot be validated against them."""

    exit_code = 3

    def __init__(self, node: Node | None, problem: str, region: Region | None = None) -> None:
        """Describe a problem of a node of the shapes graph, or of the whole graph (None)."""
        named = "shapes graph" if node is None else f"shape {node}"
        where = f"{region.file}:{region.line}:{region.column}" if region else named
        super().__init__(f"{where}: {problem}")
        self.node = node
        self.problem = problem
        self.region = region


class NotCompiled(Exception):  # noqa: N818 - always caught, never shown as an error
    """A shape cannot be compiled to equivalent queries; the message is the reason."""
