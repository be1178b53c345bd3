"""Verification of passages against the archived texts: hash, position, words, quotation marks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import Archive, Stretches, decode, layer_name, spoken
from onrecord.records.completion import sources_of_snapshot
from onrecord.records.diagnosis import Diagnosis, diagnose_hash, diagnose_words
from onrecord.records.passage import cuts_character, find, offset
from onrecord.records.quotation import in_quotation

Status = Literal["verified", "broken", "not checked"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of verifying one passage, snapshot, date or figure against the archive."""

    node: Node
    predicate: Node | None
    """The property with the wrong value, if there is one."""
    status: Status
    problem: str = ""
    remedy: str = ""
    diagnosis: Diagnosis | None = None
    """Diagnosis of a passage that is not at its position."""


def verify(records: Graph, archive: Archive) -> Iterator[Verdict]:
    """Yield a verdict for every passage, and for every broken snapshot and wording."""
    others = cache(partial(_archived_texts, records, archive))
    snapshots = {
        snapshot: sorted(records.subjects(OA.hasSource, snapshot), key=str)
        for snapshot in sorted(records.subjects(RDF.type, REC.Snapshot), key=str)
    }
    altered = _altered_copies(records, snapshots, archive)
    for snapshot, passages in snapshots.items():
        text = archive.text(_digest_of(records, snapshot))
        if text is not None:
            speech = _speech(records, snapshot, archive)
            for passage in passages:
                verdict = _verdict(records, passage, text, speech)
                yield _with_diagnosis(records, passage, text, verdict, others, speech)
            continue
        path = altered.get(snapshot) or archive.altered.get(_digest_of(records, snapshot))
        if path is None:
            for passage in passages:
                yield Verdict(passage, None, "not checked")
            continue
        yield Verdict(
            snapshot,
            SCHEMA.sha256,
            "broken",
            f"the archive holds this text altered, as {path.name}: its bytes have another SHA-256",
            "restore the archived file, or record the altered text as a snapshot of its own",
        )
        text = decode(path.read_bytes())
        for passage in passages:
            verdict = _verdict(records, passage, text)
            yield verdict if verdict.status == "broken" else Verdict(passage, None, "not checked")
    yield from _verify_place_maps(records, archive)
    yield from _verify_wordings(records, archive)


def _verify_place_maps(records: Graph, archive: Archive) -> Iterator[Verdict]:
    """Yield a verdict for each layer file that is not the one on record, beside an archived text.

    It has the names of the text and the bytes, since it is found by them; its hash is on record.
    """
    for snapshot, digest in sorted(records.subject_objects(REC.placeMap), key=str):
        text = archive.files.get(_digest_of(records, snapshot))
        if text is None or str(digest) in archive.files:
            continue
        made_of = _digest_of(records, records.value(snapshot, REC.textOf) or snapshot)
        path = text.with_name(layer_name(_digest_of(records, snapshot), made_of))
        if path.exists():
            yield Verdict(
                snapshot, REC.placeMap, "broken",
                f"{path.name} has another SHA-256 than the place map on record",
                "restore the file, or add the bytes again with `onrecord archive add`",
            )  # fmt: skip


def _digest_of(records: Graph, snapshot: Node) -> str:
    return str(records.value(snapshot, SCHEMA.sha256))


def _region(records: Graph, passage: Node) -> tuple[int, int] | None:
    """Return start and end of a passage by its record, None if it has neither.

    If one of the two is missing, it follows from the length of the words. Raises _RegionError if
    an offset is not a number, or if there are no words to compute the missing one from.
    """
    written = records.value(passage, REC.start), records.value(passage, REC.end)
    for predicate, term in zip((REC.start, REC.end), written, strict=True):
        if term is not None and offset(term) is None:
            raise _RegionError(predicate, "its position is not a number")
    start, end = offset(written[0]), offset(written[1])
    words = records.value(passage, REC.words)
    if start is not None and end is not None:
        return start, end
    if words is None:
        raise _RegionError(REC.words, "it has neither words nor both a start and an end")
    if start is not None:
        return start, start + len(str(words))
    return None if end is None else (end - len(str(words)), end)


