"""What is wrong with shapes."""

from rdflib.term import Node

from onrecord.errors import OnRecordError
from onrecord.rdf.region import Region


class ShapesError(OnRecordError):
    """The shapes are wrong, so nothing can be said about the data."""

    exit_code = 3

    def __init__(self, node: Node | None, problem: str, place: Region | None = None) -> None:
        """Say what is wrong with the node of the shapes graph, or with the whole of it (None)."""
        named = "shapes graph" if node is None else f"shape {node}"
        where = f"{place.file}:{place.line}:{place.column}" if place else named
        super().__init__(f"{where}: {problem}")
        self.node = node
        self.problem = problem
        self.place = place


class NotCompiled(Exception):  # noqa: N818 - it is caught, and never an error
    """A shape that cannot be turned into queries soundly; its reason is the message."""
