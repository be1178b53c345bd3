"""Acceptance: the records of the accepted cards of an article, written if the check passes them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from rdflib import URIRef

from onrecord.archiving.layer_file import KeptLayer, layers_of
from onrecord.errors import OnRecordError, UnwritableError
from onrecord.files.replacement import replace_files
from onrecord.rdf.region import Region
from onrecord.rdf.turtle_file import file_text, with_blocks
from onrecord.records.archive import Archive
from onrecord.records.check import check_records, report_of
from onrecord.records.collection import read_collection
from onrecord.reviewing.card import Card, Recorded
from onrecord.reviewing.claim_records import records_of_article
from onrecord.reviewing.draft_file import DraftFile, read_draft_file, write_draft_file
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.record_writer import RecordWriter
from onrecord.reviewing.settled_claim import SettledClaim, places_of, settle
from onrecord.validation.finding import Finding
from onrecord.validation.report import Report


class AcceptanceError(OnRecordError):
    """Accepted cards cannot be recorded; nothing is written then."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an acceptance has done."""

    path: Path | None
    """The file with the new records, None if there was nothing new."""
    claims: tuple[str, ...]
    """IRIs of the claims that are newly on record, or newly attested."""
    on_record: int
    """How many accepted cards were on record before."""
    rejected: int
    pending: int
    retractable: tuple[str, ...]
    """Claims on record whose card is rejected now, and no other card of their words accepted."""
    report: Report


def record_accepted(draft: Path, root: Path, archive: Archive, today: date) -> Acceptance:
    """Write the accepted cards of a file of drafts into a collection, and check it.

    A card that is on record is left as it is there. The new records are checked among those of
    the collection before anything is written. Raises AcceptanceError if they would not pass, and
    OnRecordError for what is not there or lacks something.
    """
    file = read_draft_file(draft)
    text = archive.text(file.sha256)
    if text is None:
        raise AcceptanceError(
            f"{draft}: the archive does not have its text {file.sha256[:12]}…, name it with"
            " --archive"
        )
    known = read_known_records(root)
    new: list[SettledClaim] = []
    upheld: set[Recorded] = set()
    on_record = 0
    for card in file.cards:
        if card.verdict != "accept":
            continue
        recorded = recorded_as(card, file, known)
        if recorded is not None:
            on_record += 1
            upheld.add(recorded)
            continue
        _require_places(card, text)
        new.append(settle(card, file, known))
    counts = (
        on_record,
        sum(card.verdict == "reject" for card in file.cards),
        sum(card.verdict is None for card in file.cards),
        tuple(
            dict.fromkeys(
                recorded.claim
                for card in file.cards
                if card.verdict == "reject"
                and (recorded := recorded_as(card, file, known))
                and recorded not in upheld
            )
        ),
    )
    if not new:
        report = report_of(check_records(read_collection(root), archive))
        return Acceptance(None, (), *counts, report)
    layer = _layer(archive, file.sha256, known)
    writer = RecordWriter(known, file, text, today, layer)
    path, content = _file_with(writer, records_of_article(writer, new))
    report = _checked(root, archive, path, content, writer)
    _write(path, content)
    file = file.with_cards(
        replace(one.card, recorded=Recorded(*writer.recorded[one.card.id]))
        for one in new
        if one.card.id in writer.recorded
    )
    try:
        write_draft_file(draft, file)
    except OSError as error:
        raise UnwritableError(f"{draft}: {error.strerror}") from error
    claims = tuple(claim for claim, _ in writer.recorded.values())
    return Acceptance(path, claims, *counts, report)


def _layer(archive: Archive, text_sha256: str, known: KnownRecords) -> KeptLayer | None:
    """Return how a text was made, of bytes on record if there are such; None if of none."""
    layers = list(layers_of(archive, text_sha256))
    on_record = (one for one in layers if known.source_of(one.bytes_sha256))
    return next(on_record, layers[0] if layers else None)


