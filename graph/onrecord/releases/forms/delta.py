"""Difference of two releases: quads removed and added, and what became of each claim."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UsageError
from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.forms.kept import compressed, kept
from onrecord.releases.forms.spare_folder import NoRoomError, SpareFolder
from onrecord.releases.release import Release

FILES = ("removed.nq.gz", "added.nq.gz", "changes.jsonl")
_N_QUADS = "dumps/onrecord.nq"
_SUBJECT_AND_PREDICATE = re.compile(rb"<([^>#]*)(#[^>]*)?> <([^>]*)> ")


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What became of a claim between two releases."""

    claim: str
    """Its IRI."""
    change: str
    """`added`, `changed`, `retracted` or `withdrawn`."""
    text: str
    """What is claimed, as the later release has it, or the earlier one if that has it no more."""
    properties: tuple[str, ...] = ()
    """Of a changed claim, the properties that have other values."""
    reason: str = ""
    """Of a claim that was retracted or withdrawn, why; empty if nothing is said."""


@dataclass(frozen=True, slots=True)
class ReleaseDifference:
    """Difference of two releases."""

    before: str
    after: str
    removed: int
    """Number of quads that only the earlier one has."""
    added: int
    """Number of quads that only the later one has."""
    claims: tuple[ClaimChange, ...]


def difference(before: Release, after: Release) -> ReleaseDifference:
    """Return the difference of two releases of one collection.

    Raises UsageError if their data is elsewhere, or they are of two collections.
    """
    for each in (before, after):
        if _N_QUADS not in each.files:
            raise UsageError(f"{each.path}: it has no dumps, so it cannot be compared")
    if before.manifest["base"] != after.manifest["base"]:
        raise UsageError(
            f"{before.name} and {after.name} are of two collections: {before.manifest['base']} and"
            f" {after.manifest['base']}"
        )
    numbers = {b"-": 0, b"+": 0}
    touched: dict[str, set[str]] = {}
    claims = f"{after.manifest['base']}claim/"
    for kind, line in _differences(before, after):
        numbers[kind] += 1
        match = _SUBJECT_AND_PREDICATE.match(line)
        iri = match[1].decode() if match else ""
        if match and iri.startswith(claims):
            touched.setdefault(iri, set()).add(match[3].decode())
    old, new = (SortedNTriples(each.path / "dumps" / "onrecord.nt") for each in (before, after))
    changes = (_change(iri, touched[iri], old, new) for iri in sorted(touched))
    return ReleaseDifference(before.name, after.name, numbers[b"-"], numbers[b"+"], tuple(changes))


def delta_file(
    before: Release, after: Release, name: str, spare: SpareFolder | None = None
) -> Path | None:
    """Return a file of the difference of two releases, made on first request.

    None if there is no such file, or if one of them has no N-Quads. The earlier release without
    `removed` and with `added`, sorted, is the later one. It is in `spare` where it cannot be beside
    the releases. Raises OSError if it cannot be written in either, NoRoomError if it is too large.
    """
    if name not in FILES or any(_N_QUADS not in each.files for each in (before, after)):
        return None
    path = f"delta/{before.name}/{name}"
    if name == "changes.jsonl":
        return kept(after, path, lambda: map(_line, difference(before, after).claims), spare)
    sign = b"-" if name == "removed.nq.gz" else b"+"

    def parts() -> Iterator[bytes]:
        lines = (line for kind, line in _differences(before, after) if kind == sign)
        return compressed(lines, "gz")

    return kept(after, path, parts, spare)


def read_changes(
    before: Release, after: Release, spare: SpareFolder | None = None
) -> tuple[ClaimChange, ...] | None:
    """Return what became of each claim, from the file that is kept of it where one can be.

    None if one of the releases has no dumps, or they are of two collections.
    """
    if before.manifest.get("base") != after.manifest.get("base"):
        return None
    try:
        path = delta_file(before, after, "changes.jsonl", spare)
    except (OSError, NoRoomError):  # it can be kept nowhere
        return difference(before, after).claims
    if path is None:
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_read_change(json.loads(line)) for line in lines)


def as_json(change: ClaimChange) -> dict[str, object]:
    """Return a change as a line of `changes.jsonl` has it."""
    found: dict[str, object] = {"claim": change.claim, "change": change.change, "text": change.text}
    if change.change == "changed":
        found["properties"] = list(change.properties)
    elif change.change in ("retracted", "withdrawn"):
        found["reason"] = change.reason
    return found


def _read_change(line: dict[str, object]) -> ClaimChange:
    properties = line.get("properties", [])
    return ClaimChange(
        str(line["claim"]),
        str(line["change"]),
        str(line.get("text", "")),
        tuple(properties) if isinstance(properties, list) else (),
        str(line.get("reason", "")),
    )


def _line(change: ClaimChange) -> bytes:
    return (json.dumps(as_json(change), ensure_ascii=False) + "\n").encode()


def _differences(before: Release, after: Release) -> Iterator[tuple[bytes, bytes]]:
    """Yield the lines of two sorted files that are in one of them, with `-` or `+`."""
    with (before.path / _N_QUADS).open("rb") as old, (after.path / _N_QUADS).open("rb") as new:
        left, right = next(old, b""), next(new, b"")
        while left or right:
            if left == right:
                left, right = next(old, b""), next(new, b"")
            elif right == b"" or (left != b"" and _key(left) < _key(right)):
                yield b"-", left
                left = next(old, b"")
            else:
                yield b"+", right
                right = next(new, b"")


def _key(line: bytes) -> bytes:
    """Return what a dump is sorted by: the quad without its full stop."""
    return line.removesuffix(b" .\n")


def _change(
    iri: str, properties: set[str], old: SortedNTriples, new: SortedNTriples
) -> ClaimChange:
    text = _value(new, iri, SCHEMA.text) or _value(old, iri, SCHEMA.text)
    was_there, is_there = (
        each.has_subject(iri) and not _value(each, iri, REC.withdrawnOn) for each in (old, new)
    )
    if was_there and not is_there:
        return ClaimChange(iri, "withdrawn", text, reason=_value(new, iri, REC.reason))
    if is_there and not was_there:
        return ClaimChange(iri, "added", text)
    retraction = _value(new, iri, REC.retractedIn)
    if retraction and not _value(old, iri, REC.retractedIn):
        return ClaimChange(iri, "retracted", text, reason=_value(new, retraction, REC.reason))
    return ClaimChange(iri, "changed", text, tuple(sorted(properties)))


def _value(release: SortedNTriples, iri: str, predicate: object) -> str:
    values: Iterable[object] = (each.object for each in release.of_property(iri, str(predicate)))
    return next((str(getattr(value, "value", "")) for value in values), "")
