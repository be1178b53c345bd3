"""What the rules make of the seed articles: comparable figures, changes and what nobody claimed."""

from decimal import Decimal

import pytest
from rdflib import RDF, Graph, Literal, Namespace

from onrecord.derivation.derived import derive_all
from onrecord.records.assembly import assemble
from seed_collection import seed_collection

ATTESTATION = Namespace("https://w3id.org/onrecord/attestation/")
CLAIM = Namespace("https://w3id.org/onrecord/claim/")
CODE = Namespace("https://w3id.org/onrecord/code#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
REC = Namespace("https://w3id.org/onrecord/ns#")


@pytest.fixture(scope="module")
def derived() -> dict[str, Graph]:
    """What each rule derives from the seeds, by rule name."""
    return derive_all(assemble(seed_collection()))


def number(value: object) -> Decimal:
    """Return a literal's value as a number."""
    return Decimal(str(value))


@pytest.mark.parametrize(
    ("slug", "value"), [("june-quarter-year", 4), ("sixfold", 6), ("two-million", 2_000_000)]
)
def test_figures_are_brought_to_one_footing(
    derived: dict[str, Graph], slug: str, value: int
) -> None:
    quantity = CLAIM[f"{slug}#quantity"]
    assert number(derived["comparable"].value(quantity, REC.comparableValue)) == value


def test_the_level_of_two_years_before_is_implied_and_claimed_by_nobody(
    derived: dict[str, Graph],
) -> None:
    implied = derived["implied-baseline"]
    (quantity,) = implied.subjects(RDF.type, REC.Quantity)
    assert number(implied.value(quantity, QUDT.numericValue)) == 333_333
    assert set(implied.objects(quantity, REC.impliedBy)) == {
        CLAIM["sixfold#quantity"],
        CLAIM["two-million#quantity"],
    }
    assert (None, REC.quantity, quantity) not in implied


def test_all_that_differs_on_parity_is_a_change_and_no_disagreement(
    derived: dict[str, Graph],
) -> None:
    comparisons = derived["comparison"]
    assert len(set(comparisons.subjects(REC.outcome, CODE.change))) == 20
    assert set(comparisons.objects(None, REC.outcome)) == {CODE.change, CODE.agreement}


def test_june_and_the_speech_differ_by_a_factor_of_four(derived: dict[str, Graph]) -> None:
    comparisons = derived["comparison"]
    (change,) = set(comparisons.subjects(REC.first, CLAIM["june-quarter-year#quantity"])) & set(
        comparisons.subjects(REC.second, CLAIM["overtaken#quantity"])
    )
    assert number(comparisons.value(change, REC.factor)) == 4


def test_only_what_says_surpassed_is_stronger_than_the_quote(derived: dict[str, Graph]) -> None:
    drifts = derived["drift-stronger"]
    assert set(drifts.objects(None, REC.driftOf)) == {
        ATTESTATION["overtaken-000-headline"],
        ATTESTATION["overtaken-000-indirect-2"],
        ATTESTATION["overtaken-004-indirect"],
        ATTESTATION["overtaken-004-indirect-2"],
    }


@pytest.mark.parametrize(
    ("editorial", "spoken"),
    [
        ("tables-turned", "overtaken"),
        ("ahead-no-more", "overtaken"),
        ("overtaking-positive", "overtaken"),
        ("russia-far-ahead", "ahead-until-recently"),
    ],
)
def test_what_an_article_gives_as_its_own_is_traced_to_rutte(
    derived: dict[str, Graph], editorial: str, spoken: str
) -> None:
    assert (CLAIM[editorial], REC.launders, CLAIM[spoken]) in derived["laundered"]


@pytest.mark.parametrize("editorial", ["appeared-ahead", "upper-hand"])
def test_what_only_seemed_so_is_no_laundering(derived: dict[str, Graph], editorial: str) -> None:
    assert (CLAIM[editorial], REC.launders, None) not in derived["laundered"]


def test_neither_article_is_a_primary_source(derived: dict[str, Graph]) -> None:
    primary = derived["primary"]
    assert set(primary.objects(None, REC.primary)) == {Literal(False)}
