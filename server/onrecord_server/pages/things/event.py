"""Page of an event: when and where it was, what was said there, and which outlet reports what."""

from collections import defaultdict

from flask import render_template
from rdflib import Graph, URIRef
from rdflib.namespace import PROV, RDFS, SKOS

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

_SHOWN_APART = frozenset(map(str, (REC.madeAt, REC.recordOf, REC.reckonedFrom)))
_SOURCE: Paths = to(SCHEMA.publisher)
_CLAIM: Paths = to(REC.modality)
_COLUMNS = 12
"""Sources that have a column of their own, those that carry most; more are counted."""


def event_page(endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph) -> str:
    """Return the page of an event."""
    base = base_of(release)
    event, thing = {"event": str(iri)}, {"thing": str(iri)}
    ask_ahead(
        endpoint, release, ("reports-of-event", event), ("claims-at-event", event),
        ("records-of-event", event), ("corrections-of", thing), ("incoming-links", thing),
    )  # fmt: skip
    names = names_of_linked(endpoint, release, graph)
    reports: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    outlets: dict[str, tuple[str, str]] = {}
    for row in _reports(endpoint, release, iri):
        modes = reports[row["claim"]][row["source"]]
        modes[row["mode"]] = modes.get(row["mode"], False) or is_true(row["departs"])
        outlets.setdefault(row["source"], (row["outlet"] or row["source_name"], row["source_name"]))
    carried = {
        source: sum(source in of_claim for of_claim in reports.values()) for source in outlets
    }
    ordered = sorted(outlets, key=lambda source: (-carried[source], outlets[source], source))
    rows = _claims(endpoint, release, iri)
    return render_template(
        "event.html",
        iri=iri,
        title=title,
        path=str(iri).removeprefix(base),
        held=known_time(graph, graph.value(iri, REC.heldOn), names),
        places=sorted(map(str, graph.objects(iri, SCHEMA.location))),
        part_of=linked(graph, iri, SCHEMA.superEvent, names, base),
        present=linked(graph, iri, PROV.wasAssociatedWith, names, base),
        records=[
            {**row, "address": address_of(row["source"], base), "kept": is_true(row["archived"])}
            for row in named_rows(endpoint, release, "records-of-event", event=str(iri))
        ],
        claims=[
            {
                **row,
                "address": address_of(row["claim"], base),
                "elsewhere": row["part_name"] if row["part"] != str(iri) else "",
                "part_address": address_of(row["part"], base),
                "back": is_true(row["taken_back"]),
                "gone": is_true(row["withdrawn"]),
                "cells": [reports[row["claim"]].get(source, {}) for source in ordered[:_COLUMNS]],
                "others": len(reports[row["claim"]].keys() - set(ordered[:_COLUMNS])),
            }
            for row in rows
        ],
        speakers=sorted({row["speakers"] for row in rows if row["speakers"]}),
        cut_off=len(rows) >= 300,
        columns=[(*outlets[source], address_of(source, base)) for source in ordered[:_COLUMNS]],
        outlets=len(ordered),
        corrections=corrections(endpoint, release, iri),
        incoming=incoming(endpoint, release, iri, _SHOWN_APART),
        release=release,
    )


def _reports(endpoint: Endpoint, release: Release, iri: URIRef) -> list[dict[str, str]]:
    """Return which source reports which claim of an event, how, and whether it departs from it."""
    found = named_rows(endpoint, release, "reports-of-event", event=str(iri))
    start = [(row["source"], _SOURCE) for row in found] + [(row["mode"], {}) for row in found]
    about = stated_along(endpoint, release, start)
    sources = {
        source: {
            "source_name": about.value(source, RDFS.label),
            "outlet": min(
                (about.value(each, RDFS.label) for each in about.values(source, SCHEMA.publisher)),
                default="",
            ),
        }
        for source in {row["source"] for row in found}
    }
    rows = [
        {**row, **sources[row["source"]], "mode": about.value(row["mode"], SKOS.prefLabel)}
        for row in found
    ]
    return sorted(rows, key=lambda row: [row[name] for name in ("claim", "source", "mode")])


def _claims(endpoint: Endpoint, release: Release, iri: URIRef) -> list[dict[str, str]]:
    """Return the claims that were made at an event or at a part of it."""
    found = named_rows(endpoint, release, "claims-at-event", event=str(iri))
    start = [(row["claim"], _CLAIM) for row in found] + [(row["part"], {}) for row in found]
    about = stated_along(endpoint, release, start)
    return [
        {
            **row,
            "text": about.value(row["claim"], SCHEMA.text),
            "speakers": about.value(row["claim"], REC.speakerNames),
            "put_as": about.value(about.value(row["claim"], REC.modality), SKOS.prefLabel),
            "part_name": about.value(row["part"], RDFS.label),
        }
        for row in found
    ]
