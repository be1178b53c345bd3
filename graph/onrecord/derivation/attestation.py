"""Claims with their reports, where a report departs from the claim in something of its own."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import NamedTuple

from onrecord.derivation.figure import FIGURE, ClaimedFigure, Series, figure_of, read_series
from onrecord.derivation.solutions import days, local, pairs, reachable, rows, span
from onrecord.derivation.span import Span, in_words
from onrecord.rdf.partitioned.store import AskedStore

# A claim of which no report has anything of its own is of no interest here, nor one without the
# event's own record, and most are such.
_DEPARTED = """
  { SELECT DISTINCT ?claim {
    { ?departing rec:attests ?claim ; rec:quantity ?own . }
    UNION { ?departing rec:attests ?claim ; rec:modality ?own . }
    UNION { ?departing rec:attests ?claim ; rec:saidOn ?own . }
    UNION { ?departing rec:attests ?claim ; rec:creditedTo ?own . }
    UNION { ?departing rec:attests ?claim ; rec:primary true . }
  } }
  FILTER NOT EXISTS { ?claim rec:retractedIn ?retraction . }
"""
_CLAIMS = (
    """
SELECT * {"""
    + _DEPARTED
    + """
  ?claim a rec:Claim ; rec:modality ?modality .
  OPTIONAL { ?claim rec:saidOn/dcterms:date ?date . }
  OPTIONAL { ?claim rec:saidOn/rec:basis ?basis . }
  OPTIONAL { ?claim rec:saidOn/rec:earliest ?first . }
  OPTIONAL { ?claim rec:saidOn/rec:latest ?last . }
}
"""
)
_REPORTS = (
    """
SELECT * {"""
    + _DEPARTED
    + """
  ?report rec:attests ?claim .
  FILTER NOT EXISTS { ?report rec:retractedIn ?retraction . }
  OPTIONAL { ?report rec:mode ?mode . }
  OPTIONAL { ?report rec:attribution ?attribution . }
  OPTIONAL { ?report rec:rendering ?rendering . }
  OPTIONAL { ?report rec:modality ?modality . }
  OPTIONAL { ?report rec:creditedTo ?credited . }
  OPTIONAL { ?report rec:primary ?primary . }
  OPTIONAL { ?report rec:saidOn/rec:earliest ?first . }
  OPTIONAL { ?report rec:saidOn/rec:latest ?last . }
  OPTIONAL { ?report rec:saidOn/dcterms:date ?said_on . }
}
"""
)
_PASSAGES = (
    """
SELECT * {"""
    + _DEPARTED
    + """
  ?report rec:attests ?claim ; rec:passage ?passage .
  ?passage oa:hasSource/rec:snapshotOf ?source .
  OPTIONAL { ?passage rec:words ?words . }
  OPTIONAL { ?source schema:inLanguage ?language . }
  OPTIONAL { ?source schema:publisher/schema:name ?house . }
}
"""
)
_ORIGINS = (
    """
SELECT ?report ?origin {"""
    + _DEPARTED
    + """
  ?report rec:attests ?claim ; rec:reliesOn ?origin .
}
"""
)
_FIGURE = (
    FIGURE
    + """
  OPTIONAL { ?figure rec:asStated ?words . }
  OPTIONAL { ?figure rec:versusOver ?versusOver . }
  OPTIONAL { ?figure rec:alternative ?alternative . }
  OPTIONAL { ?figure rec:reason ?reading . }
  OPTIONAL { ?figure rec:validFor/rec:basis ?basis . }
}
"""
)
_CLAIMED = "SELECT * {" + _DEPARTED + " ?claim rec:quantity ?figure . " + _FIGURE
_REPORTED = (
    "SELECT * {"
    + _DEPARTED
    + " ?report rec:attests ?claim ; rec:quantity ?figure ."
    + " FILTER NOT EXISTS { ?report rec:retractedIn ?withdrawal . } "
    + _FIGURE
)
_ORGANIZATIONS = "SELECT ?body { ?body a rec:Actor , schema:Organization . }"
# That a report is one of this claim is at times what a curator made of it.
_INFERRED = """
SELECT ?report ?claim {
  ?judgement a rec:Judgement ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?report ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> rec:attests ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?claim .
  FILTER NOT EXISTS { ?judgement rec:retractedIn ?withdrawal . }
}
"""
_SPEAKERS = "SELECT ?claim ?speaker { ?claim a rec:Claim ; rec:speaker ?speaker . }"
# What a country is a member of speaks for others, too.
_MEMBERS = """
SELECT ?member ?body {
  ?member org:hasMembership/org:organization ?body .
  FILTER NOT EXISTS { ?member a schema:Country . }
}
"""

_STATED = frozenset(("explicit", "inferred-year"))
"""Bases of a date that the words state, at least as day and month."""


class GivenFigure(NamedTuple):
    """A figure of a claim or of a report, with its words and what is known of its time."""

    figure: ClaimedFigure
    words: str
    versus_period: int | None
    """Days that the other side of a ratio is counted over."""
    time_words: str
    time_is_stated: bool
    """Whether words state the time that it is about; else the time of the statement is taken."""
    time_is_approximate: bool
    is_alternative: bool
    is_read: bool
    """Whether a curator had to read into its words what they leave open."""


class QuotedPassage(NamedTuple):
    """A passage of a report: the words where they are on record, and their language."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """An attestation, with what it has of its own where it departs from its claim."""

    iri: str
    mode: str
    attribution: str
    rendering: str
    """How its words came to differ from those that were spoken; empty if they did not."""
    modality: str
    credited: str
    credited_bodies: frozenset[str]
    """Of an organisation that it credits in the place of a person, those that it belongs to."""
    said: Span | None
    said_in_words: str
    is_primary: bool
    is_inferred: bool
    """Whether it is a curator's inference that it reports this claim."""
    house: str
    """Name of the publisher."""
    sources: frozenset[str]
    origins: frozenset[str]
    """Sources that it relies on."""
    passages: tuple[QuotedPassage, ...]
    figures: tuple[GivenFigure, ...]


