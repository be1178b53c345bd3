"""No claim is on record twice: what is alike is listed in alike.toml, with why it is two."""

import tomllib
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

import bundled
from onrecord.rdf.namespaces import QUDT, REC

ALIKE: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "alike.toml").read_text(encoding="utf-8")
)
"""Why two claims of the same speakers, time, series and figure are two, by their slugs."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


def months(graph: Graph, claim: Node) -> tuple[str, str]:
    """Return the first and the last month in which a claim may be said; nothing if not known."""
    time = str(graph.value(graph.value(claim, REC.saidOn), DCTERMS.date) or "")
    ends = [end for end in time.replace("~", "").split("/") if end != ".."]
    return ends[0][:7], ends[-1][:7]


def is_within(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether what is said in the one time may be said in the other, which is as long."""
    first, last = other
    return first <= one[0] and (not last or one[1][: len(last)] <= last)


def alike(graph: Graph) -> set[tuple[str, str]]:
    """Return the pairs of claims that are alike in speakers, time, series and figure.

    One page may know the day of a saying and another only its month or year, or a time in which it
    was said. What was said at two known events was said twice."""
    found: dict[object, set[tuple[str, tuple[str, str], str]]] = defaultdict(set)
    for claim in graph.subjects(RDF.type, REC.Claim):
        for figure in graph.objects(claim, REC.quantity):
            key = (
                frozenset(graph.objects(claim, REC.speaker)),
                graph.value(figure, REC.inSeries),
                graph.value(figure, REC.comparator),
                *(graph.value(figure, end) for end in (QUDT.numericValue, REC.low, REC.high)),
            )
            event = str(graph.value(claim, REC.madeAt, default=""))
            found[key].add((str(claim).rpartition("/")[2], months(graph, claim), event))
    return {
        (one, other)
        for claims in found.values()
        for (one, when, at), (other, then, elsewhere) in combinations(sorted(claims), 2)
        if one != other
        and (is_within(when, then) or is_within(then, when))
        and (at == elsewhere or not at or not elsewhere)
    }


def test_no_claim_is_on_record_twice(graph: Graph) -> None:
    assert {f"{one} {other}" for one, other in alike(graph)} == ALIKE.keys()


def test_each_reason_says_something() -> None:
    assert [pair for pair, reason in ALIKE.items() if len(reason) < 30] == []
