"""What a speaker takes back, and what is nobody's figure: neither is given or compared as one.

Each claim of the sample that has a figure is withdrawn by its speaker in turn. Rules compare it no
more, and a saved query that gives figures leaves it out, as if it had never been said, or has a
column that says so. In a second store the derived statements are those from before, so that each
query is held to its own filters. Then each such claim is denied, asked and so on.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import pyoxigraph as ox
import pytest
from rdflib import URIRef
from rdflib.namespace import PROV

from onrecord.derivation.derived import evaluate
from onrecord.derivation.rule import Rule
from onrecord.rdf.namespaces import CODE, REC
from onrecord.releases.saved_query import Query
from sample_release import BASE
from test_withdrawn import (
    PAGES,
    RULES,
    SAVED,
    Row,
    World,
    absent,
    before,
    names,
    names_of,
    rows,
    sample,
    terms,
    world,
    written,
)

COMPARING = ("comparison", "implied-baseline")
"""The rules that set one figure against another."""
NOBODYS = ("denied", "asked", "questioned", "not-confirmed", "not-known")
TAKEN_BACK = "taken_back"
LEFT_OUT_AS_ALTERED = "FILTER NOT EXISTS { ?claim rec:alters "
TAKER = URIRef(f"{BASE}claim/takes-it-back")
BY_NAME = {rule.name: rule for rule in RULES}
GIVING = [
    query
    for query in (*SAVED, *PAGES)
    if "rec:quantity" in query.text
    and (
        query.name == "comparison-outcomes"
        or any(known.kind == "xsd:decimal" or "words" in known.name for known in query.columns)
    )
]
"""The queries that give figures, or count what was found of them."""
MARKING = [query for query in GIVING if TAKEN_BACK in (known.name for known in query.columns)]
LEAVING_OUT = [query for query in GIVING if query not in MARKING]


@cache
def figured() -> list[URIRef]:
    """Return the claims of the sample that have a figure and stand."""
    found = sample().records
    return sorted(
        URIRef(str(owner))
        for owner in set(found.subjects(REC.quantity))
        if (owner, REC.speaker, None) in found
        and (owner, REC.retractedIn, None) not in found
        and not set(found.subjects(REC.corrects | REC.withdraws, owner))
    )


def triple(*nodes: URIRef) -> ox.Quad:
    return ox.Quad(*(ox.NamedNode(node) for node in nodes))


@cache
def taken_back(claim: URIRef) -> World:
    """Return the sample when the first of the claim's speakers has withdrawn it."""
    speaker = min(sample().records.objects(claim, REC.speaker), key=str)
    return world(
        [
            *written(),
            triple(TAKER, REC.speaker, URIRef(str(speaker))),
            triple(TAKER, REC.withdraws, claim),
        ]
    )


@contextmanager
def changed(added: ox.Quad, removed: ox.Quad | None = None) -> Iterator[ox.Store]:
    """Yield the store of the sample after a change, with what was derived before it."""
    store = before().store
    store.add(added)
    if removed is not None:
        store.remove(removed)
    # Also after a test that fails, whose change would be in the store of each test after it.
    try:
        yield store
    finally:
        store.remove(added)
        if removed is not None:
            store.add(removed)


def naming(found: list[Row], claim: URIRef) -> list[Row]:
    return sorted(row for row in found if names(row, names_of(claim)))


def given_of(query: Query, store: ox.Store, claim: URIRef) -> list[Row]:
    """Return what a query gives of a claim, but not where it is named beside another.

    A row on another claim, of which this one is judged to be the original or the altered form, says
    of that other one whether it was taken back.
    """
    columns = [known.name for known in query.columns]
    found = naming(rows(query, store), claim)
    if "claim" not in columns:
        return found
    others = (forms_of(claim) | originals_of(claim)) - {str(claim)}
    return [row for row in found if row[columns.index("claim")] not in others]


def forms_of(claim: URIRef) -> set[str]:
    """Return the claims of which one, or a report, is judged to be an altered form of a claim."""
    return claims_of(row[0] for row in alterations() if row[2] in names_of(claim))


def originals_of(claim: URIRef) -> set[str]:
    """Return the claims of which a claim, or a report of it, is judged to be an altered form."""
    return claims_of(row[2] for row in alterations() if row[0] in names_of(claim))


