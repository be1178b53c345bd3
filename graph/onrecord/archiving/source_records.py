"""Records of what is archived: a source, the snapshot of its bytes, and that of their text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.archiving.keeping import Kept
from onrecord.archiving.standing import Fallen, fallen
from onrecord.errors import UsageError
from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.rdf.turtle_file import block, file_text, string, term
from onrecord.records.archive import Archive
from onrecord.records.assembly import records_of
from onrecord.records.collection import Description, describe, read_collection
from onrecord.records.completion import sources_of_snapshot

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """What the user says of the source; what is empty is taken from what the bytes say."""

    source: str = ""
    """IRI or name of a source on record."""
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedSource:
    """What has become of the records of a source."""

    source: str
    path: Path | None
    """The file that was written; None if all was on record."""
    is_new: bool
    """Whether the source was not on record."""
    fallen: tuple[Fallen, ...] = ()
    """Passages on record that do not stand in the new text."""
    has_publisher: bool = True


def record(
    kept: Kept, told: SourceDetails, root: Path, archive: Archive, today: date
) -> ArchivedSource:
    """Write the records of what was kept into a collection, unless it has them.

    A source is known by the name that the user gives, by its address, or by the same bytes. Raises
    OnRecordError for a collection that cannot be read, and UsageError for an unknown source.
    """
    collection = read_collection(root)
    if collection.problems:
        raise collection.problems[0]
    records = records_of(collection)
    described = describe(records, root)
    writer = _Writer(records, described, _slug(kept, told))
    bytes_known = _snapshot_of(records, kept.bytes_sha256)
    text_known = _snapshot_of(records, kept.text_sha256) if kept.text_sha256 else bytes_known
    source = _source(records, described, kept, told, bytes_known)
    if bytes_known is not None and text_known is not None and source is not None:
        return ArchivedSource(str(source), None, is_new=False)
    lost = () if source is None else tuple(fallen(records, source, archive, kept.text))
    writer.write(kept, told, source, bytes_known, today)
    path = _free_path(root, writer.slug)
    path.write_text(writer.file(kept), encoding="utf-8", newline="\n")
    return ArchivedSource(
        writer.source, path, source is None, lost if kept.text_sha256 else (), writer.has_publisher
    )


def _source(
    records: Graph,
    described: Description,
    kept: Kept,
    told: SourceDetails,
    bytes_known: Node | None,
) -> Node | None:
    if told.source:
        named = URIRef(
            told.source if ":" in told.source else f"{described.base}source/{told.source}"
        )
        if (named, RDF.type, REC.Source) not in records:
            raise UsageError(f"--source {told.source}: no source on record is called {named}")
        return named
    if bytes_known is not None:
        return next(iter(sources_of_snapshot(records, bytes_known)), None)
    addresses = {kept.original.address, _metadata(kept).get("address", "")} - {""}
    found = {
        source
        for address in addresses
        for source in records.subjects(SCHEMA.url, URIRef(address))
        if (source, RDF.type, REC.Source) in records
    }
    return min(found, key=str) if found else None


def _snapshot_of(records: Graph, digest: str) -> Node | None:
    found = [
        node
        for node in records.subjects(RDF.type, REC.Snapshot)
        if str(records.value(node, SCHEMA.sha256)) == digest
    ]
    return min(found, key=str) if found else None


class _Writer:
    """Blocks of Turtle for one source."""

    def __init__(self, records: Graph, described: Description, slug: str) -> None:
        self._records = records
        self._described = described
        self._blocks: list[str] = []
        self._names: set[str] = set()
        self.slug = slug
        self.source = ""
        self.has_publisher = True

    def write(
        self,
        kept: Kept,
        told: SourceDetails,
        source: Node | None,
        bytes_known: Node | None,
        today: date,
    ) -> None:
        """Write what is not on record."""
        if source is not None:
            self.slug = f"{str(source).rpartition('/')[2]}-{today.isoformat()}"
        curation = self._curation(today)
        if source is None:
            self.source = self._free("source", self.slug)
            self._write_source(kept, told, curation)
        else:
            self.source = str(source)
        name = self.source.rpartition("/")[2] if source is None else self.slug
        bytes_of = str(bytes_known) if bytes_known is not None else ""
        if not bytes_of:
            bytes_of = self._free("snapshot", name)
            self._add(bytes_of, self._snapshot_lines(kept), curation)
        if kept.made is None:
            return
        lines = [
            "a rec:Snapshot",
            f"rec:textOf {self._short(bytes_of)}",
            f"rec:madeWith {_string(kept.made.made_with)}",
            f"schema:softwareVersion {_string(kept.made.version)}",
        ]
        if kept.made.options:
            lines.append(f"rec:options {_string(kept.made.options)}")
        lines.append(f"rec:placeMap {_string(kept.layer_sha256)}")
        lines += [f"schema:sha256 {_string(kept.text_sha256 or '')}", "rec:extent code:whole"]
        self._add(self._free("snapshot", f"{name}-text"), lines, curation)

    def _curation(self, today: date) -> str:
        name = f"{self._described.base}curation/{self.slug}-archived-{today.isoformat()}"
        if (URIRef(name), None, None) in self._records:
            return name
        reason = (
            "Archived by onrecord archive add: title, publisher and day are those that the page or"
            " document gives itself, or the person who added it."
        )
        lines = [
            "a rec:Curation",
            f"prov:wasAssociatedWith {self._short(str(self._described.publisher))}",
            "rec:method code:machine-reading",
            f'rec:curatedOn "{today.isoformat()}"^^xsd:date',
            f"rec:reason {_string(reason, 'en')}",
        ]
        self._add(name, lines)
        return name

    def _write_source(self, kept: Kept, told: SourceDetails, curation: str) -> None:
        given = _metadata(kept)
        language = told.language or given.get("language", "")
        language = language if _LANGUAGE.fullmatch(language) else ""
        title = told.title or given.get("title", "")
        address = kept.original.address or given.get("address", "")
        publisher = told.publisher or given.get("publisher", "") or _host(address)
        self.has_publisher = bool(publisher)
        lines = ["a rec:Source"]
        if title:
            lines.append(f"schema:name {_string(title, language or 'und')}")
        elif not publisher:
            lines.append(f"rdfs:label {_string(Path(kept.original.name).name, 'en')}")
        if address and not re.search(r'[\x00-\x20<>"{}|^`\\]', address):
            lines.append(f"schema:url <{address}>")
        if publisher:
            actor = self._actor(publisher, curation)
            lines.append(f"schema:publisher {self._short(actor)}")
        day = told.published or given.get("published", "")
        if day:
            lines.append(
                f'rec:publishedOn [ dcterms:date "{day}"^^edtf:EDTF ; rec:basis code:explicit ;'
                f" rec:asStated {_string(_stated(day, kept.text))} ]"
            )
        if language:
            lines.append(f"schema:inLanguage {_string(language)}")
        self._add(self.source, lines, curation)

    def _snapshot_lines(self, kept: Kept) -> list[str]:
        lines = ["a rec:Snapshot", f"rec:snapshotOf {self._short(self.source)}"]
        original = kept.original
        if original.at is not None:
            lines.append(f"rec:retrievedFrom {_string(original.address)}^^xsd:anyURI")
            at = original.at.isoformat(timespec="seconds").replace("+00:00", "Z")
            lines.append(f'rec:retrievedAt "{at}"^^xsd:dateTime')
            lines += [f"rec:robots {_string(rule)}" for rule in dict.fromkeys(original.robots)]
        return [*lines, f"schema:sha256 {_string(kept.bytes_sha256)}", "rec:extent code:whole"]

    def _actor(self, name: str, curation: str) -> str:
        """Return the actor of this very name, a new one if there is none."""
        same = _same(name)
        for actor in sorted(self._records.subjects(RDF.type, REC.Actor), key=str):
            for predicate in (SCHEMA.name, SCHEMA.alternateName):
                if any(_same(str(one)) == same for one in self._records.objects(actor, predicate)):
                    return str(actor)
        actor_name = self._free("actor", _slug_of(name))
        lines = ["a rec:Actor , schema:Organization", f"schema:name {_string(name, 'en')}"]
        self._add(actor_name, lines, curation)
        return actor_name

    def _free(self, kind: str, slug: str) -> str:
        """Return an IRI that no record has."""
        number, iri = 1, f"{self._described.base}{kind}/{slug}"
        while iri in self._names or (URIRef(iri), None, None) in self._records:
            number += 1
            iri = f"{self._described.base}{kind}/{slug}-{number}"
        self._names.add(iri)
        return iri

    def _add(self, iri: str, lines: list[str], curation: str = "") -> None:
        if curation:
            lines = [*lines, f"rec:recordedIn {self._short(curation)}"]
        self._blocks.append(block(self._short(iri), lines))

    def _short(self, iri: str) -> str:
        return term(iri, self._described.base)

    def file(self, kept: Kept) -> str:
        """Return the whole file."""
        what = kept.original.address or Path(kept.original.name).name
        comment = f"{' '.join(what.split())}, as it was archived."
        return file_text(comment, self._blocks, self._described.base)


def _metadata(kept: Kept) -> dict[str, str]:
    return {} if kept.made is None else dict(kept.made.metadata)


def _stated(day: str, text: str) -> str:
    """Return the words of the text that state a day in full, the day itself if there are none."""
    try:
        year, month, number = date.fromisoformat(day).timetuple()[:3]
    except ValueError:
        return day
    names = _MONTHS[month - 1]
    numeral = f"0?{number}"
    patterns = (
        rf"\b{numeral}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?(?:{names})\.?,?\s+(?:de\s+)?{year}\b",
        rf"\b(?:{names})\.?\s+{numeral}(?:st|nd|rd|th)?,?\s+{year}\b",
        rf"\b{numeral}\.\s?0?{month}\.\s?{year}\b",
        rf"\b{year}-{month:02}-{number:02}\b",
    )
    for pattern in patterns:
        found = re.search(pattern, text, re.IGNORECASE)
        if found and "\n" not in found[0]:
            return found[0]
    return day


_MONTHS = (
    "january|jan|januar|janvier|gennaio", "february|feb|februar|février|febbraio",
    "march|mar|märz|mars|marzo", "april|apr|avril|aprile", "may|mai|maggio",
    "june|jun|juni|juin|giugno", "july|jul|juli|juillet|luglio", "august|aug|août|agosto",
    "september|sept|sep|septembre|settembre", "october|oct|oktober|octobre|ottobre",
    "november|nov|novembre", "december|dec|dezember|décembre|dicembre",
)  # fmt: skip
"""Names of months in English, German, French and Italian."""


def _slug(kept: Kept, told: SourceDetails) -> str:
    given = _metadata(kept)
    address = kept.original.address or given.get("address", "")
    publisher = told.publisher or given.get("publisher", "") or _host(address)
    title = told.title or given.get("title", "") or Path(kept.original.name).stem
    return "-".join(filter(None, (_slug_of(publisher, 2), _slug_of(title, 5)))) or "unnamed"


def _slug_of(words: str, most: int = 5) -> str:
    plain = unicodedata.normalize("NFKD", words.replace("ß", "ss").replace("ø", "o"))
    found = re.findall(r"[a-z0-9]+", "".join(filter(str.isascii, plain)).lower())
    return "-".join(found[:most])


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _string(text: str, language: str = "") -> str:
    """Return a literal of what a page says of itself, without its control characters."""
    return string("".join(filter(_is_printed, text)), language)


def _is_printed(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs")


def _free_path(root: Path, slug: str) -> Path:
    folder = root / "sources" if (root / "sources").is_dir() else root
    names: Iterable[str] = (f"{slug}.ttl", *(f"{slug}-{number}.ttl" for number in range(2, 1000)))
    return next(path for name in names if not (path := folder / name).exists())
