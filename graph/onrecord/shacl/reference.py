"""The reference engine: pySHACL, slow and well known."""

from rdflib import Graph

from onrecord.literals import unvalued
from onrecord.shacl.errors import ShapesError
from onrecord.shacl.result import Result, read_report


def validate_by_pyshacl(data: Graph, shapes: Graph) -> list[Result]:
    """Return what pySHACL finds.

    Raises ShapesError if it refuses the shapes.
    """
    import pyshacl  # 0.4 s that the fast engine need not pay
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure

    with unvalued():
        try:
            _, report, _text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
        except ReportableRuntimeError as error:
            raise ShapesError(None, f"pySHACL refuses the shapes: {error.message}") from error
        if isinstance(report, ValidationFailure):
            raise ShapesError(None, f"pySHACL refuses the shapes: {report.message}")
        return read_report(report)
