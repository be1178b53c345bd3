"""What a release entails by OWL RL and the axioms of the vocabularies that it uses: nothing absurd.

`entailment/axioms.ttl` restates those axioms. `entailment/inferred_types.csv` lists each class that
things of a kind are inferred to be of, with a comment by whoever read the line; the closure has to
infer these and no other. A closure of the bundled collection takes minutes, so it is a slow test.
"""

import csv
from pathlib import Path

import owlrl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS, Namespace
from rdflib.term import Node

import bundled
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.oxigraph import to_graph
from onrecord.records.assembly import merged, read_ontology
from onrecord.releases.build import triples_of
from sample_release import assemble_sample

FOLDER = Path(__file__).parent / "entailment"
AXIOMS = Graph().parse(FOLDER / "axioms.ttl")
ERROR = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
"""Where owlrl puts the inconsistencies that it finds."""

_EVERYTHING = {OWL.Thing, RDFS.Resource}
_SHORT = {space: prefix for prefix, space in PREFIXES.items()} | {
    "http://xmlns.com/foaf/0.1/": "foaf"
}

Type = tuple[str, str]
"""The stated classes of a thing, and a class that it is inferred to be of."""


def closure(stated: Graph) -> Graph:
    """Return a graph with the axioms and all that follows from both."""
    whole = merged(stated, AXIOMS)
    # Its own conversions of datatypes would stay in rdflib for all tests that follow.
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(whole)
    return whole


def inconsistencies(whole: Graph) -> list[str]:
    return sorted(map(str, whole.objects(None, ERROR.error)))


def second_values(stated: Graph, whole: Graph) -> list[tuple[Node, Node, Node]]:
    """Return the literals that are inferred of a property that has a literal already.

    Another name (`skos:altLabel`) is a second label by what SKOS says of it, and meant to be one.
    """
    return sorted(
        (subject, predicate, value)
        for subject, predicate, value in whole
        if isinstance(value, Literal)
        and not isinstance(subject, Literal)
        and (subject, predicate, value) not in stated
        and not (predicate == RDFS.label and (subject, SKOS.altLabel, value) in stated)
        and any(isinstance(other, Literal) for other in stated.objects(subject, predicate))
    )


def inferred_types(stated: Graph, whole: Graph) -> set[Type]:
    """Return the inferred classes of what the stated graph names."""
    things = {*stated.subjects(), *stated.objects()}
    return {
        (" ".join(sorted(map(short, stated.objects(thing, RDF.type)))), short(kind))
        for thing, kind in whole.subject_objects(RDF.type)
        if isinstance(thing, URIRef) and isinstance(kind, URIRef)
        and thing in things
        and kind not in _EVERYTHING
        and (thing, RDF.type, kind) not in stated
    }  # fmt: skip


def short(term: Node) -> str:
    end = max(str(term).rfind("#"), str(term).rfind("/")) + 1
    return f"{_SHORT.get(str(term)[:end], str(term)[:end])}:{str(term)[end:]}"


def read_types() -> dict[Type, str]:
    """Return the comment on each inferred class that was read."""
    with (FOLDER / "inferred_types.csv").open(encoding="utf-8", newline="") as file:
        return {(row["stated"], row["inferred"]): row["comment"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def sample() -> tuple[Graph, Graph]:
    stated = merged(*map(to_graph, triples_of(assemble_sample()).values()))
    return stated, closure(stated)


@pytest.fixture(scope="module")
def bundled_collection() -> tuple[Graph, Graph]:
    stated = merged(*map(to_graph, triples_of(bundled.assembly()).values()))
    return stated, closure(stated)


def faults(stated: Graph, whole: Graph) -> list[object]:
    """Return what is absurd in a closure: inconsistencies, second values, types nobody has read."""
    return [
        *inconsistencies(whole),
        *second_values(stated, whole),
        *sorted(inferred_types(stated, whole) - set(read_types())),
    ]


def test_the_sample_entails_nothing_absurd(sample: tuple[Graph, Graph]) -> None:
    assert faults(*sample) == []


@pytest.mark.slow
def test_the_bundled_collection_entails_nothing_absurd(
    sample: tuple[Graph, Graph], bundled_collection: tuple[Graph, Graph]
) -> None:
    assert faults(*bundled_collection) == []
    assert set(read_types()) == inferred_types(*sample) | inferred_types(*bundled_collection)


def test_every_inferred_type_was_read() -> None:
    assert all(comment.endswith(".") for comment in read_types().values())


ABSURD = {
    "an event that a curation generated": (
        "prov:wasGeneratedBy rdfs:domain prov:Entity . :speech a rec:Event ;"
        " prov:wasGeneratedBy :reading . :reading a rec:Curation ."
    ),
    "a comparable value as what was said": (
        "rec:comparableValue rdfs:subPropertyOf qudt:numericValue ."
        " :figure a rec:Quantity ; qudt:numericValue 10 ; rec:comparableValue 120.0 ."
    ),
    "a hedge as the text of a claim": (
        "rec:hedge rdfs:subPropertyOf schema:text ."
        ' :said a rec:Claim ; schema:text "It may."@en ; rec:hedge "may" .'
    ),
    "a code as a class": (
        "rec:modality rdfs:subPropertyOf dcterms:type . :said rec:modality code:asserted ."
    ),
    "an actor as a concept": (":ada a rec:Actor ; skos:exactMatch <https://example.org/q1> ."),
    "an office in a membership": (
        ":office a org:Role . :held a org:Membership ; org:role :office ; org:role :held ."
    ),
}


@pytest.mark.parametrize("data", ABSURD.values(), ids=ABSURD)
def test_what_is_absurd_is_found(data: str) -> None:
    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    added = Graph().parse(data=f"{prefixes}@prefix : <https://example.org/> .\n{data}")
    stated = merged(read_ontology(), added)
    assert faults(stated, closure(stated)) != []
