"""Report formats: text, JSON, SARIF, JUnit XML, GitHub annotations and SHACL in Turtle."""

from onrecord.validation.formats import github, json, junit, sarif, text, turtle
from onrecord.validation.report import Report

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


def write(report: Report, format_name: str, show_all: bool = False) -> str:
    """Render a report in one of FORMATS; `show_all` lists all findings of a group in text."""
    if format_name == "text":
        return text.render(report.findings, show_all)
    writers = {
        "json": json.render,
        "sarif": sarif.render,
        "junit": junit.render,
        "github": github.render,
        "turtle": turtle.render,
    }
    return writers[format_name](report)
