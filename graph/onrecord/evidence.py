"""Evidence: whether each passage stands in the archived text where the record says it does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from typing import Literal

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.archive import Archive, decode
from onrecord.diagnosis import Diagnosis, diagnose_hash, diagnose_words
from onrecord.namespaces import OA, REC, SCHEMA
from onrecord.passage import offset
from onrecord.quotation import in_quotation

Status = Literal["verified", "broken", "not checked"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the archive says of one passage, snapshot, date or figure."""

    node: Node
    predicate: Node | None
    """The property whose value is at fault, if one is."""
    status: Status
    problem: str = ""
    remedy: str = ""
    diagnosis: Diagnosis | None = None
    """What has become of a passage that is not where the record says."""


def verify(records: Graph, archive: Archive) -> Iterator[Verdict]:
    """Yield a verdict on every passage, and one on every snapshot and wording that is broken."""
    others = cache(partial(_archived_texts, records, archive))
    for snapshot in sorted(records.subjects(RDF.type, REC.Snapshot), key=str):
        digest = str(records.value(snapshot, SCHEMA.sha256))
        passages = sorted(records.subjects(OA.hasSource, snapshot), key=str)
        text = archive.text(digest)
        if text is not None:
            for passage in passages:
                yield _diagnosed(records, passage, text, _verdict(records, passage, text), others)
            continue
        altered = _altered_copy(records, passages, archive)
        if altered is None:
            for passage in passages:
                yield Verdict(passage, None, "not checked")
            continue
        name, text = altered
        yield Verdict(
            snapshot,
            SCHEMA.sha256,
            "broken",
            f"the archive holds this text altered, as {name}: its bytes have another SHA-256",
            "restore the archived file, or record the altered text as a snapshot of its own",
        )
        for passage in passages:
            verdict = _verdict(records, passage, text)
            yield verdict if verdict.status == "broken" else Verdict(passage, None, "not checked")
    yield from _verify_wordings(records, archive)


def _verdict(records: Graph, passage: Node, text: str) -> Verdict:
    start, end = records.value(passage, REC.start), records.value(passage, REC.end)
    words = records.value(passage, REC.words)
    digest = records.value(passage, SCHEMA.sha256)
    if start is None or end is None:
        if words is None or str(words) not in text:
            return Verdict(passage, REC.words, "broken", "the words do not stand in the source")
        return Verdict(passage, None, "verified")
    first, last = offset(start), offset(end)
    if first is None or last is None:
        wrong = REC.start if first is None else REC.end
        return Verdict(passage, wrong, "broken", "its position is not a number")
    span = text[first:last]
    if last > len(text):
        return Verdict(
            passage, REC.end, "broken", f"the passage ends past the text's {len(text)} code points"
        )
    if words is not None:
        if span != str(words):
            return Verdict(
                passage, REC.words, "broken", f"other words stand at {first} to {last}",
                "find them with `onrecord locate`",
            )  # fmt: skip
        if not _is_own_record(records, passage) and not in_quotation(text, first, last):
            return Verdict(
                passage, REC.words, "broken", "the words are not in quotation marks in the source",
                "keep prose as position and SHA-256, not as words",
            )  # fmt: skip
    if digest is not None and sha256(span.encode()).hexdigest() != str(digest):
        return Verdict(
            passage, SCHEMA.sha256, "broken",
            f"the text at {first} to {last} has another SHA-256",
            "find the passage with `onrecord locate`",
        )  # fmt: skip
    return Verdict(passage, None, "verified")


_REMEDIES = {
    "drifted": "run `onrecord check --fix`, or take the offsets from `onrecord locate`",
    "misattributed": "move the attestation into the file of that source",
    "altered": "quote the source to the letter",
    "fabricated": "take the passage out, or archive the text that has it",
    "lost": "find the passage again with `onrecord locate`",
}


