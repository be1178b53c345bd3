"""Baseline: findings that were accepted once, so that only new ones make a check fail."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UsageError
from onrecord.rdf.region import Region
from onrecord.validation.finding import SHAPES, SYNTAX, Finding
from onrecord.validation.fingerprint import fingerprint, nameless
from onrecord.validation.report import UNREAD, Report

RULE = "baseline"
"""The rule of findings about what a baseline accepts and the data no longer has."""
_VERSION = 1

_Key = tuple[str, str]
"""The fingerprint of a finding, and the file that it is known in if its node has no name."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One finding that a baseline accepts, perhaps more than once."""

    fingerprint: str
    scope: str
    """The only file that it is accepted in, for a node without a name; empty for one with."""
    count: int
    file: str
    """Where it stood when it was accepted, from the root; empty if it had no place."""
    message: str
    place: Region
    """The line of the baseline."""


def read_baseline(path: Path) -> list[Accepted]:
    """Read a baseline as `write_baseline` makes it, one finding a line.

    Raises UsageError if it cannot be read or is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read, {error}") from error
    try:
        document = json.loads(text)
        lines = text.splitlines()
        return [_accepted(entry, path, lines) for entry in document["findings"]]
    except (ValueError, KeyError, TypeError) as error:
        remedy = "make one with --write-baseline"
        raise UsageError(f"{path}: not a baseline, {remedy}") from error


def _accepted(entry: dict[str, str], path: Path, lines: Sequence[str]) -> Accepted:
    mark = entry["fingerprint"]
    number, line = next(
        ((number, line) for number, line in enumerate(lines, start=1) if mark in line), (1, "")
    )
    column = len(line) - len(line.lstrip()) + 1
    place = Region(str(path), number, column, number, len(line.rstrip(",")) + 1)
    scope = "" if entry["focus"] not in ("", "[]") else entry["file"]
    return Accepted(mark, scope, int(entry["count"]), entry["file"], entry["message"], place)


def write_baseline(outcome: Report) -> str:
    """Return a baseline that accepts all findings of an outcome, sorted, one a line."""
    count: Counter[_Key] = Counter()
    first: dict[_Key, Finding] = {}
    for finding in outcome.findings:
        if acceptable(finding):
            key = _key(finding, outcome)
            count[key] += 1
            first.setdefault(key, finding)
    entries = [
        {
            "fingerprint": key[0],
            "count": count[key],
            "file": outcome.address(finding.place.file) if finding.place else "",
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


def _key(finding: Finding, outcome: Report) -> _Key:
    place = finding.place
    scope = outcome.address(place.file) if nameless(finding) and place else ""
    return fingerprint(finding), scope


def acceptable(finding: Finding) -> bool:
    """Say whether a baseline may accept a finding: not that files do not parse."""
    return finding.shape not in (SYNTAX, SHAPES, RULE) or finding.severity == "info"


def without_accepted(outcome: Report, accepted: Iterable[Accepted]) -> tuple[Finding, ...]:
    """Return the findings that are not accepted, and one for each accepted one that is gone.

    What was accepted in a file that stands elsewhere and was not checked is left alone, and so is
    all of it where a file or the shapes could not be read.
    """
    entries = list(accepted)
    left: Counter[_Key] = Counter()
    for entry in entries:
        left[entry.fingerprint, entry.scope] += entry.count
    kept: list[Finding] = []
    for finding in outcome.findings:
        key = _key(finding, outcome)
        if acceptable(finding) and left[key] > 0:
            left[key] -= 1
        else:
            kept.append(finding)
    if outcome.exit_code in UNREAD:
        return tuple(kept)
    checked = {outcome.address(file) for file in outcome.files}
    for entry in entries:
        there = entry.file and (outcome.root / entry.file).exists()
        gone = left[entry.fingerprint, entry.scope]
        if gone > 0 and (entry.file in checked or not there):
            kept.append(_gone(entry, gone))
    return tuple(kept)


def _gone(entry: Accepted, count: int) -> Finding:
    times = f"{count} of {entry.count} of these are" if entry.count > 1 else "this is"
    return Finding(
        "violation",
        f"accepted, but {times} no longer found: {entry.message}",
        RULE,
        value=entry.fingerprint,
        remedy="take it out of the baseline, or write it anew with --write-baseline",
        place=entry.place,
    )
