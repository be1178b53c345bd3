"""Findings as annotations of a GitHub workflow: one command a line.

See "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit.
"""

from collections.abc import Iterator

from onrecord.shacl.severity import Severity
from onrecord.validation.finding import Finding
from onrecord.validation.formats.text import local
from onrecord.validation.report import Report

_COMMANDS: dict[Severity, str] = {"violation": "error", "warning": "warning", "info": "notice"}


def render(outcome: Report) -> str:
    """Return `::error file=…,line=…::message` and the like, a line for each finding.

    GitHub shows the first ten of each kind; the job's log has all.
    """
    return "".join(f"{_command(finding, outcome)}\n" for finding in outcome.findings)


def _command(finding: Finding, outcome: Report) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _where(finding, outcome))
    message = "\n".join(part for part in (finding.message, finding.remedy) if part)
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(message)}"


def _where(finding: Finding, outcome: Report) -> Iterator[tuple[str, str]]:
    place = finding.place
    if place is not None:
        yield "file", outcome.address(place.file)
        yield "line", str(place.line)
        yield "endLine", str(place.end_line)
        if place.line == place.end_line:  # GitHub takes columns only within one line
            yield "col", str(place.column)
            yield "endColumn", str(max(place.column, place.end_column - 1))
    name = local(finding.shape) or finding.shape
    yield "title", f"{name} ({local(finding.component)})" if finding.component else name


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