def reports_again(claim: URIRef) -> set[str]:
    """Return the claims that are judged to be another report of the saying of a claim."""
    return claims_of(
        row[0]
        for row in before().derived["judged"]
        if row[1] == str(PROV.alternateOf) and row[2] in names_of(claim)
    )


def alterations() -> list[Row]:
    return [row for row in before().derived["judged"] if row[1] == str(REC.alters)]


def claims_of(told: Iterable[str]) -> set[str]:
    """Return claims, and of attestations what they attest."""
    return {
        str(claim)
        for node in map(URIRef, told)
        for claim in (node, *sample().records.objects(node, REC.attests))
    }


def compared(claim: URIRef, store: ox.Store, rule: Rule) -> list[Row]:
    """Return what a rule derives of a claim and its figures."""
    own = frozenset({str(claim)})
    return sorted(row for row in map(terms, evaluate(rule, store)) if names(row, own))


def derived_again(rule: Rule, claim: URIRef) -> list[Row]:
    return compared(claim, taken_back(claim).store, rule)


# Taken back -------------------------------------------------------------------


def test_a_claim_is_taken_back_by_what_one_of_its_speakers_says() -> None:
    claim = f"{BASE}claim/twenty-workshops"
    assert {row for row in before().derived["taken-back"] if row[0] == claim} == {
        (claim, str(REC.takenBackBy), f"{BASE}claim/not-twenty"),
        (claim, str(REC.takenBackBy), f"{BASE}claim/sixteen-workshops"),
    }


def test_nobody_takes_back_what_another_said() -> None:
    claim, other = (URIRef(f"{BASE}claim/{name}") for name in ("tripled", "sixteen-workshops"))
    with changed(triple(other, REC.corrects, claim)) as store:
        assert not compared(claim, store, BY_NAME["taken-back"])


@pytest.mark.parametrize("name", COMPARING)
def test_no_rule_compares_a_figure_that_was_taken_back(name: str) -> None:
    assert any(compared(claim, before().store, BY_NAME[name]) for claim in figured())
    assert [row for claim in figured() for row in derived_again(BY_NAME[name], claim)] == []


@pytest.mark.parametrize("query", MARKING, ids=lambda query: query.name)
def test_a_query_says_of_a_figure_that_it_was_taken_back(query: Query) -> None:
    place = [known.name for known in query.columns].index(TAKEN_BACK)
    for claim in figured():
        shown = given_of(query, taken_back(claim).store, claim)
        assert {row[place] for row in shown} <= {"true"}, claim
        then = given_of(query, before().store, claim)
        assert {row[place] for row in then} <= {"false"}, claim
        assert bool(shown) >= bool(then), claim


def but_for_cautions(query: Query, store: ox.Store, claim: URIRef) -> list[Row]:
    """Return a query's answer without the cautions of an altered form or second report of a claim.

    What it is stays so when the claim is taken back, or was but asked. A query that leaves altered
    forms out does so then, too.
    """
    columns = [known.name for known in query.columns]
    found = rows(query, store)
    forms = (forms_of(claim) | reports_again(claim)) - {str(claim)}
    if LEFT_OUT_AS_ALTERED in query.text:
        return [row for row in found if forms.isdisjoint(row)]
    if "caution" not in columns:
        return found
    place = columns.index("caution")
    return [
        (*row[:place], "", *row[place + 1 :]) if not forms.isdisjoint(row) else row for row in found
    ]


def but_for_weight(query: Query, found: list[Row]) -> list[Row]:
    """Return an answer without what the rules weigh by other claims, how sure something is."""
    weighed = ("strength", "because")
    places = [place for place, known in enumerate(query.columns) if known.name in weighed]
    return [
        tuple("" if place in places else cell for place, cell in enumerate(row)) for row in found
    ]


def left_in(query: Query, claim: URIRef) -> bool:
    """Return whether a query's answer is another than if the claim had never been made.

    Where only the graph says that it was taken back, the rules have not weighed the rest anew.
    """
    without = but_for_cautions(query, absent(claim).store, claim)
    if but_for_cautions(query, taken_back(claim).store, claim) != without:
        return True
    with changed(triple(claim, REC.takenBackBy, TAKER)) as store:
        found = but_for_cautions(query, store, claim)
    return but_for_weight(query, found) != but_for_weight(query, without)


