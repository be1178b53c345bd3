"""Baseline file: accepted findings, so that only new findings make a check fail."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UsageError
from onrecord.rdf.region import Region
from onrecord.validation.finding import SYNTAX, Finding
from onrecord.validation.fingerprint import fingerprint, is_anonymous
from onrecord.validation.report import UNREAD, Report

RULE = "baseline"
"""Rule of the findings that report baseline entries without a matching finding."""
_VERSION = 1

_Key = tuple[str, str]
"""Fingerprint of a finding, and its file if its focus node is a blank node (else empty)."""


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """One entry of a baseline: a finding and how often it is accepted."""

    fingerprint: str
    scope: str
    """The only file that it is accepted in if its focus is a blank node; empty for an IRI."""
    count: int
    file: str
    """File of the accepted finding, relative to the root; empty if it had no region."""
    message: str
    region: Region
    """Line of the entry in the baseline file."""


def read_baseline(path: Path) -> list[AcceptedFinding]:
    """Read a baseline file written by `write_baseline`, in the order of its lines.

    Raises UsageError if the file cannot be read or is not a baseline.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read, {error}") from error
    try:
        document = json.loads(text)
        lines = text.splitlines()
        return [_read_entry(entry, path, lines) for entry in document["findings"]]
    except (ValueError, KeyError, TypeError) as error:
        remedy = "make one with --write-baseline"
        raise UsageError(f"{path}: not a baseline, {remedy}") from error


def _read_entry(entry: dict[str, str], path: Path, lines: Sequence[str]) -> AcceptedFinding:
    digest = entry["fingerprint"]
    number, line = next(
        ((number, line) for number, line in enumerate(lines, start=1) if digest in line), (1, "")
    )
    column = len(line) - len(line.lstrip()) + 1
    region = Region(str(path), number, column, number, len(line.rstrip(",")) + 1)
    scope = "" if entry["focus"] not in ("", "[]") else entry["file"]
    return AcceptedFinding(
        digest, scope, int(entry["count"]), entry["file"], entry["message"], region
    )


def write_baseline(report: Report) -> str:
    """Return a JSON baseline that accepts all findings of a report, sorted, one entry a line."""
    count: Counter[_Key] = Counter()
    first: dict[_Key, Finding] = {}
    for finding in report.findings:
        if can_accept(finding):
            key = _key(finding, report)
            count[key] += 1
            first.setdefault(key, finding)
    entries = [
        {
            "fingerprint": key[0],
            "count": count[key],
            "file": report.address(finding.region.file) if finding.region else "",
            "shape": finding.shape,
            "focus": finding.focus,
            "path": finding.path,
            "value": finding.value,
            "message": finding.message,
        }
        for key, finding in first.items()
    ]
    entries.sort(key=lambda entry: (str(entry["file"]), str(entry["shape"]), str(entry["focus"])))
    lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return f'{{"baseline": {_VERSION}, "findings": [\n{lines}\n]}}\n'


def _key(finding: Finding, report: Report) -> _Key:
    region = finding.region
    scope = report.address(region.file) if is_anonymous(finding) and region else ""
    return fingerprint(finding), scope


def can_accept(finding: Finding) -> bool:
    """Say whether a baseline may accept a finding: not syntax errors or refused shapes."""
    return finding.shape not in (SYNTAX, RULE) and not finding.refuses


def apply_baseline(report: Report, accepted: Iterable[AcceptedFinding]) -> tuple[Finding, ...]:
    """Return the findings that a baseline does not accept, and one for each unmatched entry.

    Entries of files that exist and were not checked are not reported as unmatched, nor is any
    entry if a data file or the shapes could not be read.
    """
    entries = list(accepted)
    remaining: Counter[_Key] = Counter()
    for entry in entries:
        remaining[entry.fingerprint, entry.scope] += entry.count
    findings: list[Finding] = []
    for finding in report.findings:
        key = _key(finding, report)
        if can_accept(finding) and remaining[key] > 0:
            remaining[key] -= 1
        else:
            findings.append(finding)
    if report.exit_code in UNREAD:
        return tuple(findings)
    checked = {report.address(file) for file in report.files}
    for entry in entries:
        exists = entry.file and (report.root / entry.file).exists()
        missing = remaining[entry.fingerprint, entry.scope]
        if missing > 0 and (entry.file in checked or not exists):
            findings.append(_no_longer_found(entry, missing))
    return tuple(findings)


def _no_longer_found(entry: AcceptedFinding, count: int) -> Finding:
    times = f"{count} of {entry.count} of these are" if entry.count > 1 else "this is"
    return Finding(
        "violation",
        f"accepted, but {times} no longer found: {entry.message}",
        RULE,
        value=entry.fingerprint,
        remedy="remove it from the baseline, or rewrite the baseline with --write-baseline",
        region=entry.region,
    )
