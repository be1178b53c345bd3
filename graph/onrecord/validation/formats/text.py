"""Findings as text: one line each, `file:line:column: severity: message`, and its remedy."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from onrecord.validation.finding import Finding
from onrecord.validation.formats.plain import plain

MANY = 20
"""From how many findings on they are grouped by shape."""
FIRST = 5
"""How many of a group are shown unless all are wanted."""


def render(findings: Sequence[Finding], every: bool = False) -> str:
    """Return the findings as lines; from the twentieth on grouped by shape, five of each.

    `every` shows all of each group.
    """
    if not findings:
        return ""
    if len(findings) < MANY:
        return "\n".join(line for finding in findings for line in _lines(finding)) + "\n"
    return "\n".join(_grouped(findings, every)) + "\n"


def _grouped(findings: Sequence[Finding], every: bool) -> Iterator[str]:
    ordered = sorted(findings, key=_group)
    for (shape, component), members in groupby(ordered, key=_group):
        group = list(members)
        name = f"{shape} ({local(component)})" if component else shape
        yield plain(f"{name}: {len(group)}")
        for finding in group if every else group[:FIRST]:
            for line in _lines(finding):
                yield f"  {line}"
        if not every and len(group) > FIRST:
            yield f"  and {len(group) - FIRST} more, --all shows them"


def _group(finding: Finding) -> tuple[str, str]:
    return finding.shape, finding.component


def _lines(finding: Finding) -> Iterator[str]:
    place = finding.place
    where = f"{place.file}:{place.line}:{place.column}" if place else finding.focus or "(nowhere)"
    valued = finding.value or (finding.result is not None and finding.result.value is not None)
    shown = f"value {finding.value}; " if valued else ""
    yield plain(f"{where}: {finding.severity}: {finding.message} ({shown}shape {finding.shape})")
    if finding.remedy:
        yield plain(f"    {finding.remedy}")
    for other in finding.related:
        yield plain(f"    see {other.file}:{other.line}:{other.column}")


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]
