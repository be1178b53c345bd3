"""A time span as a page tells it: in words, as EDTF, and what the date rests on."""

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import DCTERMS, REC
from onrecord_server.pages.timeline.ratio_claim import date_words


@dataclass(frozen=True, slots=True)
class KnownTime:
    """Time as far as it is known."""

    words: str
    """What is known, in our words."""
    edtf: str
    basis: str
    stated: str
    """Words of the source from which it is taken."""
    reason: str


def known_time(graph: Graph, span: Node | None, names: Mapping[str, str]) -> KnownTime | None:
    """Return a time span; None if there is none."""
    if span is None:
        return None

    def text(name: Node) -> str:
        return str(graph.value(span, name) or "")

    return KnownTime(
        date_words(text(DCTERMS.date), text(REC.earliest), text(REC.latest)),
        text(DCTERMS.date),
        names.get(text(REC.basis), ""),
        text(REC.asStated),
        text(REC.reason),
    )
