"""Reference engine: pySHACL, slower and widely used."""

import logging
import re
import warnings

from rdflib import Graph, Literal
from rdflib.namespace import SH

from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl.advanced import declared_functions
from onrecord.shacl.errors import ShapesError
from onrecord.shacl.pattern import in_dialect
from onrecord.shacl.result import Result, read_report

_LOG = logging.getLogger(__name__)

_MAX_DEPTH = 100
"""How deep shapes may refer to each other; by itself, pySHACL stops at 15."""


def validate_by_pyshacl(data: Graph, shapes: Graph) -> list[Result]:
    """Validate data with pySHACL. Raises ShapesError if it refuses the shapes."""
    import pyshacl  # the import takes 0.4 s, which the fast engine avoids
    from pyshacl.errors import (
        ReportableRuntimeError,
        ShapeRecursionWarning,
        ValidationFailure,
    )

    with silence_literal_warnings(), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ShapeRecursionWarning)
        try:
            _, report, _text = pyshacl.validate(
                data,
                shacl_graph=_for_pyshacl(shapes),
                inplace=True,
                advanced=_is_advanced(shapes),
                max_validation_depth=_MAX_DEPTH,
            )
        except ReportableRuntimeError as error:
            raise ShapesError(None, f"pySHACL refuses the shapes: {error.message}") from error
        except NotImplementedError as error:
            raise ShapesError(None, f"pySHACL cannot do this: {error}") from error
        except re.error as error:
            raise ShapesError(None, f"a sh:pattern is no regular expression: {error}") from error
        if isinstance(report, ValidationFailure):
            raise ShapesError(None, f"pySHACL refuses the shapes: {report.message}")
        if any(issubclass(each.category, ShapeRecursionWarning) for each in warned):
            _LOG.warning("a shape refers to itself, where pySHACL stops: results may be missing")
        return [
            result for result in read_report(report) if not _is_lenient_unique_lang(shapes, result)
        ]


def _is_advanced(shapes: Graph) -> bool:
    """Say whether shapes have what pySHACL evaluates in its advanced mode only."""
    return (
        (None, SH.target, None) in shapes
        or (None, SH.expression, None) in shapes
        or bool(declared_functions(shapes))
    )


def _for_pyshacl(shapes: Graph) -> Graph:
    """Return a copy of shapes, to which pySHACL adds triples, with patterns as Python has them."""
    copy = Graph(namespace_manager=shapes.namespace_manager)
    for subject, predicate, value in shapes:
        if predicate == SH.pattern and isinstance(value, Literal):
            value = Literal(in_dialect(value, "python"))
        copy.add((subject, predicate, value))
    return copy


def _is_lenient_unique_lang(shapes: Graph, result: Result) -> bool:
    """Say whether a result is due to `sh:uniqueLang "1"`, which is not `true` (section 4.4.5)."""
    return (
        result.component == SH.UniqueLangConstraintComponent
        and str(shapes.value(result.shape, SH.uniqueLang)) != "true"
    )
