"""Page of a source: its archived texts with the place of each passage, and what it carries."""

from dataclasses import dataclass
from itertools import groupby

from flask import render_template
from markupsafe import Markup
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import ask_ahead, base_of, is_true, named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.pages.things.correction import corrections
from onrecord_server.pages.things.incoming import incoming
from onrecord_server.pages.things.known_time import known_time
from onrecord_server.pages.things.linked import linked, names_of_linked
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN_APART = frozenset(
    map(str, (REC.snapshotOf, REC.reliesOn, REC.reprints, REC.translates, REC.summarises))
)
_REPORT: Paths = to(REC.mode)
_DRIFT: Paths = to(REC.outcome)
_WIDTH, _LANE = 1000, 12
_LANES = 4


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """Passage of a source, and the claim that it attests."""

    start: int
    end: int
    words: str
    claim: str
    """Address of the claim."""
    text: str
    speakers: str
    mode: str
    drifts: tuple[str, ...]
    withdrawn: bool
    anchor: str
    """Its name on the page of the archived text."""


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """Archived text with its passages in the order of the text."""

    snapshot: dict[str, str]
    address: str
    places: list[PlacedPassage]
    map: Markup | None
    length: int
    """The end of the last passage: so long the text is at least."""


def source_page(endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph) -> str:
    """Return the page of a source."""
    base = base_of(release)
    source, thing = {"source": str(iri)}, {"thing": str(iri)}
    ask_ahead(
        endpoint, release, ("passages-of-source", source), ("snapshots-of-source", source),
        ("counts-of-source", source), ("reliance-of-source", source), ("corrections-of", thing),
        ("incoming-links", thing),
    )  # fmt: skip
    names = names_of_linked(endpoint, release, graph)
    rows = _passages(endpoint, release, str(iri))
    texts = [
        _archived(snapshot, [row for row in rows if row["snapshot"] == snapshot["snapshot"]], base)
        for snapshot in named_rows(endpoint, release, "snapshots-of-source", source=str(iri))
    ]
    (counted,) = named_rows(endpoint, release, "counts-of-source", source=str(iri))
    reliance = named_rows(endpoint, release, "reliance-of-source", source=str(iri))
    return render_template(
        "source.html",
        iri=iri,
        title=title,
        path=str(iri).removeprefix(base),
        publishers=linked(graph, iri, SCHEMA.publisher, names, base),
        authors=linked(graph, iri, SCHEMA.author, names, base),
        record_of=linked(graph, iri, REC.recordOf, names, base),
        disclosure=linked(graph, iri, REC.disclosure, names, base),
        published=known_time(graph, graph.value(iri, REC.publishedOn), names),
        language=str(graph.value(iri, SCHEMA.inLanguage) or ""),
        address=str(graph.value(iri, SCHEMA.url) or ""),
        texts=texts,
        rest=int(counted["number"]) - sum(len(text.places) for text in texts),
        reliance=[
            (kind, [(address_of(row["other"], base), row["label"], row["outlet"]) for row in group])
            for kind, group in groupby(reliance, key=lambda row: row["kind"])
        ],
        reliance_cut=len(reliance) >= 200,
        corrections=corrections(endpoint, release, iri),
        incoming=incoming(endpoint, release, iri, _SHOWN_APART),
        release=release,
    )


def _passages(endpoint: Endpoint, release: Release, source: str) -> list[dict[str, str]]:
    """Return the passages of a source, one row for each drift of a report, by their places."""
    found = named_rows(endpoint, release, "passages-of-source", source=source)
    start: list[tuple[str, Paths]] = []
    for row in found:
        start += [(row["passage"], {}), (row["claim"], {}), (row["attestation"], _REPORT)]
        start += [(row["drift"], _DRIFT)]
    about = stated_along(endpoint, release, start)
    rows = [
        {
            **row,
            "start": about.value(row["passage"], REC.start),
            "end": about.value(row["passage"], REC.end),
            "words": about.value(row["passage"], REC.words),
            "text": about.value(row["claim"], SCHEMA.text),
            "speakers": about.value(row["claim"], REC.speakerNames),
            "mode": about.value(about.value(row["attestation"], REC.mode), SKOS.prefLabel),
            "drift": about.value(about.value(row["drift"], REC.outcome), SKOS.prefLabel),
        }
        for row in found
    ]
    return sorted(rows, key=_place)


def _place(row: dict[str, str]) -> tuple[str, int, int, str, str]:
    start, end = (int(row[name] or -1) for name in ("start", "end"))
    return row["snapshot"], start, end, row["attestation"], row["drift"]


def archived_text(endpoint: Endpoint, release: Release, source: str, snapshot: str) -> ArchivedText:
    """Return one archived text of a source with its passages, without its words."""
    rows = _passages(endpoint, release, source)
    of_it = [row for row in rows if row["snapshot"] == snapshot]
    return _archived({"snapshot": snapshot}, of_it, base_of(release))


def _archived(snapshot: dict[str, str], rows: list[dict[str, str]], base: str) -> ArchivedText:
    places = []
    by_place = groupby(rows, key=lambda row: (row["attestation"], row["start"], row["end"]))
    for _, group in by_place:
        found = list(group)
        row = found[0]
        attestation = row["attestation"].rpartition("/")[2]
        places.append(
            PlacedPassage(
                int(row["start"] or 0), int(row["end"] or 0), row["words"],
                address_of(row["claim"], base), row["text"], row["speakers"], row["mode"],
                tuple(dict.fromkeys(each["drift"] for each in found if each["drift"])),
                is_true(row["withdrawn"]), f"{attestation}-{row['start']}",
            )
        )  # fmt: skip
    length = max((place.end for place in places), default=0)
    return ArchivedText(
        snapshot, address_of(snapshot["snapshot"], base), places,
        passage_map(places, length) if length else None, length,
    )  # fmt: skip


def passage_map(places: list[PlacedPassage], length: int) -> Markup:
    """Return a bar of a text with the place of each passage, each a link to its claim.

    Passages that overlap are drawn one below the other.
    """
    ends = [0.0] * _LANES
    parts = []
    for place in places:
        x = place.start / length * _WIDTH
        wide = max((place.end - place.start) / length * _WIDTH, 3)
        lane = next((each for each in range(_LANES) if ends[each] <= x), _LANES - 1)
        ends[lane] = x + wide
        parts.append(
            Markup(
                '<a href="{href}" aria-label="{label}"><title>{label}</title>'
                '<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/></a>'
            ).format(
                href=place.claim,
                label=f"{place.start}–{place.end}, "
                + ", ".join((place.mode, *place.drifts))
                + f": {place.text}",
                kind="bad" if place.drifts else "",
                fill="#9a3412" if place.drifts else "#0b4f8a",
                x=round(x, 1), y=4 + lane * _LANE, w=round(wide, 1), h=_LANE - 3,
            )
        )  # fmt: skip
    height = 8 + sum(end > 0 for end in ends) * _LANE
    return Markup(
        '<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="group"'
        ' aria-label="Places of the passages in the text"><rect class="ground" width="{w}"'
        ' height="{h}" fill="#f4f5f7"/>{parts}</svg>'
    ).format(w=_WIDTH, h=height, parts=Markup("").join(parts))
