"""Figures as rows: what was said, by whom and when, of which series and time."""

from collections.abc import Iterable, Mapping

from rdflib.namespace import RDF, RDFS, SKOS

from onrecord.rdf.namespaces import DCTERMS, QUDT, REC, SCHEMA, UNIT
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_LABEL, _PREF_LABEL, _DATE = RDFS.label, SKOS.prefLabel, DCTERMS.date
"""Made once: rdflib makes a term of its namespaces at each use, here thousands a page."""
_ORDER = ("valid_from", "valid_to", "claim", "words")
"""By the time spoken of; what has none comes first."""
_SERIES = to(REC.bearer, REC.versus, REC.measure, REC.versusMeasure, REC.product, QUDT.hasUnit)
_FIGURE: Paths = {REC.inSeries: _SERIES, **to(REC.validFor)}
_CLAIM: Paths = {REC.saidOn: to(REC.basis), **to(REC.modality, REC.speaker, REC.madeAt)}


def figure_rows(
    endpoint: Endpoint, release: Release, found: Iterable[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Return the rows of a query that found figures and their claims, with what is stated of each.

    Unknown values are empty. Raises RefusalError.
    """
    found = list(found)
    start = [(row["claim"], _CLAIM) for row in found]
    start += [(row["figure"], _FIGURE) for row in found]
    about = stated_along(endpoint, release, start)
    claims = {each: _of_claim(about, each) for each in {row["claim"] for row in found}}
    in_series = {
        each: _of_series(about, each)
        for each in {about.value(row["figure"], REC.inSeries) for row in found}
    }
    rows = [
        {
            **row,
            **claims[row["claim"]],
            **_of_figure(about, row["figure"]),
            **in_series[about.value(row["figure"], REC.inSeries)],
        }
        for row in found
    ]
    return sorted(rows, key=lambda row: [row[column] for column in _ORDER])


def _of_claim(about: Statements, claim: str) -> dict[str, str]:
    said = about.value(claim, REC.saidOn)
    event = about.value(claim, REC.madeAt)
    modality = about.value(claim, REC.modality)
    person = any(
        str(SCHEMA.Person) in about.values(each, RDF.type)
        for each in about.values(claim, REC.speaker)
    )
    return {
        "text": about.value(claim, SCHEMA.text),
        "speakers": about.value(claim, REC.speakerNames),
        "person": "true" if person else "false",
        "said_on": about.value(said, _DATE),
        "said_from": about.value(said, REC.earliest),
        "said_to": about.value(said, REC.latest),
        "date_basis": about.value(about.value(said, REC.basis), _PREF_LABEL),
        "event": event,
        "event_name": about.value(event, _LABEL),
        "modality": modality,
        "put_as": about.value(modality, _PREF_LABEL),
        "outlets": about.value(claim, REC.outlets),
    }


def _of_figure(about: Statements, figure: str) -> dict[str, str]:
    time = about.value(figure, REC.validFor)
    return {
        "comparator": about.value(figure, REC.comparator),
        "value": about.value(figure, REC.comparableValue),
        "low": about.value(figure, REC.rangeLow) or about.value(figure, REC.comparableLow),
        "high": about.value(figure, REC.rangeHigh) or about.value(figure, REC.comparableHigh),
        "per": about.value(figure, REC.comparablePer),
        "words": about.value(figure, REC.asStated),
        "valid_for": about.value(time, _DATE),
        "valid_from": about.value(time, REC.earliest),
        "valid_to": about.value(time, REC.latest),
    }


def _of_series(about: Statements, series: str) -> dict[str, str]:
    bearer, versus = about.value(series, REC.bearer), about.value(series, REC.versus)
    measures = [
        about.value(about.value(series, each), _PREF_LABEL)
        for each in (REC.measure, REC.versusMeasure)
    ]
    unit = about.value(series, QUDT.hasUnit)
    said = {"": "", str(UNIT.NUM): "", str(UNIT.UNITLESS): "times"}
    return {
        "series": series,
        "series_name": about.value(series, _LABEL),
        "bearer": bearer,
        "bearer_name": about.value(bearer, _LABEL),
        "versus": versus,
        "versus_name": about.value(versus, _LABEL),
        "product": about.value(about.value(series, REC.product), _LABEL),
        "measure": " against ".join(filter(None, measures)),
        "unit": said[unit] if unit in said else about.value(unit, _LABEL),
    }
