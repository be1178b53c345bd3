"""Page of a claim: its words, how sources carried it, how it is read, and its chain of custody."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup
from rdflib.namespace import DCTERMS, RDFS, SKOS

from onrecord.rdf.namespaces import OA, QUDT, REC, SCHEMA
from onrecord.rdf.statements import Statements
from onrecord.releases.exchange.record import RecordReader
from onrecord.releases.exchange.schema_claim import schema_claim
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import dump_of
from onrecord_server.errors import RefusalError
from onrecord_server.pages.carriage.custody import best_report, custody, verdicts
from onrecord_server.pages.carriage.outlet_row import FOLDED, outlet_rows, reference_of
from onrecord_server.pages.carriage.wording import marked
from onrecord_server.pages.claim import RELATIONS, AttestationView, ClaimView, read_claim
from onrecord_server.pages.exchange.microdata import microdata
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import address, ask_ahead, base_of, named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.pages.things.incoming import Remainder
from onrecord_server.sparql.endpoint import Endpoint

_UNFOLDED_RELATIONS = 5
"""Judged relations to other claims that are shown; the others are folded."""
_FIGURE = to(REC.inSeries, REC.comparator, QUDT.hasUnit)
_WITHDRAWAL = to(REC.retractedIn, DCTERMS.isReplacedBy)
_SOURCE = to(
    SCHEMA.publisher, REC.publishedOn, REC.disclosure, REC.reprints, REC.translates, REC.summarises
)
_PASSAGE: Paths = {OA.hasSource: {REC.snapshotOf: _SOURCE, **to(REC.textOf)}}
_REPORT: Paths = {
    REC.passage: _PASSAGE,
    REC.quantity: _FIGURE,
    **_WITHDRAWAL,
    **to(REC.mode, REC.attribution, REC.rendering, REC.reporter, REC.seenBy, REC.creditedTo),
    **to(REC.reliesOn, REC.tracing, REC.root, REC.recordedIn),
}
_DRIFT = to(REC.outcome)
_COMPARISON = to(REC.outcome, REC.strength, REC.differsIn)
_OTHER = to(REC.saidOn)
_CLAIM: Paths = {
    REC.quantity: _FIGURE,
    REC.madeIn: to(REC.disclosure),
    REC.saidOn: to(REC.basis, REC.takenFrom),
    REC.validFor: to(REC.basis, REC.takenFrom),
    **_WITHDRAWAL,
    **to(REC.speaker, REC.addressee, REC.onAuthorityOf, REC.madeAt, REC.modality),
    **to(DCTERMS.subject, REC.takenBackBy, *RELATIONS),
}

_REPORTS, _RELATED, _COMPARED = 50, 100, 100
"""Reports, relations and comparisons that `reports`, `claim-relations-shown` and
`comparisons-shown` give at most."""


def claim_page(endpoint: Endpoint, release: Release, iri: str) -> str:
    """Return the page of a claim."""
    base = base_of(release)
    path = iri.removeprefix(base)
    of_it = {"claim": iri}
    ask_ahead(
        endpoint, release, ("claim-relations-shown", of_it), ("reports", of_it),
        ("comparisons-shown", {**of_it, "outcome": ""}),
    )  # fmt: skip
    related = [
        row["other"] for row in named_rows(endpoint, release, "claim-relations-shown", claim=iri)
    ]
    about = _about(endpoint, release, iri, related)
    claim = read_claim(about, iri, base)
    # What is not cut off is counted by itself.
    is_cut_off = len(claim.reports) == _REPORTS or len(related) == _RELATED
    around = named_rows(endpoint, release, "claim-counts", claim=iri) if is_cut_off else ()
    counts = {row["what"]: int(row["number"]) for row in around}
    reference = reference_of(claim.reports)
    outlets = outlet_rows(claim.reports, reference)
    verdict = verdicts(release)
    report = _report(claim, verdict)
    return render_template(
        "claim.html",
        claim=claim,
        reference=reference,
        spoken=marked(reference.words, [figure.words for figure in claim.figures]),
        rows=outlets,
        folded=FOLDED,
        unfolded_relations=_UNFOLDED_RELATIONS,
        departing=sum(row.departs for row in outlets),
        report=report,
        steps=custody(claim, report, verdict, release) if report else [],
        others=[
            each
            for each in claim.reports
            if each is not report and each.withdrawal is None and each.passages
        ],
        pinned=f"&release={release.name}" if "release" in request.args else "",
        more_reports=Remainder(
            counts.get("reports", len(claim.reports)) - len(claim.reports),
            "/q/how-carried?" + urlencode({"claim": path, "release": release.name}),
        ),
        more_relations=Remainder(
            counts.get("relations", len(related)) - len(related),
            address(release, "claim-relations", claim=iri),
        ),
        comparisons=_comparisons(endpoint, release, iri),
        address_of=address_of,
        described=_in_schema_org(release, iri, about),
        path=path,
        base=base,
        release=release,
    )


def _about(endpoint: Endpoint, release: Release, iri: str, related: list[str]) -> Statements:
    """Return what is stated of a claim, its reports, its relations and what these name."""
    start: list[tuple[str, Paths]] = [(iri, _CLAIM), *((each, {}) for each in related)]
    for row in named_rows(endpoint, release, "reports", claim=iri):
        start += [(row["attestation"], _REPORT), (row["drift"], _DRIFT), (row["judgement"], {})]
    return stated_along(endpoint, release, start)


def _in_schema_org(release: Release, iri: str, about: Statements) -> Markup:
    """Return a claim in the words of search engines; nothing if its data is elsewhere."""
    if dump_of(release) is None:
        return Markup("")
    reader = RecordReader(release, about)
    claim = reader.claim(iri)
    return microdata(schema_claim(claim, reader.note())) if claim else Markup("")


def _report(claim: ClaimView, verdict: Mapping[str, str]) -> AttestationView | None:
    """Return the report that is asked for, or the best. Raises RefusalError 404."""
    chosen = request.args.get("report", "")
    if not chosen:
        return best_report(claim.reports, verdict)
    for report in claim.reports:
        if report.address.address.rpartition("/")[2] == chosen and report.passages:
            return report
    raise RefusalError(404, f"report: {chosen!r} is no report of this claim")


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Comparisons of a claim's figures with those of other claims, of one outcome."""

    outcome: str
    number: int
    rows: list[dict[str, str]]
    rest: Remainder


