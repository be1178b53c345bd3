"""The ontology: every term is labelled, defined and used, and so is what it takes from others."""

import csv
import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

import bundled
from conftest import REPOSITORY
from onrecord.derivation.derived import derive_all
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, PREFIXES, REC, SCHEMA
from onrecord.records.assembly import (
    SHAPE_FILES,
    merged,
    nested_node_classes,
    read_ontology,
    read_shapes,
)
from onrecord.records.completion import nested_classes
from onrecord.records.known_terms import problem_of, read_term_list
from sample_release import assemble_sample

GRAPH = read_ontology()
CODE_LISTS = ONTOLOGY / "codes.ttl"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
TERMS = sorted({term for kind in KINDS for term in GRAPH.subjects(RDF.type, kind)})
CODES = sorted(set(GRAPH.subjects(SKOS.inScheme)))


def short(term: URIRef) -> str:
    return str(term).rpartition("/")[2]


@pytest.mark.parametrize("term", TERMS, ids=short)
def test_a_term_has_label_definition_and_home(term: URIRef) -> None:
    (label,) = GRAPH.objects(term, RDFS.label)
    (comment,) = GRAPH.objects(term, RDFS.comment)
    assert (label.language, comment.language) == ("en", "en")
    assert str(comment).endswith(".")
    assert (term, RDFS.isDefinedBy, URIRef(str(REC).removesuffix("#"))) in GRAPH


def test_the_parents_of_terms_are_those_that_were_read() -> None:
    """A term has a parent only where that entails nothing absurd: `entailment/parents.csv`."""
    path = Path(__file__).parent / "entailment" / "parents.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["why it entails nothing absurd"].endswith(".") for row in rows)
    read = {(row["term"], URIRef(expanded(row["parent"]))) for row in rows}
    declared = {
        (term.removeprefix(REC), parent)
        for up in (RDFS.subClassOf, RDFS.subPropertyOf)
        for term in TERMS
        for parent in GRAPH.objects(term, up)
    }
    assert declared == read
    assert [problem for _, parent in read if (problem := problem_of(parent))] == []


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


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
    own = [] if prefix == "code" else [CODE_LISTS]
    for path in [*files, *SHAPE_FILES, *own]:
        text = path.read_text(encoding="utf-8")
        names.update(re.findall(rf"\b{prefix}:([\w-]+)", text))
        names.update(re.findall(rf"\b{prefix.upper()}\.(\w+)", text))
        names.update(re.findall(re.escape(space) + r"([\w-]+)", text))
    return names


def test_no_term_is_there_that_nothing_uses() -> None:
    names = {str(term).removeprefix(str(REC)) for term in TERMS}
    assert names - used_names("rec", str(REC)) == set()


COLLECTIONS = ("sample", "bundled")


@cache
def asserted(collection: str) -> Graph:
    """Return the records of a collection, and what follows from them; once for those who ask."""
    if collection == "bundled":
        assembly, derived = bundled.assembly(), bundled.derived()
    else:
        assembly = assemble_sample()
        derived = derive_all(assembly)
    return merged(assembly.records, assembly.completed, *derived.values())


def reused_properties() -> set[str]:
    """Return the properties of other vocabularies in records, releases, shapes and rules."""
    used: set[Node] = set()
    for name in COLLECTIONS:
        used.update(asserted(name).predicates())
    shapes = read_shapes()
    for path in (SH.path, SH.inversePath, SH.equals, SH.disjoint, SH.lessThan, SH.targetSubjectsOf):
        used.update(shapes.objects(None, path))
    for path in shapes.objects(None, SH.path | SH.alternativePath):
        used.update(shapes.items(path))
    texts = [path.read_text(encoding="utf-8") for path in (ONTOLOGY / "rules").glob("*.rq")]
    made = (REPOSITORY / "graph/onrecord/records/completion.py").read_text(encoding="utf-8")
    names = re.findall(r"\b([a-z]+):([a-z]\w*)\b", "\n".join(texts))
    names += [
        (space.lower(), name) for space, name in re.findall(r"\b(OA|SCHEMA)\.([a-z]\w*)", made)
    ]
    used |= {URIRef(PREFIXES[space] + name) for space, name in names if space in PREFIXES}
    own = (str(REC), str(CODE), PREFIXES["xsd"], PREFIXES["unit"])
    return {str(name) for name in used if isinstance(name, URIRef)} - {
        str(name) for name in used if str(name).startswith(own)
    }


def test_the_ontology_says_how_each_reused_property_is_used() -> None:
    listed = set(map(str, GRAPH.subjects(SKOS.scopeNote)))
    assert listed == reused_properties()


def test_nothing_is_asserted_of_a_reused_property_but_how_it_is_used() -> None:
    graph = Graph().parse(ONTOLOGY / "onrecord.ttl")
    for name, note in graph.subject_objects(SKOS.scopeNote):
        assert str(note).endswith(".")
        assert set(graph.predicates(name)) == {
            SKOS.scopeNote, SCHEMA.domainIncludes, SCHEMA.rangeIncludes, RDFS.isDefinedBy
        }  # fmt: skip
        (home,) = graph.objects(name, RDFS.isDefinedBy)
        assert str(home) in PREFIXES.values()
        assert str(name).startswith(str(home))


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_reused_properties_are_of_the_classes_and_have_the_values_that_the_ontology_says(
    collection: str,
) -> None:
    graph = asserted(collection)
    wrong = set()
    for name in set(GRAPH.subjects(SKOS.scopeNote)):
        domains, ranges = (
            set(GRAPH.objects(name, each)) for each in (SCHEMA.domainIncludes, SCHEMA.rangeIncludes)
        )
        for subject, value in graph.subject_objects(name):
            kinds = kinds_of(graph, subject)
            if str(subject).startswith((str(REC), str(CODE))) or not kinds:
                continue  # terms, of which a release has what the ontology says
            if RDFS.Resource not in domains and not kinds & domains:
                wrong.add((str(name), "of", *map(str, kinds)))
            found = (
                {value.datatype or (RDF.langString if value.language else XSD.string)}
                if isinstance(value, Literal)
                else kinds_of(graph, value)
            )
            if RDFS.Resource not in ranges and found and not found & ranges:
                wrong.add((str(name), "gives", *map(str, found)))
    assert wrong == set()


def kinds_of(graph: Graph, node: Node) -> set[Node]:
    """Return the classes of a node, with those that take them in."""
    return {
        wider
        for kind in graph.objects(node, RDF.type)
        for wider in (kind, *GRAPH.transitive_objects(kind, RDFS.subClassOf))
    }


def test_a_shape_binds_a_reused_property_of_the_classes_that_the_ontology_says() -> None:
    shapes = read_shapes()
    for name in set(GRAPH.subjects(SKOS.scopeNote)):
        domains = set(GRAPH.objects(name, SCHEMA.domainIncludes))
        for shape in shapes.subjects(SH.path, name):
            bound = set(shapes.objects(shape, SH.targetClass))
            assert not bound or bound & domains or RDFS.Resource in domains, (name, bound)


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