def _diagnosed(
    records: Graph,
    passage: Node,
    text: str,
    verdict: Verdict,
    archived: Callable[[], dict[str, str]],
) -> Verdict:
    """Return the verdict with what has become of the passage, if it is not where it should be."""
    words = records.value(passage, REC.words)
    digest = records.value(passage, SCHEMA.sha256)
    start, end = records.value(passage, REC.start), records.value(passage, REC.end)
    first, last = 0 if start is None else offset(start), offset(end)
    if verdict.status != "broken" or first is None:
        return verdict
    if words is not None and text[first : first + len(str(words))] == str(words):
        return verdict  # the words are there, and it is something else that is wrong
    others = {name: other for name, other in archived().items() if other != text}
    if words is not None:
        diagnosis = diagnose_words(str(words), first, text, others)
    elif digest is not None and last is not None:
        diagnosis = diagnose_hash(str(digest), first, last - first, text, others)
    else:
        return verdict
    return replace(
        verdict,
        problem=f"{diagnosis.kind}: {verdict.problem}; {diagnosis.found}",
        remedy=_REMEDIES[diagnosis.kind],
        diagnosis=diagnosis,
    )


def _archived_texts(records: Graph, archive: Archive) -> dict[str, str]:
    """Return the archived texts of sources on record, by the names of their snapshots."""
    texts: dict[str, str] = {}
    for snapshot in sorted(records.subjects(RDF.type, REC.Snapshot), key=str):
        text = archive.text(str(records.value(snapshot, SCHEMA.sha256)))
        if text is not None:
            texts[str(snapshot)] = text
    return texts


def _is_own_record(records: Graph, passage: Node) -> bool:
    """Say whether the source is an event's own transcript, all of which is somebody's speech."""
    snapshot = records.value(passage, OA.hasSource)
    source = records.value(snapshot, REC.snapshotOf)
    return (source, REC.recordOf, None) in records


def _altered_copy(records: Graph, passages: list[Node], archive: Archive) -> tuple[str, str] | None:
    """Return the archived file that is the snapshot's text but for some bytes, if there is one.

    A file is taken for such a copy when at least one passage verifies in it at its own place.
    Files that are another snapshot's text are not looked at.
    """
    known = {str(digest) for digest in records.objects(None, SCHEMA.sha256)}
    for digest, path in archive.files.items():
        if digest not in known:
            text = decode(path.read_bytes())
            if any(_verdict(records, passage, text).status == "verified" for passage in passages):
                return path.name, text
    return None


def _verify_wordings(records: Graph, archive: Archive) -> Iterator[Verdict]:
    """Check that the words which a figure or a date rests on stand in a source that attests it."""
    texts_of_claim: dict[Node, list[str | None]] = {}
    for attestation, claim in records.subject_objects(REC.attests):
        texts = [
            archive.text(str(records.value(snapshot, SCHEMA.sha256)))
            for passage in records.objects(attestation, REC.passage)
            for snapshot in records.objects(passage, OA.hasSource)
        ]
        texts_of_claim.setdefault(claim, []).extend(texts)
        texts_of_claim.setdefault(attestation, []).extend(texts)
    for owner in sorted(texts_of_claim, key=str):
        texts = texts_of_claim[owner]
        if None in texts:
            continue
        stated = [(node, REC.asStated) for node in _stated(records, owner)]
        for node, predicate in (*stated, (owner, REC.hedge), (owner, REC.creditedAs)):
            for words in records.objects(node, predicate):
                if not any(text is not None and str(words) in text for text in texts):
                    yield Verdict(
                        node, predicate, "broken",
                        f"no source that attests it has the words {str(words)!r}",
                        "quote the source's words to the letter",
                    )  # fmt: skip


def _stated(records: Graph, owner: Node) -> Iterator[Node]:
    """Yield the quantities and time spans of a claim or an attestation."""
    for predicate in (REC.saidOn, REC.validFor):
        yield from records.objects(owner, predicate)
    for quantity in records.objects(owner, REC.quantity):
        yield quantity
        for predicate in (REC.validFor, REC.baseline):
            yield from records.objects(quantity, predicate)