class _RegionError(Exception):
    """A record does not give the region of a passage."""

    def __init__(self, predicate: Node, problem: str) -> None:
        super().__init__(problem)
        self.predicate = predicate


def _speech(records: Graph, snapshot: Node, archive: Archive) -> Stretches:
    """Return the stretches of a text that the bytes mark as a speaker's words, by its place map.

    Only a place map with the SHA-256 on record counts.
    """
    path = archive.files.get(str(records.value(snapshot, REC.placeMap)))
    return () if path is None else spoken(path.read_bytes())


def _verdict(records: Graph, passage: Node, text: str, speech: Stretches = ()) -> Verdict:
    try:
        region = _region(records, passage)
    except _RegionError as error:
        return Verdict(passage, error.predicate, "broken", str(error))
    if region is not None:
        return _verdict_at(records, passage, text, *region, speech)
    words = str(records.value(passage, REC.words))
    places = (place.start for place in find(text, words))
    verdicts = [_verdict_at(records, passage, text, at, at + len(words), speech) for at in places]
    if not verdicts:
        return Verdict(passage, REC.words, "broken", "the words are not in the source")
    # the record has no position, so any place that verifies is right
    return next((each for each in verdicts if each.status == "verified"), verdicts[0])


def _verdict_at(
    records: Graph, passage: Node, text: str, first: int, last: int, speech: Stretches = ()
) -> Verdict:
    """Return the verdict on a passage for a given region of its text."""
    outside = _outside(text, first, last)
    if outside is not None:
        predicate, problem = outside
        remedy = "take start and end from `onrecord locate`"
        return Verdict(passage, predicate, "broken", problem, remedy)
    span = text[first:last]
    words = records.value(passage, REC.words)
    digest = records.value(passage, SCHEMA.sha256)
    if words is None and digest is None:
        return Verdict(passage, None, "broken", "it has neither words nor a SHA-256")
    if words is not None and span != str(words):
        return Verdict(
            passage, REC.words, "broken", f"other words are at {first} to {last}",
            "find them with `onrecord locate`",
        )  # fmt: skip
    if (
        words is not None
        and not _is_own_record(records, passage)
        and not in_quotation(text, first, last)
        and not any(start <= first and last <= end for start, end in speech)
    ):
        return Verdict(
            passage, REC.words, "broken", "the words are not in quotation marks in the source",
            "keep prose as position and SHA-256, not as words",
        )  # fmt: skip
    if digest is not None and _sha256(span) != str(digest):
        return Verdict(
            passage, SCHEMA.sha256, "broken",
            f"the text at {first} to {last} has another SHA-256",
            "find the passage with `onrecord locate`",
        )  # fmt: skip
    for predicate, place in ((REC.start, first), (REC.end, last)):
        if cuts_character(text, place):
            return Verdict(
                passage, predicate, "broken",
                f"it cuts off {text[place]!a} at {place} from the character before it",
                "take the whole character into the passage, or leave it out",
            )  # fmt: skip
    return Verdict(passage, None, "verified")


def _outside(text: str, first: int, last: int) -> tuple[Node, str] | None:
    """Return the wrong end of a region and the problem, None if the region is within the text."""
    length = len(text)
    if first < 0:
        return REC.start, f"the passage starts {-first} code points before the text"
    if last > length:
        past = f"{last - length} code points past the text, which has {length}"
        return REC.end, f"the passage ends {past}"
    if first >= last:
        return REC.end, f"the passage ends at {last}, which is not after its start"
    return None


_REMEDIES = {
    "drifted": "run `onrecord check --fix`, or take the offsets from `onrecord locate`",
    "misattributed": "move the attestation into the file of that source",
    "altered": "quote the source to the letter",
    "fabricated": "take the passage out, or archive the text that has it",
    "lost": "find the passage again with `onrecord locate`",
}