def _comparisons(endpoint: Endpoint, release: Release, iri: str) -> list[Comparisons]:
    rows = _compared(endpoint, release, iri, "")
    if len(rows) < _COMPARED:
        # All of them: a claim with more is rare, and its outcomes are counted and shown apart.
        by_outcome: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            by_outcome[row["label"]].append(row)
        return [
            Comparisons(label, len({row["comparison"] for row in found}), found, Remainder(0, ""))
            for label, found in sorted(by_outcome.items())
        ]
    found = []
    for row in named_rows(endpoint, release, "comparison-outcomes", claim=iri):
        which = {"claim": iri, "outcome": row["outcome"]}
        rows = _compared(endpoint, release, iri, row["outcome"])
        total = int(row["number"])
        shown = len({each["comparison"] for each in rows})
        rest = Remainder(total - shown, address(release, "comparisons-by-outcome", **which))
        found.append(Comparisons(row["label"], total, rows, rest))
    return found


def _compared(endpoint: Endpoint, release: Release, iri: str, outcome: str) -> list[dict[str, str]]:
    """Return with what a claim's figures are compared, of one outcome or all, earliest first."""
    pairs = named_rows(endpoint, release, "comparisons-shown", claim=iri, outcome=outcome)
    start: list[tuple[str, Paths]] = []
    for pair in pairs:
        start += [(pair["comparison"], _COMPARISON), (pair["other"], _OTHER)]
    about = stated_along(endpoint, release, start)

    def label(node: str) -> str:
        return about.value(node, SKOS.prefLabel)

    def place(pair: dict[str, str]) -> tuple[str, str, Decimal, str]:
        day = about.value(about.value(pair["other"], REC.saidOn), REC.earliest)
        return day, pair["other"], Decimal(pair["factor"]), pair["comparison"]

    return [
        {
            **pair,
            "label": label(about.value(pair["comparison"], REC.outcome)),
            "text": about.value(pair["other"], SCHEMA.text),
            "speaker": about.value(pair["other"], REC.speakerNames),
            "said_on": about.value(about.value(pair["other"], REC.saidOn), DCTERMS.date),
            "strength": label(about.value(pair["comparison"], REC.strength)),
            "because": about.value(pair["comparison"], REC.because),
            "differs_in": ", ".join(
                about.value(each, RDFS.label)
                for each in sorted(about.values(pair["comparison"], REC.differsIn))
            ),
        }
        for pair in sorted(pairs, key=place)
    ]