@dataclass(frozen=True, slots=True)
class AttestedClaim:
    """A claim with its figures and all its reports."""

    iri: str
    modality: str
    speakers: frozenset[str]
    bodies: frozenset[str]
    """The speakers, and the organisations that they belong to."""
    said: Span
    said_in_words: str
    said_is_stated: bool
    """Whether words state the day on which it was said."""
    said_is_approximate: bool
    figures: tuple[GivenFigure, ...]
    reports: tuple[ClaimReport, ...]


def read_attested(store: AskedStore) -> list[AttestedClaim]:
    """Return the claims of which a report has something of its own, or is the event's own record.

    Something is a figure, a modality, a time of saying or whom it credits. Neither withdrawn claims
    nor withdrawn reports are among them.
    """
    series = read_series(store)
    members = pairs(store, _MEMBERS)
    speakers = pairs(store, _SPEAKERS)
    inferred = pairs(store, _INFERRED)
    organizations = {row["body"] for row in rows(store, _ORGANIZATIONS)}
    origins: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, _ORIGINS):
        origins[row["report"]].add(row["origin"])
    figures: dict[str, dict[str, GivenFigure]] = defaultdict(dict)
    for query, owner in ((_CLAIMED, "claim"), (_REPORTED, "report")):
        for row in rows(store, query):
            if row["series"] in series:
                figures[row[owner]].setdefault(row["figure"], _figure(row, series[row["series"]]))
    passages: dict[str, set[QuotedPassage]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    houses: dict[str, str] = {}
    for row in rows(store, _PASSAGES):
        report = row["report"]
        passages[report].add(QuotedPassage(row.get("words", ""), row.get("language", "")))
        sources[report].add(row["source"])
        houses[report] = min(houses.get(report) or "\uffff", row.get("house", "\uffff"))

    def given(owner: str) -> tuple[GivenFigure, ...]:
        return tuple(figures[owner][figure] for figure in sorted(figures[owner]))

    reports: dict[str, dict[str, ClaimReport]] = defaultdict(dict)
    for row in rows(store, _REPORTS):
        report = row["report"]
        reports[row["claim"]][report] = ClaimReport(
            iri=report,
            mode=local(row.get("mode", "")),
            attribution=local(row.get("attribution", "")),
            rendering=local(row.get("rendering", "")),
            modality=local(row.get("modality", "")),
            credited=row.get("credited", ""),
            credited_bodies=frozenset()
            if speakers[row["claim"]] & organizations
            else frozenset(reachable({row.get("credited", "")} & organizations, members)),
            said=span(row, "first", "last") if "first" in row or "last" in row else None,
            said_in_words=in_words(row.get("said_on", "")),
            is_primary=row.get("primary") == "true",
            is_inferred=row["claim"] in inferred.get(report, ()),
            house=houses.get(report, "").replace("\uffff", ""),
            sources=frozenset(sources[report]),
            origins=frozenset(origins[report]),
            passages=tuple(sorted(passages[report])),
            figures=given(report),
        )
    claims = {
        row["claim"]: AttestedClaim(
            iri=row["claim"],
            modality=local(row["modality"]),
            speakers=frozenset(speakers[row["claim"]]),
            bodies=frozenset(reachable(speakers[row["claim"]], members)),
            said=span(row, "first", "last"),
            said_in_words=in_words(row.get("date", "")),
            said_is_stated=local(row.get("basis", "")) in _STATED,
            said_is_approximate=_is_approximate(row.get("date", "")),
            figures=given(row["claim"]),
            reports=tuple(reports[row["claim"]][one] for one in sorted(reports[row["claim"]])),
        )
        for row in rows(store, _CLAIMS)
    }
    return [claims[iri] for iri in sorted(claims)]


def read_names(store: AskedStore) -> dict[str, str]:
    """Return the English names of actors, products and codes by IRI."""
    query = """
SELECT ?thing ?name {
  { ?thing schema:name ?name ; a rec:Actor } UNION { ?thing skos:prefLabel ?name }
  FILTER (LANG(?name) = "" || LANGMATCHES(LANG(?name), "en"))
}
"""
    return {thing: min(names) for thing, names in pairs(store, query).items()}


def read_wider(store: AskedStore) -> dict[str, set[str]]:
    """Return the wider concepts of products and of codes, one step up."""
    return pairs(store, "SELECT ?concept ?wider { ?concept skos:broader ?wider . }")


def _figure(row: dict[str, str], series: Series) -> GivenFigure:
    # Departures tell the source's words of a time beside it.
    figure = replace(figure_of(row, series), valid_in_words=in_words(row.get("of", "")))
    return GivenFigure(
        figure=figure,
        words=row.get("words", ""),
        versus_period=days(row.get("versusOver")),
        time_words=row.get("of_words", ""),
        time_is_stated="of_words" in row or local(row.get("basis", "")) in _STATED,
        time_is_approximate=_is_approximate(row.get("of", "")),
        is_alternative=row.get("alternative") == "true",
        is_read="reading" in row,
    )


def _is_approximate(edtf: str) -> bool:
    return any(sign in edtf for sign in "~?%")
