"""Reference engine: pySHACL, slower and widely used."""

import re

from rdflib import Graph
from rdflib.namespace import SH

from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl.errors import ShapesError
from onrecord.shacl.result import Result, read_report


def validate_by_pyshacl(data: Graph, shapes: Graph) -> list[Result]:
    """Validate data with pySHACL. Raises ShapesError if it refuses the shapes."""
    import pyshacl  # the import takes 0.4 s, which the fast engine avoids
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure

    with silence_literal_warnings():
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
        return [
            result for result in read_report(report) if not _is_lenient_unique_lang(shapes, result)
        ]


def _is_lenient_unique_lang(shapes: Graph, result: Result) -> bool:
    """Say whether a result is due to `sh:uniqueLang "1"`, which is not `true` (section 4.4.5)."""
    return (
        result.component == SH.UniqueLangConstraintComponent
        and str(shapes.value(result.shape, SH.uniqueLang)) != "true"
    )
