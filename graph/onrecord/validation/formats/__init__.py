"""Reports: findings in the formats that people, editors and CI servers read."""

from onrecord.validation.formats import github, json, junit, sarif, text, turtle
from onrecord.validation.report import ValidationReport

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


def write(report: ValidationReport, format_name: str, show_all: bool = False) -> str:
    """Return an outcome in one of FORMATS; `every` shows all of each group of a text."""
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
