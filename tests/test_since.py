"""What a change can affect: validation of that alone, compared with validation of all."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import Collection, read_collection
from onrecord.shacl import Result
from onrecord.shacl.data_graph import load
from onrecord.shacl.focus import Compiler, Focus, focus_nodes
from onrecord.shacl.incremental.change import Triple, change_between
from onrecord.shacl.incremental.dependencies import narrow_to_change
from onrecord.shacl.incremental.query_dependencies import query_dependencies
from onrecord.shacl.incremental.query_predicates import mentions
from onrecord.shacl.shape import Shape
from onrecord.shacl.validate import NarrowFocus, validate_data
from onrecord.validation.data_files import graph_of
from sample_release import SAMPLE

SHAPES = graph_of([Path(__file__).parent / "since" / "shapes.ttl"])
DESCRIPTION = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/terms/publisher",
    "http://rdfs.org/ns/void#uriSpace",
)
"""Properties without which a collection cannot be assembled."""
NS = "https://tide.example/"
RDFS_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def name(local: str) -> ox.NamedNode:
    return ox.NamedNode(f"{NS}{local}")


NODES = [*map(name, "abcde"), ox.BlankNode("f")]
CLASSES = [name("Buoy"), name("Mark")]
PROPERTIES = [name("p"), name("q"), name("r")]
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
LITERALS = [
    ox.Literal("1", datatype=INTEGER), ox.Literal("01", datatype=INTEGER),
    ox.Literal("3", datatype=INTEGER), ox.Literal("tide"), ox.Literal("ebb", language="en"),
]  # fmt: skip

TRIPLES = st.one_of(
    st.tuples(st.sampled_from(NODES), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(NODES)),
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(LITERALS)),
    st.just((name("Tower"), RDFS_SUBCLASS, name("Mark"))),
)
GRAPHS = st.frozensets(TRIPLES, min_size=10, max_size=30)


def found(triples: Iterable[Triple]) -> list[Result]:
    return validate_data(load(triples), SHAPES, Graph)


def watched(narrow: NarrowFocus, seen: set[str]) -> NarrowFocus:
    """Return what narrows in the same way and notes the names of the nodes that are left."""

    def note(compiler: Compiler, shape: Shape, focus: Focus) -> Focus | None:
        part = narrow(compiler, shape, focus)
        if part is not None:
            seen.update(str(node.value).removeprefix(NS) for node in focus_nodes(compiler, part))
        return part

    return note


@settings(max_examples=40)
@given(GRAPHS, st.frozensets(TRIPLES, min_size=1, max_size=3), st.data())
def test_nothing_that_a_change_makes_or_mends_is_missed(
    before: frozenset[Triple], added: frozenset[Triple], draw: st.DataObject
) -> None:
    removed = draw.draw(st.frozensets(st.sampled_from(sorted(before, key=str)), max_size=3))
    after = (before - removed) | added
    now = found(after)
    store = load(after)
    narrowed = validate_data(
        store, SHAPES, Graph, narrow_to_change(change_between(before, after), store)
    )
    assert set(narrowed) <= set(now)
    assert set(now) - set(found(before)) <= set(narrowed)


def test_what_is_validated_is_validated_whole() -> None:
    """Findings of a node that the change can affect are all told, not those that are new only."""
    before = frozenset(
        {
            (name("a"), RDF_TYPE, name("Buoy")),
            (name("b"), RDF_TYPE, name("Buoy")),
            (name("a"), name("r"), name("c")),
        }
    )
    after = before | {(name("a"), name("q"), ox.Literal("tide"))}
    store = load(after)
    narrowed = validate_data(
        store, SHAPES, Graph, narrow_to_change(change_between(before, after), store)
    )
    about_a = [result for result in found(after) if str(result.focus) == f"{NS}a"]
    assert [result for result in narrowed if str(result.focus) == f"{NS}a"] == about_a
    assert f"{NS}b" not in {str(result.focus) for result in narrowed}


@pytest.mark.parametrize(
    ("path", "predicate", "affected"),
    [
        ("ex:p", "p", set()),
        ("[ sh:inversePath ex:p ]", "p", {"x"}),
        ("( ex:q ex:p )", "p", {"before-a"}),
        ("( ex:p ex:q )", "p", set()),
        ("( [ sh:inversePath ex:q ] ex:p )", "p", {"after-a"}),
        ("[ sh:inversePath ( ex:p ex:q ) ]", "p", {"after-x"}),
        ("[ sh:alternativePath ( ex:q ( ex:q ex:p ) ) ]", "p", {"before-a"}),
        ("( [ sh:zeroOrOnePath ex:q ] ex:p )", "p", {"before-a"}),
        ("( [ sh:zeroOrMorePath ex:q ] ex:p )", "p", {"before-a", "before-before-a"}),
        ("( [ sh:oneOrMorePath ex:q ] ex:p )", "p", {"before-a", "before-before-a"}),
        ("ex:p", "q", set()),
    ],
)
def test_a_change_affects_the_nodes_that_a_path_leads_from(
    path: str, predicate: str, affected: set[str]
) -> None:
    """`a` is joined to `x` by a new triple, so it is looked at itself, whatever shapes read."""
    lines = "ex:s sh:targetSubjectsOf ex:all ; sh:property [ sh:maxCount 0 ; sh:path PATH ] ."
    prefixes = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <{NS}> .\n"
    shapes = Graph().parse(data=prefixes + lines.replace("PATH", path), format="turtle")
    chains = [
        ("before-before-a", "before-a"), ("before-a", "a"), ("a", "after-a"),
        ("before-x", "x"), ("x", "after-x"),
    ]  # fmt: skip
    before = {(name(one), name("q"), name(other)) for one, other in chains}
    every = {local for pair in chains for local in pair}
    before |= {(name(local), name("all"), name("all")) for local in every}
    after = before | {(name("a"), name(predicate), name("x"))}
    store = load(after)
    seen: set[str] = set()
    narrow = narrow_to_change(change_between(before, after), store)
    validate_data(store, shapes, Graph, watched(narrow, seen))
    assert seen == affected | {"a"}


NESTED = "[ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]"
QUALIFIED = "sh:path ex:q ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ;"
FROM_AFAR = [
    ("sh:property [ sh:path ex:q ; sh:class ex:C ]", "b type C", "c type C"),
    ("sh:property [ sh:path ex:q ; sh:class ex:C ]", "D subClassOf C", "c type C"),
    ("sh:property [ sh:path [ sh:zeroOrMorePath ex:q ] ; sh:maxCount 1 ]", "c q d", "x q d"),
    ("sh:property [ sh:path [ sh:oneOrMorePath ex:q ] ; sh:maxCount 1 ]", "c q d", "x q d"),
    ("sh:property [ sh:path ex:q ; sh:property [ sh:path ex:s ; sh:equals ex:p ] ]",
     "b p c", "c p c"),
    ("sh:property [ sh:path ex:q ; sh:property [ sh:path ex:s ; sh:lessThan ex:p ] ]",
     "b p 1", "c p 1"),
    ("sh:property [ sh:path ex:q ; sh:node [ sh:closed true ] ]", "b any c", "c any b"),
    (f"sh:property [ sh:path ex:q ; sh:node {NESTED} ]", "b p c", "c p b"),
    (f"sh:property [ sh:path ex:q ; sh:not {NESTED} ]", "b p c", "c p b"),
    (f"sh:property [ sh:path ex:q ; sh:and ( {NESTED} ) ]", "b p c", "c p b"),
    (f"sh:property [ sh:path ex:q ; sh:or ( {NESTED} {NESTED} ) ]", "b p c", "c p b"),
    (f"sh:property [ sh:path ex:q ; sh:xone ( {NESTED} ) ]", "b p c", "c p b"),
    (f"sh:property [ {QUALIFIED} sh:qualifiedValueShape {NESTED} ]", "b p c", "c p b"),
    (f"sh:property [ {QUALIFIED} sh:qualifiedValueShape [ sh:class ex:C ] ] , "
     f"[ sh:path ex:s ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape {NESTED} ]",
     "b p c", "c p b"),
    ("SELECT { $this ex:q ?x . ?x ex:p ?y }", "b p c", "c p b"),
    ("SELECT { $this ex:q ?x . ?x ex:p 1 }", "b p 1", "c p 1"),
    ("SELECT { $this ex:q ?x . ?x ?any ?y }", "b any c", "x any b"),
    ("SELECT { $this ex:q ?x FILTER NOT EXISTS { ?x ex:p ?y } }", "b p c", "c p b"),
    ("SELECT { $this ex:q ?x FILTER EXISTS { ?x ex:q ?y FILTER EXISTS { ?y ex:p ?z } } }",
     "c p b", "b p c"),
    ("SELECT { $this ex:q ?x OPTIONAL { ?x ex:p ?y } FILTER(!BOUND(?y)) }", "b p c", "c p b"),
    ("SELECT { $this ex:q ?x { ?x ex:s ?y } UNION { ?x ex:p ?y } }", "b p c", "c p b"),
    ("SELECT { $this ex:q ?x . ?z ex:p ?y FILTER(?y = ?x) }", "x p b", "x s b"),
    ("SELECT { $this ex:q/ex:p ?y }", "b p c", "c p b"),
    ("SELECT { $this ex:q+/ex:p? ?y }", "c p b", "x p b"),
    ("SELECT { ?y ex:p/^ex:q $this }", "x p b", "x p c"),
    ("SELECT { $this ex:q|ex:s ?x . ?x (^ex:p)* ?y }", "x p b", "x p d"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "changed", "other"), FROM_AFAR)
def test_a_node_is_looked_at_for_a_change_from_afar(body: str, changed: str, other: str) -> None:
    """`q` leads from `a` to `b` and on to `c`; the shape is about `a`, the change is not."""
    assert looked_at(body, changed) == {"a"}
    assert looked_at(body, other) == set()


def looked_at(body: str, changed: str) -> set[str]:
    """Return the nodes that a shape looks at when a triple comes, and again when it goes."""
    if body.startswith("SELECT"):
        query = body.replace("SELECT", "SELECT $this WHERE").replace("ex:", f"<{NS}").split()
        closed = re.sub(rf"(<{NS}\w+)", r"\1>", " ".join(query))
        body = f'sh:sparql [ sh:select """{closed}""" ]'
    prefixes = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <{NS}> .\n"
    shapes = Graph().parse(data=f"{prefixes} ex:s sh:targetNode ex:a ; {body} .", format="turtle")
    base = frozenset({(name("a"), name("q"), name("b")), (name("b"), name("q"), name("c"))})
    changing = base | {written(changed)}
    seen: list[set[str]] = []
    for before, after in ((base, changing), (changing, base)):
        store = load(after)
        narrow = narrow_to_change(change_between(before, after), store)
        seen.append(set())
        validate_data(store, shapes, Graph, watched(narrow, seen[-1]))
    assert seen[0] == seen[1]
    return seen[0]


def written(triple: str) -> Triple:
    subject, predicate, value = triple.split()
    known = {"type": RDF_TYPE, "subClassOf": RDFS_SUBCLASS}
    end = LITERALS[0] if value == "1" else name(value)
    return name(subject), known.get(predicate, name(predicate)), end


EX = "PREFIX ex: <https://tide.example/> SELECT $this WHERE "
QUERIES = [
    "{ $this ex:p ?x }", "{ $this a ex:p }", "{ $this ex:q.r ?x . ?x ex:r 1 }", "{ ?x ?any $this }",
    "{ $this ex:p [ ?any true ] }", "{ $this ex:p 1 ; ?any 2 }", "{ [] ?any $this }",
    "{ $this (^ex:q/ex:r*)|ex:s ?x . FILTER NOT EXISTS { ?x ex:p 'ex:t' } }", "{ $this !ex:p ?x }",
    "{ $this <https://tide.example/p> ?x # ex:q\n }", "{ $this ex:p ?x, ?y . ?y ex:q ?x, $this }",
    "{ $this ex: ?x }", "{ $this ex:p ?x FILTER(?x != ex:r && true) BIND(?x AS ?y) }",
    "{ ex:a ?any ex:b . $this ex:p 1.5 }", "{ ?x ?any .5 }",
    "{ ( 1 2 ) ?any true . ?x ex:q $this }", "{ $this (!(ex:p|^ex:q)) ?x FILTER(!BOUND(?y)) }",
]  # fmt: skip
NAMES = [f"{NS}{local}" for local in ("p", "q", "r", "s", "t", "q.r", "")] + [RDF_TYPE.value]


@pytest.mark.parametrize("pattern", QUERIES)
@pytest.mark.parametrize("changed", NAMES)
def test_a_query_is_gone_into_if_it_can_look_at_what_changed(pattern: str, changed: str) -> None:
    looks_at = {dependency.predicate for dependency in query_dependencies(EX + pattern, ())}
    assert mentions(EX + pattern, [changed]) or not looks_at & {None, changed}


def test_a_query_of_other_properties_is_not_gone_into() -> None:
    query = EX + "{ $this ex:p ?x, ?y ; a ex:q . FILTER(!(?x > ?y)) OPTIONAL { ?x ex:r true } }"
    assert not mentions(query, [f"{NS}s", f"{NS}depth", NS])
    assert all(mentions(query, [name]) for name in (f"{NS}p", f"{NS}r", RDF_TYPE.value))


SAMPLE_RECORDS = read_collection(SAMPLE / "records")
ARCHIVE = open_archive([SAMPLE / "archive"])
VALUES = sorted({triple[2] for file in SAMPLE_RECORDS.files for triple in file.triples})


def told(collection: Collection, before: Collection | None = None) -> Counter[str]:
    """Return what a check tells, places apart: the files on the disk are not changed."""
    report = check_records(collection, ARCHIVE, before=before)
    return Counter(
        repr((finding.shape, finding.focus, finding.path, finding.value, finding.message))
        for finding in report.findings
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """A triple of the sample to take out, and the number of the value to put in its place."""

    file: int
    at: int
    value: int | None


EDITS = st.lists(
    st.builds(
        Edit,
        st.integers(min_value=0, max_value=len(SAMPLE_RECORDS.files) - 1),
        st.integers(min_value=0, max_value=1000),
        st.one_of(st.none(), st.integers(min_value=0, max_value=len(VALUES) - 1)),
    ),
    min_size=1,
    max_size=2,
)


def edited(edits: Iterable[Edit]) -> Collection:
    files = list(SAMPLE_RECORDS.files)
    for edit in edits:
        triples = list(files[edit.file].triples)
        at = edit.at % len(triples)
        subject, predicate, _ = triples[at]
        if str(predicate) not in DESCRIPTION:
            triples[at : at + 1] = (
                [] if edit.value is None else [(subject, predicate, VALUES[edit.value])]
            )
        files[edit.file] = replace(files[edit.file], triples=tuple(triples))
    return replace(SAMPLE_RECORDS, files=tuple(files))


@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
@given(EDITS, EDITS)
def test_nothing_that_an_edit_of_records_makes_is_missed(
    first: list[Edit], second: list[Edit]
) -> None:
    before, after = edited(first), edited([*first, *second])
    now, narrowed = told(after), told(after, before)
    assert narrowed <= now
    assert now - told(before) <= narrowed
