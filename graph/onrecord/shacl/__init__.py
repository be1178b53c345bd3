"""SHACL: any shapes over any data, with results that can be traced to where they are written."""

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.result import Result, report_graph
from onrecord.shacl.validation import Engine, validate

__all__ = ["Engine", "Result", "ShapesError", "report_graph", "validate"]
