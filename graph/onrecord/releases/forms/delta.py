"""Difference of two releases: quads removed and added, and what became of each claim."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.rdf.namespaces import REC
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.forms.kept import compressed, kept
from onrecord.releases.release import Release

FILES = ("removed.nq.gz", "added.nq.gz", "changes.jsonl")
_SUBJECT_AND_PREDICATE = re.compile(rb"<([^>#]*)(#[^>]*)?> <([^>]*)> ")


def delta_file(before: Release, after: Release, name: str) -> Path | None:
    """Return a file of the difference of two releases, made if nobody wanted it before.

    None if there is no such file, or if one of them has no N-Quads. The earlier release without
    `removed` and with `added`, sorted, is the later one.
    """
    if name not in FILES or any(_N_QUADS not in each.files for each in (before, after)):
        return None
    path = f"delta/{before.name}/{name}"
    if name == "changes.jsonl":
        return kept(after, path, lambda: _changes(before, after))
    sign = b"-" if name == "removed.nq.gz" else b"+"
    lines = (line for kind, line in _differences(before, after) if kind == sign)
    return kept(after, path, lambda: compressed(lines, "gz"))


_N_QUADS = "dumps/onrecord.nq"


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


def _changes(before: Release, after: Release) -> Iterator[bytes]:
    """Yield a line of JSON for each claim that was added, changed, retracted or withdrawn."""
    base = str(after.manifest["base"])
    touched: dict[str, set[str]] = {}
    for _, line in _differences(before, after):
        match = _SUBJECT_AND_PREDICATE.match(line)
        iri = match[1].decode() if match else ""
        if match and iri.startswith(f"{base}claim/"):
            touched.setdefault(iri, set()).add(match[3].decode())
    old, new = (SortedNTriples(each.path / "dumps" / "onrecord.nt") for each in (before, after))
    for iri in sorted(touched):
        change = _change(iri, old, new)
        if change["change"] == "changed":
            change["properties"] = sorted(touched[iri])
        yield (json.dumps(change, ensure_ascii=False) + "\n").encode()


def _change(iri: str, old: SortedNTriples, new: SortedNTriples) -> dict[str, object]:
    found: dict[str, object] = {"claim": iri}
    if _is_withdrawn(iri, new) or not new.has_subject(iri):
        return found | {"change": "withdrawn", "reason": _value(new, iri, REC.reason)}
    if not old.has_subject(iri):
        return found | {"change": "added"}
    retraction = _value(new, iri, REC.retractedIn)
    if retraction and not _value(old, iri, REC.retractedIn):
        return found | {"change": "retracted", "reason": _value(new, retraction, REC.reason)}
    return found | {"change": "changed"}


def _is_withdrawn(iri: str, release: SortedNTriples) -> bool:
    return bool(_value(release, iri, REC.withdrawnOn))


def _value(release: SortedNTriples, iri: str, predicate: object) -> str:
    values: Iterable[object] = (each.object for each in release.of_property(iri, str(predicate)))
    return next((str(getattr(value, "value", "")) for value in values), "")
