"""SHACL: any shapes over any data, with results that can be traced to where they are written."""

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.result import Result, report_graph
from onrecord.shacl.validate import EngineName, validate

__all__ = ["EngineName", "Result", "ShapesError", "report_graph", "validate"]
