"""The reference engine: pySHACL, slow and well known."""

import re

from rdflib import Graph
from rdflib.namespace import SH

from onrecord.rdf.xsd import unvalued
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
        except NotImplementedError as error:
            raise ShapesError(None, f"pySHACL cannot do this: {error}") from error
        except re.error as error:
            raise ShapesError(None, f"a sh:pattern is no regular expression: {error}") from error
        if isinstance(report, ValidationFailure):
            raise ShapesError(None, f"pySHACL refuses the shapes: {report.message}")
        return [result for result in read_report(report) if not _taken_for_true(shapes, result)]


def _taken_for_true(shapes: Graph, result: Result) -> bool:
    """Say whether pySHACL read `sh:uniqueLang "1"` as true, which it is not (section 4.4.5)."""
    return (
        result.component == SH.UniqueLangConstraintComponent
        and str(shapes.value(result.shape, SH.uniqueLang)) != "true"
    )
