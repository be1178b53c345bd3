"""GitHub format: findings as workflow annotations, one command a line.

See "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit.
"""

from collections.abc import Iterator

from onrecord.shacl.severity import Severity
from onrecord.validation.finding import Finding, reason_lines
from onrecord.validation.formats.text import local
from onrecord.validation.report import Report

_COMMANDS: dict[Severity, str] = {"violation": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return a line `::error file=…,line=…::message` for each finding, or `::warning`, `::notice`.

    GitHub shows the first ten of each kind; the job's log has all.
    """
    return "".join(f"{_command(finding, report)}\n" for finding in report.findings)


def _command(finding: Finding, report: Report) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _where(finding, report))
    reasons = (line for line, _ in reason_lines(finding, "    "))
    message = "\n".join(part for part in (finding.message, *reasons, finding.remedy) if part)
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(message)}"


def _where(finding: Finding, report: Report) -> Iterator[tuple[str, str]]:
    region = finding.region
    if region is not None:
        yield "file", report.address(region.file)
        yield "line", str(region.line)
        yield "endLine", str(region.end_line)
        if region.line == region.end_line:  # GitHub accepts columns within one line only
            yield "col", str(region.column)
            yield "endColumn", str(max(region.column, region.end_column - 1))
    name = local(finding.shape) or finding.shape
    yield "title", f"{name} ({local(finding.component)})" if finding.component else name


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