def _with_diagnosis(
    records: Graph,
    passage: Node,
    text: str,
    verdict: Verdict,
    archived_texts: Callable[[], dict[str, str]],
    speech: Stretches = (),
) -> Verdict:
    """Return the verdict with a diagnosis, if the passage is not in its region."""
    if verdict.status != "broken":
        return verdict
    words = records.value(passage, REC.words)
    digest = records.value(passage, SCHEMA.sha256)
    try:
        region = _region(records, passage)
    except _RegionError:
        return verdict
    if region is None:
        if str(words) in text:
            return verdict
        region = (0, 0)
    span = "" if _outside(text, *region) else text[slice(*region)]
    stands_there = span != "" and (
        span == str(words) or (words is None and _sha256(span) == str(digest))
    )

    def verifies(first: int, last: int) -> bool:
        return _verdict_at(records, passage, text, first, last, speech).status == "verified"

    others = {name: other for name, other in archived_texts().items() if other != text}
    if words is not None:
        diagnosis = diagnose_words(str(words), region, text, others, verifies)
    elif digest is not None:
        diagnosis = diagnose_hash(str(digest), region, text, others, verifies=verifies)
    else:
        return verdict
    place = diagnosis.start, diagnosis.end
    if stands_there and (place[0] is None or place[1] is None or not verifies(place[0], place[1])):
        return verdict  # the passage is in its region, so something else is wrong
    return replace(
        verdict,
        problem=f"{diagnosis.kind}: {verdict.problem}; {diagnosis.found}",
        remedy=_REMEDIES[diagnosis.kind],
        diagnosis=diagnosis,
    )


def _sha256(span: str) -> str:
    return sha256(span.encode()).hexdigest()


def _archived_texts(records: Graph, archive: Archive) -> dict[str, str]:
    """Return the archived texts of sources on record, by the IRI of their snapshot.

    Bytes of which a text was made are left out: no passage is anchored in them.
    """
    texts: dict[str, str] = {}
    for snapshot in texts_on_record(records):
        text = archive.text(_digest_of(records, snapshot))
        if text is not None:
            texts[str(snapshot)] = text
    return texts


def texts_on_record(records: Graph) -> list[Node]:
    """Return the snapshots that anchor passages: all but the bytes of which a text was made."""
    return sorted(
        (
            snapshot
            for snapshot in records.subjects(RDF.type, REC.Snapshot)
            if (None, REC.textOf, snapshot) not in records
        ),
        key=str,
    )


def texts_to_make(records: Graph, archive: Archive) -> Iterator[str]:
    """Yield a note for each text that is not archived although the bytes behind it are."""
    for text, archived in sorted(records.subject_objects(REC.textOf)):
        digest = _digest_of(records, text)
        path = archive.files.get(_digest_of(records, archived))
        if path is None or digest in archive.files:
            continue
        made = (REC.madeWith, SCHEMA.softwareVersion, REC.options)
        how = " ".join(str(value) for name in made for value in records.objects(text, name))
        yield (
            f"{path.name}: the archive has these bytes, not their text {digest[:12]}…: "
            f"make it with {how}, and keep it with `onrecord archive add`"
        )


def _is_own_record(records: Graph, passage: Node) -> bool:
    """Return whether the source is an event's own transcript, which is speech throughout."""
    return any(
        (source, REC.recordOf, None) in records
        for snapshot in records.objects(passage, OA.hasSource)
        for source in sources_of_snapshot(records, snapshot)
    )


