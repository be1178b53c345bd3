"""JSON format: findings after the schema in `docs/findings.schema.json`."""

import json
from importlib.metadata import version

from onrecord.rdf.region import Region
from onrecord.validation.finding import Finding
from onrecord.validation.fingerprint import fingerprint
from onrecord.validation.report import Report

SCHEMA = "https://w3id.org/onrecord/findings.schema.json"
SCHEMA_VERSION = "1.3"
"""Version of the schema: the second number counts additions, the first all other changes."""


def render(report: Report) -> str:
    """Return one JSON object: `findings`, `verdicts` on passages, and the checked files.

    File names are those of the report; absent properties of a finding are null.
    """
    document = {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "onrecord", "version": version("onrecord")},
        "conforms": report.conforms,
        "fail_on": report.fail_on,
        "files": list(report.files),
        "counts": report.counts,
        "passages": dict(report.passages),
        "verdicts": list(map(dict, report.verdicts)),
        "findings": [_finding(finding) for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    result = finding.result
    has_value = finding.value or (result is not None and result.value is not None)
    return {
        **_region(finding.region),
        "severity": finding.severity,
        "message": finding.message,
        "shape": finding.shape,
        "component": finding.component or None,
        "focus": finding.focus or None,
        "path": finding.path or None,
        "value": finding.value if has_value else None,
        "remedy": finding.remedy or None,
        "times": finding.times,
        "related": [_region(region) for region in finding.related],
        "reasons": [
            {
                **_region(reason.region),
                "title": reason.title,
                "findings": [_finding(each) for each in reason.findings],
                "omitted": reason.omitted,
            }
            for reason in finding.reasons
        ],
        "fingerprint": fingerprint(finding),
    }


def _region(region: Region | None) -> dict[str, str | int | None]:
    if region is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": region.file,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }
