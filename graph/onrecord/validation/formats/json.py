"""Findings as JSON, after the schema in `docs/findings.schema.json`."""

import json
from importlib.metadata import version

from onrecord.rdf.region import Region
from onrecord.validation.finding import Finding
from onrecord.validation.fingerprint import fingerprint
from onrecord.validation.report import Report

SCHEMA = "https://w3id.org/onrecord/findings.schema.json"
SCHEMA_VERSION = "1.1"
"""Which version of the schema: the second number counts additions, the first all other changes."""


def render(outcome: Report) -> str:
    """Return one JSON object: `findings`, `verdicts` on passages, and what was checked.

    Files are named as the outcome names them; what a finding does not have is null.
    """
    document = {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "onrecord", "version": version("onrecord")},
        "conforms": outcome.conforms,
        "fail_on": outcome.fail_on,
        "files": list(outcome.files),
        "counts": outcome.counts,
        "passages": dict(outcome.passages),
        "verdicts": list(map(dict, outcome.verdicts)),
        "findings": [_finding(finding) for finding in outcome.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    result = finding.result
    known = finding.value or (result is not None and result.value is not None)
    return {
        **_place(finding.place),
        "severity": finding.severity,
        "message": finding.message,
        "shape": finding.shape,
        "component": finding.component or None,
        "focus": finding.focus or None,
        "path": finding.path or None,
        "value": finding.value if known else None,
        "remedy": finding.remedy or None,
        "related": [_place(place) for place in finding.related],
        "fingerprint": fingerprint(finding),
    }


def _place(place: Region | None) -> dict[str, str | int | None]:
    if place is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }
