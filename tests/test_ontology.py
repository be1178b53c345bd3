"""The ontology: every term is labelled, defined, has a parent, and is used."""

import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from conftest import REPOSITORY
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import nested_node_classes, read_ontology
from onrecord.records.completion import nested_classes
from onrecord.records.known_terms import problem_of, read_term_list

GRAPH = read_ontology()
CODE_LISTS = ONTOLOGY / "codes.ttl"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
TERMS = sorted({term for kind in KINDS for term in GRAPH.subjects(RDF.type, kind)})
CODES = sorted(set(GRAPH.subjects(SKOS.inScheme)))


def short(term: URIRef) -> str:
    return str(term).rpartition("/")[2]


@pytest.mark.parametrize("term", TERMS, ids=short)
def test_a_term_has_label_definition_home_and_parent(term: URIRef) -> None:
    (label,) = GRAPH.objects(term, RDFS.label)
    (comment,) = GRAPH.objects(term, RDFS.comment)
    assert (label.language, comment.language) == ("en", "en")
    assert str(comment).endswith(".")
    assert (term, RDFS.isDefinedBy, URIRef(str(REC).removesuffix("#"))) in GRAPH
    up = RDFS.subClassOf if (term, RDF.type, OWL.Class) in GRAPH else RDFS.subPropertyOf
    parents = [parent for parent in GRAPH.objects(term, up) if not parent.startswith(REC)]
    assert parents
    assert [problem for parent in parents if (problem := problem_of(URIRef(parent)))] == []


@pytest.mark.parametrize("term", TERMS, ids=short)
def test_domain_and_range_are_declared(term: URIRef) -> None:
    for side in (*GRAPH.objects(term, RDFS.domain), *GRAPH.objects(term, RDFS.range)):
        declared = (side, RDF.type, OWL.Class) in GRAPH
        assert declared if side.startswith(REC) else problem_of(URIRef(side)) is None


@pytest.mark.parametrize("code", CODES, ids=short)
def test_a_code_has_label_definition_and_a_list(code: URIRef) -> None:
    (label,) = GRAPH.objects(code, SKOS.prefLabel)
    (definition,) = GRAPH.objects(code, SKOS.definition)
    (scheme,) = GRAPH.objects(code, SKOS.inScheme)
    assert (label.language, definition.language) == ("en", "en")
    assert (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH


def used_names(prefix: str, space: str) -> set[str]:
    """Return the local names that are written anywhere but where they are defined."""
    names: set[str] = set()
    files: list[Path] = [
        path
        for folder, pattern in (
            ("graph", "*.ttl"), ("graph", "*.py"), ("queries", "*.rq"), ("server", "*.rq"),
            ("server", "*.py"), ("ontology/rules", "*.rq"), ("tests/sample", "*.ttl"),
        )
        for path in (REPOSITORY / folder).rglob(pattern)
    ]  # fmt: skip
    own = [ONTOLOGY / "shapes.ttl"] if prefix == "code" else [ONTOLOGY / "shapes.ttl", CODE_LISTS]
    for path in [*files, *own]:
        text = path.read_text(encoding="utf-8")
        names.update(re.findall(rf"\b{prefix}:([\w-]+)", text))
        names.update(re.findall(rf"\b{prefix.upper()}\.(\w+)", text))
        names.update(re.findall(re.escape(space) + r"([\w-]+)", text))
    return names


def test_no_term_is_there_that_nothing_uses() -> None:
    names = {str(term).removeprefix(str(REC)) for term in TERMS}
    assert names - used_names("rec", str(REC)) == set()


def test_no_code_list_is_there_that_nothing_uses() -> None:
    """A list is closed and whole, so it is used when it or one of its codes is."""
    used = used_names("code", str(CODE))
    for scheme in set(GRAPH.objects(None, SKOS.inScheme)):
        members = {scheme, *GRAPH.subjects(SKOS.inScheme, scheme)}
        assert {str(member).removeprefix(str(CODE)) for member in members} & used


def test_the_term_check_knows_the_terms_that_are_defined_and_no_other() -> None:
    for space in (REC, CODE):
        defined = {term for term in GRAPH.subjects() if term.startswith(space)}
        assert {space + name for name in read_term_list().names[str(space)]} == set(
            map(str, defined)
        )


def test_history_is_kept_out_of_the_ontology() -> None:
    """What changed is told by the changelog and by git."""
    told = {
        SKOS.changeNote,
        SKOS.historyNote,
        SKOS.editorialNote,
        DCTERMS.modified,
        OWL.priorVersion,
    }
    assert told & set(GRAPH.predicates()) == set()


def test_the_header_says_what_the_ontology_is() -> None:
    graph = Graph().parse(ONTOLOGY / "onrecord.ttl")
    (ontology,) = graph.subjects(RDF.type, OWL.Ontology)
    said = {short(predicate).rpartition("#")[2] for predicate in graph.predicates(ontology)}
    assert {"title", "description", "license", "created", "versionInfo"} <= said


def test_the_classes_of_what_is_written_in_place_are_told_by_the_shapes() -> None:
    """What a shape asks of a value is a record, which says where it is from, or written in place.

    An actor or a claim in place would be a record that nobody has curated, so it gets no class.
    """
    places = {short(path): short(kind) for path, kind in nested_node_classes().items()}
    assert places == {
        "ns#saidOn": "ns#TimeSpan",
        "ns#validFor": "ns#TimeSpan",
        "ns#heldOn": "ns#TimeSpan",
        "ns#publishedOn": "ns#TimeSpan",
        "ns#baseline": "ns#TimeSpan",
        "ns#quantity": "ns#Quantity",
        "ns#passage": "ns#Passage",
        "ns#boilerplate": "ns#Passage",
        "ns#features": "ns#FeaturedQuestion",
        "dcat#contactPoint": "ContactPoint",
        "org#hasMembership": "org#Membership",
        "org#memberDuring": "ns#TimeSpan",
    }


def test_a_property_that_a_shape_leads_to_a_new_class_is_written_in_place() -> None:
    graph = Graph().parse(
        format="turtle",
        data="""
        @prefix rec: <https://w3id.org/onrecord/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <https://tide.example/> .
        :Gauge-place sh:path :place ; sh:class :Point .
        :Gauge-keeper sh:path :keeper ; sh:class :Warden .
        :Person-made sh:targetClass :Person ;
            sh:path [ sh:alternativePath ( :by rec:recordedIn ) ] .
        :made sh:path rec:recordedIn ; sh:class :Round .
        :Warden rdfs:subClassOf :Person .
        :berth rdfs:range :Slip . :owner rdfs:range :Person .
        """,
    )
    tide = "https://tide.example/"
    assert nested_classes(graph, graph, graph) == {
        URIRef(f"{tide}place"): URIRef(f"{tide}Point"),
        URIRef(f"{tide}berth"): URIRef(f"{tide}Slip"),
    }
