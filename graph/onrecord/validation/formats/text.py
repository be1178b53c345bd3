"""Text format: `file:line:column: severity: message`, and the remedy on the next line."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from onrecord.validation.finding import Finding, reason_lines
from onrecord.validation.formats.plain import plain

MANY = 20
"""Number of findings from which they are grouped by shape."""
FIRST = 5
"""Number of findings shown of each group by default."""
_WIDEST = 200
"""Number of characters of a value that are shown."""


def render(findings: Sequence[Finding], show_all: bool = False) -> str:
    """Return the findings as lines; MANY or more are grouped by shape, with FIRST of each.

    `show_all` lists all of each group.
    """
    if not findings:
        return ""
    if len(findings) < MANY:
        return "\n".join(line for finding in findings for line in _lines(finding)) + "\n"
    return "\n".join(_grouped(findings, show_all)) + "\n"


def _grouped(findings: Sequence[Finding], show_all: bool) -> Iterator[str]:
    ordered = sorted(findings, key=_group)
    for (shape, component), members in groupby(ordered, key=_group):
        group = list(members)
        name = f"{shape} ({local(component)})" if component else shape
        yield plain(f"{name}: {len(group)}")
        for finding in group if show_all else group[:FIRST]:
            for line in _lines(finding):
                yield f"  {line}"
        if not show_all and len(group) > FIRST:
            yield f"  and {len(group) - FIRST} more, --all shows them"


def _group(finding: Finding) -> tuple[str, str]:
    return finding.shape, finding.component


def _lines(finding: Finding) -> Iterator[str]:
    region = finding.region
    where = (
        f"{region.file}:{region.line}:{region.column}" if region else finding.focus or "(nowhere)"
    )
    value = finding.value_text
    if len(value) > _WIDEST:
        value = f"{value[:_WIDEST]}…"
    shown = f"value {value}; " if value else ""
    if _is_named(finding):
        shown = f"node {finding.focus}; {shown}"
    yield plain(f"{where}: {finding.severity}: {finding.message} ({shown}shape {finding.shape})")
    for line, place in reason_lines(finding, "    "):
        said = f"{place.file}:{place.line}:{place.column}: {line.lstrip()}" if place else line
        yield plain(f"{line[: len(line) - len(line.lstrip())]}{said.lstrip()}")
    if finding.remedy:
        yield plain(f"    {finding.remedy}")
    for related in finding.related:
        yield plain(f"    see {related.file}:{related.line}:{related.column}")


def _is_named(finding: Finding) -> bool:
    """Say whether a finding of a shape is about a node whose name it does not say yet."""
    focus = finding.focus
    return bool(finding.component) and focus not in ("", "[]", finding.value)


def local(iri: str) -> str:
    """Return the local name of an IRI: what follows its last `#` or `/`."""
    return iri.rpartition("#")[2].rpartition("/")[2]
