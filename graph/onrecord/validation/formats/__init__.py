"""Reports: findings in the formats that people, editors and CI servers read."""

from onrecord.validation.formats import github, json, junit, sarif, text, turtle
from onrecord.validation.report import Report

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")


def write(outcome: Report, format_name: str, every: bool = False) -> str:
    """Return an outcome in one of FORMATS; `every` shows all of each group of a text."""
    if format_name == "text":
        return text.render(outcome.findings, every)
    writers = {
        "json": json.render,
        "sarif": sarif.render,
        "junit": junit.render,
        "github": github.render,
        "turtle": turtle.render,
    }
    return writers[format_name](outcome)
