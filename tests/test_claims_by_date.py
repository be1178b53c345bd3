"""All claims on a topic by date: one row a claim, within days by overlap, the undated last."""

import pyoxigraph as ox
import pytest

from onrecord.files.bundled import QUERIES
from onrecord.rdf.oxigraph import quads
from onrecord.releases.saved_query import bind, read_query
from sample_release import BASE, sample_graph

QUERY = read_query(QUERIES / "claims-on-topic-by-date.rq")
NAMES = [column.name for column in QUERY.columns]
PREFIXES = """
PREFIX code: <https://w3id.org/onrecord/code#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@pytest.fixture
def store() -> ox.Store:
    """The sample, and three claims: of two months, before a day, and without a date."""
    store = ox.Store()
    store.extend(quads(sample_graph()))
    for name, time in {
        "two-months": '; dcterms:date "2024-06/2024-07" ; rec:earliest "2024-06-01"^^xsd:date ;'
        ' rec:latest "2024-07-31"^^xsd:date',
        "before": '; dcterms:date "../2024-03-10" ; rec:latest "2024-03-10"^^xsd:date',
        "undated": "",
    }.items():
        store.update(
            f"""{PREFIXES} INSERT DATA {{ <x:{name}> a rec:Claim ; dcterms:subject <x:topic> ;
            rec:speakerNames "Ada" ; rec:modality code:asserted ;
            rec:modalityInWords "asserted" ; schema:text "{name}" ;
            rec:saidOn [ rec:basis code:bounded {time} ] . }}"""
        )
    return store


def asked(store: ox.Store, **values: str) -> list[dict[str, str]]:
    found = store.query(bind(QUERY, values, BASE))
    return [
        dict(zip(NAMES, ["" if term is None else term.value for term in row], strict=True))
        for row in found
    ]


@pytest.mark.parametrize(
    ("from_", "to", "texts"),
    [
        ("", "", ["before", "two-months", "undated"]),
        ("2024-06-15", "2024-06-15", ["two-months"]),
        ("2024-07-31", "", ["two-months"]),
        ("2024-08-01", "", []),
        ("", "2024-06-01", ["before", "two-months"]),
        ("", "2024-05-31", ["before"]),
        ("2024-03-10", "2024-03-31", ["before"]),
        ("2024-03-11", "2024-03-31", []),
    ],
)
def test_what_may_have_been_said_within_the_days_is_there(
    store: ox.Store, from_: str, to: str, texts: list[str]
) -> None:
    rows = asked(store, topic="x:topic", **{"from": from_, "to": to})
    assert [row["text"] for row in rows] == texts


def test_no_day_is_made_of_two_months(store: ox.Store) -> None:
    row = next(row for row in asked(store, topic="x:topic") if row["text"] == "two-months")
    assert (row["said_on"], row["date_basis"]) == ("2024-06/2024-07", "bounded")


def test_a_claim_with_two_figures_is_one_row_with_both(store: ox.Store) -> None:
    claim = f"{BASE}claim/no-longer-ahead"
    (before,) = [row for row in asked(store, topic="topic/flare-parity") if row["claim"] == claim]
    assert (before["value"], before["unit"], before["versus"]) == ("1", "times", "Northern League")
    second = f"{BASE}claim/nine-thousand#quantity"
    store.update(f"{PREFIXES} INSERT DATA {{ <{claim}> rec:quantity <{second}> . }}")
    (after,) = [row for row in asked(store, topic="topic/flare-parity") if row["claim"] == claim]
    assert (after["value"], after["words"]) == ("", "")
    assert after["figures"] == (
        "“Not any longer”, flare output of Sundra against the League: at most 1, for 2024-05-14; "
        "“nine thousand flares a year”, flare capacity of the League: 9000 per year, for 2024-12-31"
    )


def test_an_echo_names_what_it_repeats(store: ox.Store) -> None:
    echoes = [row for row in asked(store, topic="topic/flare-parity") if row["repeats"]]
    assert [(row["repeats"], row["repeated_claim"]) for row in echoes] == [
        (
            "Ada Holm: Sundra made more flares than the League up to the spring.",
            f"{BASE}claim/ahead-until-spring",
        )
    ]


def test_words_that_a_machine_has_rewritten_are_marked(store: ox.Store) -> None:
    assert not any(row["caution"] for row in asked(store, topic="x:topic"))
    store.update(
        f"{PREFIXES} INSERT DATA {{ <x:before> rec:cautionInWords"
        ' "reported in words that a machine has rewritten" . }'
    )
    marked = {row["text"]: row["caution"] for row in asked(store, topic="x:topic")}
    assert marked == {
        "before": "reported in words that a machine has rewritten",
        "two-months": "",
        "undated": "",
    }