@pytest.mark.parametrize(
    ("claim", "form"), [("two-months-a-year", "tripled"), ("nine-thousand", "nine-thousand-made")]
)
def test_an_altered_form_and_a_second_report_stay_so_when_the_claim_is_taken_back(
    claim: str, form: str
) -> None:
    told = {row for row in before().derived["caution"] if row[0] == f"{BASE}claim/{form}"}
    assert told
    assert told <= taken_back(URIRef(f"{BASE}claim/{claim}")).derived["caution"]


@pytest.mark.parametrize("query", LEAVING_OUT, ids=lambda query: query.name)
def test_a_query_without_such_a_column_leaves_the_figure_out(query: Query) -> None:
    assert [claim for claim in figured() if left_in(query, claim)] == []


_FILTER = re.compile(r"FILTER NOT EXISTS \{[^{}]*rec:takenBackBy[^{}]*\}\n")


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text without each of its filters on what was taken back, and its line."""
    for match in _FILTER.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield f"line {line}", text[: match.start()] + "\n" + text[match.end() :]


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(replace(BY_NAME[name], text=text), id=f"{name} {line}")
        for name in COMPARING
        for line, text in mutants(BY_NAME[name].text)
    ],
)
def test_no_filter_can_be_taken_out_of_a_rule_unnoticed(mutant: Rule) -> None:
    assert any(derived_again(mutant, claim) for claim in figured())


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(replace(query, text=text), id=f"{query.name} {line}")
        for query in LEAVING_OUT
        for line, text in mutants(query.text)
    ],
)
def test_no_filter_can_be_taken_out_of_a_query_unnoticed(mutant: Query) -> None:
    assert any(left_in(mutant, claim) for claim in figured())


# Nobody's figure --------------------------------------------------------------


@contextmanager
def put_as(claim: URIRef, modality: str) -> Iterator[ox.Store]:
    (said,) = sample().records.objects(claim, REC.modality)
    with changed(
        triple(claim, REC.modality, CODE[modality]), triple(claim, REC.modality, URIRef(str(said)))
    ) as store:
        yield store


def test_a_denied_figure_is_set_only_against_what_it_denies() -> None:
    reasons = []
    for claim in figured():
        with put_as(claim, "denied") as store:
            found = compared(claim, store, BY_NAME["comparison"])
            nodes = {row[0] for row in found}
            told = map(terms, evaluate(BY_NAME["comparison"], store))
            reasons += [row[2] for row in told if row[0] in nodes and row[1] == str(REC.because)]
            assert not compared(claim, store, BY_NAME["implied-baseline"])
    assert reasons
    assert all("denies what the other says" in reason for reason in reasons)


@pytest.mark.parametrize("modality", [name for name in NOBODYS if name != "denied"])
def test_no_rule_compares_a_figure_that_nobody_put_forward(modality: str) -> None:
    found = []
    for claim in figured():
        if (claim, REC.modality, CODE[modality]) in sample().records:
            continue
        with put_as(claim, modality) as store:
            found += [row for name in COMPARING for row in compared(claim, store, BY_NAME[name])]
    assert found == []


@pytest.mark.parametrize("modality", NOBODYS)
def test_what_nobody_put_forward_is_not_the_latest_word(modality: str) -> None:
    (query,) = (query for query in SAVED if query.name == "as-of")
    assert any(naming(rows(query, before().store), claim) for claim in figured())
    for claim in figured():
        if (claim, REC.modality, CODE[modality]) not in sample().records:
            with put_as(claim, modality) as store:
                never = but_for_cautions(query, absent(claim).store, claim)
                assert but_for_cautions(query, store, claim) == never


def found_by_figure(name: str, claim: URIRef, store: ox.Store) -> list[Row]:
    """Return what a rule derives of a claim and its reports, but for what a curator judged."""
    judged = {(row[0], row[2]) for row in before().derived["judged"]}
    found = list(map(terms, evaluate(BY_NAME[name], store)))
    return [row for row in naming(found, claim) if (row[0], row[2]) not in judged]


@pytest.mark.parametrize("name", ["drift-stronger", "laundered"])
@pytest.mark.parametrize("modality", NOBODYS)
def test_no_report_is_stronger_than_it_and_no_source_launders_it(name: str, modality: str) -> None:
    cases = [claim for claim in figured() if found_by_figure(name, claim, before().store)]
    assert cases
    for claim in cases:
        with put_as(claim, modality) as store:
            assert found_by_figure(name, claim, store) == []