def _altered_copies(
    records: Graph, snapshots: Mapping[Node, list[Node]], archive: Archive
) -> dict[Node, Path]:
    """Return the archived files that are altered copies of a snapshot's text, by snapshot.

    A file counts as such a copy if at least one passage verifies in it at its own position. Files
    that are another snapshot's text are skipped. Each of the others is read once, and compared once
    for each region, however many missing passages have that region.
    """
    known = {str(digest) for digest in records.objects(None, SCHEMA.sha256)}
    unknown = [path for digest, path in archive.files.items() if digest not in known]
    if not unknown:
        return {}
    missing = _missing_by_region(records, snapshots, archive)
    found: dict[Node, Path] = {}
    for path in unknown:
        text = decode(path.read_bytes())
        for snapshot, passage in _candidates_in(text, missing):
            if snapshot not in found and _verdict(records, passage, text).status == "verified":
                found[snapshot] = path
    return found


_PassagesByEvidence = dict[str, list[tuple[Node, Node]]]
"""Snapshot and passage pairs by words or by hash."""


@dataclass(slots=True)
class _MissingPassages:
    """Passages with the same region whose snapshots are not archived."""

    words: _PassagesByEvidence = field(default_factory=dict)
    hashes: _PassagesByEvidence = field(default_factory=dict)


def _missing_by_region(
    records: Graph, snapshots: Mapping[Node, list[Node]], archive: Archive
) -> dict[tuple[int, int] | None, _MissingPassages]:
    """Return the passages of snapshots that are not archived, by region in order of its end.

    Those without a region are under None, as if they ended at 0.
    """
    missing: dict[tuple[int, int] | None, _MissingPassages] = {}
    for snapshot, passages in snapshots.items():
        if _digest_of(records, snapshot) in archive.files:
            continue
        for passage in passages:
            words = records.value(passage, REC.words)
            with suppress(_RegionError):  # its verdict does not depend on the text
                group = missing.setdefault(_region(records, passage), _MissingPassages())
                by_evidence = group.hashes if words is None else group.words
                evidence = records.value(passage, SCHEMA.sha256) if words is None else words
                by_evidence.setdefault(str(evidence), []).append((snapshot, passage))
    return dict(sorted(missing.items(), key=lambda item: (item[0] or (0, 0))[::-1]))


def _candidates_in(
    text: str, missing: Mapping[tuple[int, int] | None, _MissingPassages]
) -> Iterator[tuple[Node, Node]]:
    """Yield snapshot and passage where a text has the words or the hash in the passage's region."""
    for region, group in missing.items():
        if region is None:
            for words, passages in group.words.items():
                if words in text:
                    yield from passages
            continue
        start, end = region
        if end > len(text):
            return
        if start < 0:
            continue
        span = text[start:end]
        yield from group.words.get(span, ())
        if group.hashes:
            yield from group.hashes.get(_sha256(span), ())


def _verify_wordings(records: Graph, archive: Archive) -> Iterator[Verdict]:
    """Yield a verdict for each figure, date or hedge whose words are in no source that attests it.

    A report that puts the claim otherwise has hedges of its own, which are not the speaker's.
    """
    texts_of_claim: dict[Node, list[str | None]] = {}
    texts_of_hedges: dict[Node, list[str | None]] = {}
    for attestation, claim in records.subject_objects(REC.attests):
        texts = [
            archive.text(_digest_of(records, snapshot))
            for passage in records.objects(attestation, REC.passage)
            for snapshot in records.objects(passage, OA.hasSource)
        ]
        texts_of_claim.setdefault(claim, []).extend(texts)
        texts_of_claim.setdefault(attestation, []).extend(texts)
        if records.value(attestation, REC.modality) is None:
            texts_of_hedges.setdefault(claim, []).extend(texts)
    for owner in sorted(texts_of_claim, key=str):
        texts = texts_of_claim[owner]
        if None in texts:
            continue
        stated = [(node, REC.asStated) for node in _stated(records, owner)]
        for node, predicate in (*stated, (owner, REC.hedge), (owner, REC.creditedAs)):
            among = texts_of_hedges.get(owner, []) if predicate == REC.hedge else texts
            for words in records.objects(node, predicate):
                if not any(text is not None and str(words) in text for text in among):
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
