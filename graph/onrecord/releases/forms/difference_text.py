"""Difference of two releases as text and as JSON."""

from onrecord.rdf.term_text import abbreviated
from onrecord.releases.forms.delta import ClaimChange, ReleaseDifference
from onrecord.releases.forms.delta import as_json as change_as_json


def as_json(found: ReleaseDifference) -> dict[str, object]:
    """Return a difference as an object of JSON; its claims are those of `changes.jsonl`."""
    return {
        "before": found.before,
        "after": found.after,
        "quads": {"removed": found.removed, "added": found.added},
        "claims": list(map(change_as_json, found.claims)),
    }


def as_text(found: ReleaseDifference, base: str) -> str:
    """Return a difference as lines of text: the numbers, then a claim a line."""
    lines = [
        f"{found.before} → {found.after}",
        f"quads: {found.removed} removed, {found.added} added",
        f"claims: {counts_text(found.claims)}",
    ]
    for change in found.claims:
        name = change.claim.removeprefix(base)
        behind = detail_of(change) or change.text
        lines.append(f"{change.change:<9}  {name}" + (f": {behind}" if behind else ""))
    return "\n".join(lines) + "\n"


def counts_text(changes: tuple[ClaimChange, ...]) -> str:
    """Return the numbers of claims by what became of them, such as `2 added, 1 changed`."""
    kinds = [change.change for change in changes]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(sorted(kinds))}
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "none changed"


def detail_of(change: ClaimChange) -> str:
    """Return what has changed of a claim, or why it was taken back; empty for one that is new."""
    return change.reason or ", ".join(map(abbreviated, change.properties))
