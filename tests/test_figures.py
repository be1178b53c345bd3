"""Figures: what they are on a common footing, and which of them conflict."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from onrecord.derivation.derived import derive, rules
from onrecord.rdf.namespaces import CODE, QUDT, REC, UNIT
from onrecord.records.assembly import nested_node_classes
from onrecord.records.completion import completions, nested_names, renamed
from onrecord.records.known_terms import read_term_list

CASES = tomllib.loads(Path(__file__).with_name("figures.toml").read_text(encoding="utf-8"))
LAKE = "https://lake.example/"
FRAME = f"""
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <{LAKE}> .
: void:uriSpace "{LAKE}" .
"""
Case = Mapping[str, str]


def derived(turtle: str) -> dict[str, Graph]:
    """Return what each rule derives from records in Turtle."""
    written = list(Graph().parse(data=FRAME + turtle, format="turtle"))
    records = Graph()
    for triple in renamed(written, nested_names(written)):
        records.add(triple)
    return derive((records, completions(records, nested_node_classes())), rules())


def series(name: str, unit: str = "NUM", more: str = "") -> str:
    return f""":{name} a rec:Series ; rec:measure code:stock ; rec:product :dose ;
        rec:bearer :depot ; qudt:hasUnit unit:{unit} {more} ."""


def quantity(case: Case, of: str = "doses") -> str:
    said = [f"rec:inSeries :{of} ; rec:comparator code:{case['comparator']}"]
    for name, key in (("qudt:numericValue", "value"), ("rec:low", "low"), ("rec:high", "high")):
        if key in case:
            said.append(f"{name} {case[key]}")
    for name, key in (("rec:over", "over"), ("rec:versusOver", "versus_over")):
        if key in case:
            said.append(f'{name} "{case[key]}"^^xsd:duration')
    return f"rec:quantity [ {' ; '.join(said)} ]"


def claim(name: str, case: Case, more: str = "", of: str = "doses", day: str = "2027-03-01") -> str:
    return f""":{name} a rec:Claim ; rec:speaker :speaker-{name} ;
        {more or "rec:modality code:asserted"} ;
        rec:saidOn [ dcterms:date "{day}"^^edtf:EDTF ] ;
        rec:validFor [ dcterms:date "2027-03-01"^^edtf:EDTF ] ; {quantity(case, of)} ."""


@pytest.mark.parametrize("case", CASES["figure"], ids=lambda case: str(case["what"]))
def test_a_figure_is_brought_to_a_common_footing(case: Case) -> None:
    found = derived(series("doses", case["unit"]) + claim("one", case))["comparable"]
    node = URIRef(f"{LAKE}one#quantity")
    told = {
        key: value
        for key, name in (
            ("comparable", "comparableValue"), ("least", "comparableLow"),
            ("most", "comparableHigh"), ("from", "rangeLow"), ("to", "rangeHigh"),
        )
        if (value := found.value(node, REC[name])) is not None
    }  # fmt: skip
    expected = {
        key: Decimal(case[key])
        for key in ("comparable", "least", "most", "from", "to")
        if key in case
    }
    assert {key: Decimal(str(value)) for key, value in told.items()} == expected
    assert found.value(node, REC.comparableUnit) == UNIT[case["unit"]]
    per = found.value(node, REC.comparablePer)
    assert ("" if per is None else str(per)) == case.get("per", "")


@pytest.mark.parametrize("case", CASES["pair"], ids=lambda case: str(case["what"]))
@pytest.mark.parametrize("turned", [False, True])
def test_two_figures_of_a_series_conflict_or_do_not(case: Mapping[str, Case], turned: bool) -> None:
    one, two = case["first"], case["second"]
    if turned:
        one, two = two, one
    found = derived(series("doses") + claim("one", one) + claim("two", two))["comparison"]
    assert ((None, REC.outcome, CODE.disagreement) in found) == case["found"]


@pytest.mark.parametrize("case", CASES["report"], ids=lambda case: str(case["what"]))
def test_a_report_leaves_less_room_or_gives_another_value(case: Mapping[str, Case]) -> None:
    report = f":report rec:attests :one ; {quantity(case['given'])} ."
    found = derived(series("doses") + claim("one", case["said"]) + report)
    outcomes = {
        str(outcome).rpartition("#")[2]
        for rule in ("drift-stronger", "drift-value")
        for outcome in found[rule].objects(None, REC.outcome)
    }
    assert sorted(outcomes) == case["drifts"]


@pytest.mark.parametrize("case", CASES["target"], ids=lambda case: str(case["what"]))
def test_what_was_planned_is_reached_or_missed(case: Mapping[str, Case]) -> None:
    plan = claim("plan", case["planned"], "rec:modality code:targeted", day="2026-03-01")
    found = derived(series("doses") + plan + claim("one", case["so"]))["comparison"]
    outcomes = [str(outcome).rpartition("#")[2] for outcome in found.objects(None, REC.outcome)]
    assert outcomes == ([case["outcome"]] if case["outcome"] else [])


def test_money_in_prices_of_two_years_only_seems_to_conflict() -> None:
    prices = '; rec:priceYear "{}"^^xsd:gYear'
    found = derived(
        series("old", "CCY_EUR", prices.format(2015))
        + series("new", "CCY_EUR", prices.format(2020))
        + series("own", "CCY_EUR")
        + claim("one", {"comparator": "eq", "value": "100"}, of="old")
        + claim("two", {"comparator": "eq", "value": "120"}, of="new")
        + claim("three", {"comparator": "eq", "value": "130"}, of="own")
    )
    assert len(found["kin"]) == 3
    comparisons = found["comparison"]
    assert set(comparisons.objects(None, REC.outcome)) == {CODE.apparent}
    assert len(set(comparisons.subjects(REC.outcome, CODE.apparent))) == 3
    assert set(comparisons.objects(None, REC.differsIn)) == {REC.priceYear}


def test_a_target_in_other_prices_or_money_is_not_reached() -> None:
    for unit, year in (("CCY_EUR", 2020), ("CCY_USD", 2015), ("CCY_EUR", 2015)):
        found = derived(
            series("aim", "CCY_EUR", '; rec:priceYear "2015"^^xsd:gYear')
            + series("fact", unit, f'; rec:priceYear "{year}"^^xsd:gYear')
            + claim(
                "plan",
                {"comparator": "eq", "value": "100"},
                "rec:modality code:targeted",
                of="aim",
                day="2026-03-01",
            )
            + claim("one", {"comparator": "eq", "value": "120"}, of="fact")
        )["comparison"]
        assert ((None, REC.outcome, CODE.reached) in found) == ((unit, year) == ("CCY_EUR", 2015))


def test_a_unit_is_described_as_qudt_has_it() -> None:
    records = Graph().parse(data=FRAME + series("doses", "CCY_EUR"), format="turtle")
    added = completions(records, nested_node_classes())
    assert str(added.value(UNIT.CCY_EUR, RDFS.label)) == "Euro"
    assert str(added.value(UNIT.CCY_EUR, QUDT.symbol)) == "EUR"
    assert (UNIT.CCY_EUR, REC.addsUp, None) in added
    assert (UNIT.TONNE, None, None) not in added


def test_every_unit_that_may_be_used_is_described() -> None:
    described = completions(
        Graph().parse(
            data=FRAME
            + "".join(
                f":{number} qudt:hasUnit <{UNIT}{name}> .\n"
                for number, name in enumerate(sorted(read_term_list().names[str(UNIT)]))
            ),
            format="turtle",
        ),
        nested_node_classes(),
    )
    without = [
        name
        for name in read_term_list().names[str(UNIT)]
        if (UNIT[name], RDFS.label, None) not in described
    ]
    assert without == []
