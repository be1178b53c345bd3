"""Page of an event: when and where it was, what was said there, and which outlet reports what."""

from collections import defaultdict

from flask import render_template
from rdflib import Graph, URIRef
from rdflib.namespace import PROV

from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.pages.things.correction import corrections
from onrecord_server.pages.things.incoming import incoming
from onrecord_server.pages.things.known_time import known_time
from onrecord_server.pages.things.linked import linked, names_of_linked
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN_APART = frozenset(map(str, (REC.madeAt, REC.recordOf, REC.reckonedFrom)))
_COLUMNS = 12
"""Sources that have a column of their own, those that carry most; more are counted."""


def event_page(endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph) -> str:
    """Return the page of an event."""
    base = base_of(release)
    names = names_of_linked(endpoint, release, iri)
    reports: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    outlets: dict[str, tuple[str, str]] = {}
    for row in named_rows(endpoint, release, "reports-of-event", event=str(iri)):
        modes = reports[row["claim"]][row["source"]]
        modes[row["mode"]] = modes.get(row["mode"], False) or is_true(row["departs"])
        outlets.setdefault(row["source"], (row["outlet"] or row["source_name"], row["source_name"]))
    carried = {
        source: sum(source in of_claim for of_claim in reports.values()) for source in outlets
    }
    ordered = sorted(outlets, key=lambda source: (-carried[source], outlets[source], source))
    rows = named_rows(endpoint, release, "claims-at-event", event=str(iri))
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