def recorded_as(card: Card, file: DraftFile, known: KnownRecords) -> Recorded | None:
    """Return the records of a card: those written for it, else those of the very same passage."""
    recorded = card.recorded
    if recorded is not None and (URIRef(recorded.attestation), None, None) in known.graph:
        return recorded
    source = known.source_of(file.sha256)
    if source is None:
        return None
    place = places_of(card)[0]
    found = known.attested_at(source.snapshot, place.start, place.end)
    return None if found is None else Recorded(found[1], found[0])


def _require_places(card: Card, text: str) -> None:
    """Raise AcceptanceError unless the words of a card are where it says."""
    for one in places_of(card):
        span = text[one.start : one.end]
        if not span or sha256(span.encode()).hexdigest() != one.sha256:
            raise AcceptanceError(
                f"{card.id}: other words are at {one.start} to {one.end}, select them again in"
                " `onrecord review`"
            )


def _file_with(writer: RecordWriter, blocks: list[str]) -> tuple[Path, str]:
    """Return the file that gets the new records, and its text with them."""
    known = writer.known
    source = writer.known_source()
    if source is not None:
        path = known.files[URIRef(source.snapshot)]
        try:
            former = path.read_text(encoding="utf-8")
            return path, with_blocks(former, blocks, known.base)
        except OSError as error:
            raise UnwritableError(f"{path}: {error.strerror}") from error
        except OnRecordError as error:
            raise AcceptanceError(f"{path}: {error}") from error
    slug = next(iri for iri in writer.taken if "/source/" in iri).rpartition("/")[2]
    folder = known.root / "sources"
    path = (folder if folder.is_dir() else known.root) / f"{slug}.ttl"
    if path.exists():
        raise AcceptanceError(f"{path}: there is such a file, give the article another slug")
    title = writer.file.of_article("title") or writer.file.name
    comment = f"“{' '.join(title.split())}”, and what it attests."
    return path, file_text(comment, blocks, known.base)


def _checked(
    root: Path, archive: Archive, path: Path, content: str, writer: RecordWriter
) -> Report:
    """Return the report on a collection with one file as it will be.

    Raises AcceptanceError if something is wrong with the new records, with the card.
    """
    with TemporaryDirectory() as name:
        trial = Path(name)
        for each in sorted(root.rglob("*.ttl")):
            if each != path:
                copy = trial / each.relative_to(root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.symlink_to(each.resolve())
        written = trial / path.relative_to(root)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(content, encoding="utf-8", newline="\n")
        checked = check_records(read_collection(trial), archive)
        wrong = [each for each in checked.violations if _is_of(each, writer.taken, str(written))]
        report = report_of(checked)
        if wrong:
            first = wrong[0]
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            card = writer.card_of.get(first.focus.partition("#")[0])
            what = first.focus.rpartition("/")[2] or path.name
            what = f"{card}: {what}" if card else what
            remedy = f", {first.remedy}" if first.remedy else ""
            raise AcceptanceError(f"{what}: {first.message.rstrip('.')}{remedy}{more}")
        return replace(
            report,
            files=tuple(str(root / Path(each).relative_to(trial)) for each in report.files),
            findings=tuple(_moved(each, trial, root) for each in report.findings),
        )


def _is_of(finding: Finding, new: Iterable[str], file: str) -> bool:
    focus = finding.focus.partition("#")[0]
    return focus in new or (
        not focus and finding.region is not None and finding.region.file == file
    )


def _moved(finding: Finding, trial: Path, root: Path) -> Finding:
    """Return a finding with the files of the collection in the place of those of the trial."""

    def place(region: Region) -> Region:
        path = Path(region.file)
        if not path.is_relative_to(trial):
            return region
        return replace(region, file=str(root / path.relative_to(trial)))

    return replace(
        finding,
        region=finding.region and place(finding.region),
        related=tuple(map(place, finding.related)),
        reasons=tuple(
            replace(
                reason,
                findings=tuple(_moved(each, trial, root) for each in reason.findings),
                region=reason.region and place(reason.region),
            )
            for reason in finding.reasons
        ),
    )


def _write(path: Path, content: str) -> None:
    try:
        if not path.exists():
            path.touch(exist_ok=False)
            try:
                replace_files({path: content.encode()})
            except OSError:
                path.unlink(missing_ok=True)
                raise
            return
        replace_files({path: content.encode()})
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}") from error
