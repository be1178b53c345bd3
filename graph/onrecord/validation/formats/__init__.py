"""Report formats: text, JSON, SARIF, JUnit XML, GitHub annotations and SHACL in Turtle."""

from importlib import import_module
from types import ModuleType

from onrecord.validation.report import Report

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


def write(report: Report, format_name: str, show_all: bool = False) -> str:
    """Render a report in one of FORMATS; `show_all` lists all findings of a group in text."""
    # one of six: the XML and Turtle that the others need take a tenth of a small check to load
    module: ModuleType = import_module(f"onrecord.validation.formats.{format_name}")
    if format_name == "text":
        text: str = module.render(report.findings, show_all)
    else:
        text = module.render(report)
    return text
