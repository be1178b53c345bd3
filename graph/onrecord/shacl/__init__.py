"""SHACL validation with two engines; results keep the lexical forms of the data."""

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.result import Result, report_graph
from onrecord.shacl.validate import EngineName, validate

__all__ = ["EngineName", "Result", "ShapesError", "report_graph", "validate"]
