"""Cells of a table of results: text, address and kind of a term, and the names of things."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import RDFS, SKOS

from onrecord.rdf.namespaces import EDTF, XSD
from onrecord.rdf.oxigraph import ResultRow, ResultTerm
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import dump_of
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.things.property_words import words_of
from onrecord_server.sparql.ask import rows
from onrecord_server.sparql.endpoint import Endpoint

_DATE = re.compile(r"[0-9X]{4}-[0-9X]{2}[0-9X./~-]*")
_DATE_TYPES = frozenset(
    str(each) for each in (XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth, EDTF.EDTF)
)
_NUMBER_TYPES = frozenset(
    str(XSD[name])
    for name in (
        "integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger",
        "positiveInteger",
    )
)  # fmt: skip
_AT_ONCE = 1000
"""Things whose names a store is asked for at once."""
_UNSAFE = re.compile(r'[<>"{}|^`\\\x00-\x20]')


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell of a table: text, address and kind."""

    text: str
    address: str
    kind: str
    """`number`, `date`, `iri` or `text`."""
    iri: str = ""
    """What the text is the name of."""
    language: str = ""


def cell(term: ResultTerm | None, base: str, names: Mapping[str, str] = {}) -> Cell:
    """Return the cell of a term; an IRI is shown by its name, if there is one, else shortened."""
    if isinstance(term, ox.NamedNode):
        text = names.get(term.value) or shortened(term.value, base)
        return Cell(text, address_of(term.value, base), "iri", term.value)
    if isinstance(term, ox.Literal):
        return Cell(term.value, "", _kind(term), language=term.language or "")
    return Cell("" if term is None else str(term), "", "text")


def _kind(term: ox.Literal) -> str:
    datatype = term.datatype.value
    if datatype in _NUMBER_TYPES:
        return "number"
    return "date" if datatype in _DATE_TYPES or _DATE.fullmatch(term.value) else "text"


def names_of(
    endpoint: Endpoint, release: Release, found: Iterable[ResultRow], most: int
) -> dict[str, str]:
    """Return the names of the IRIs in rows: of at most `most`, in the order of the rows.

    A thing has that of its label in the release, a term of a vocabulary its label or words. Raises
    RefusalError.
    """
    iris = dict.fromkeys(
        term.value
        for row in found
        for term in row
        if isinstance(term, ox.NamedNode) and not _UNSAFE.search(term.value)
    )
    wanted = list(iris)[:most]
    names = {iri: words for iri in wanted if (words := words_of(iri))}
    dump = dump_of(release)
    if dump is not None:
        return names | _names_in(dump, wanted)
    for start in range(0, len(wanted), _AT_ONCE):
        values = " ".join(f"<{iri}>" for iri in wanted[start : start + _AT_ONCE])
        text = (
            f"SELECT ?thing ?name {{ VALUES ?thing {{ {values} }}"
            f" {{ ?thing <{RDFS.label}> ?name }} UNION {{ ?thing <{SKOS.prefLabel}> ?name }} }}"
        )
        found_names = rows(endpoint, text, release=release, unlimited=True).rows
        for thing, name in sorted(found_names, key=_english_last):
            if isinstance(thing, ox.NamedNode) and isinstance(name, ox.Literal):
                names[thing.value] = name.value
    return names


def _names_in(dump: SortedNTriples, iris: Iterable[str]) -> dict[str, str]:
    """Return the names that a dump has of IRIs, which takes less than to ask the store."""
    found = {}
    for iri in iris:
        labels = [
            triple.object
            for name in (RDFS.label, SKOS.prefLabel)
            for triple in dump.of_property(iri, str(name))
            if isinstance(triple.object, ox.Literal)
        ]
        if labels:
            found[iri] = max(labels, key=_english).value
    return found


def _english_last(row: ResultRow) -> tuple[bool, str]:
    return _english(row[1])


def _english(name: ResultTerm | None) -> tuple[bool, str]:
    return getattr(name, "language", "") == "en", str(name)
