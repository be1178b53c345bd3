"""Notes: shapes that are right and yet say nothing about the data at hand."""

from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.data_graph import Data
from onrecord.shacl.focus import Compiler, engine
from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.shape import PARAMETERS, TARGETS, targeted, targets


def notes(shapes: Graph, data: Data) -> list[Flaw]:
    """Return what a person may want to know: shapes without a node to look at, or never used."""
    compiled = engine(shapes, data)
    return [
        *_without_nodes(compiled),
        *_unused(shapes),
        *_without_effect(shapes),
        *_imports(shapes),
    ]


def _without_nodes(this: Compiler) -> Iterator[Flaw]:
    for node in targeted(this.shapes):
        for target, value in targets(this.shapes, node):
            if not isinstance(value, URIRef) or target == SH.targetNode:
                continue
            if target == SH.targetClass:
                patterns = [f"?x a <{kind}>" for kind in this.scope.subclasses(value)]
                what = "no node of the class"
            elif target == SH.targetSubjectsOf:
                patterns, what = [f"?x <{value}> ?y"], "no subject of the property"
            else:
                patterns, what = [f"?x <{value}> ?y"], "no object of the property"
            if not any(_answers(this.data, pattern) for pattern in patterns):
                predicate = target if (node, target, value) in this.shapes else RDF.type
                problem = f"the data has {what} {value}, so this shape looked at nothing"
                yield Flaw(node, problem, "", predicate, value)


def _answers(data: Data, pattern: str) -> bool:
    return any(True for _ in data.select(f"SELECT ?x {{ {pattern} }} LIMIT 1"))


def _unused(shapes: Graph) -> Iterator[Flaw]:
    """Yield shapes with a constraint that no target and no other shape leads to."""
    aimed: set[Node] = set(targeted(shapes))
    for predicate in PARAMETERS:
        for node in set(shapes.subjects(predicate)):
            mentioned = any(True for _ in shapes.subjects(None, node))
            if node not in aimed and not mentioned and isinstance(node, Identifier):
                aimed.add(node)
                remedy = f"give it a target: {', '.join(_short(each) for each in TARGETS)}"
                yield Flaw(node, "no target and no shape leads to this shape", remedy)


def _without_effect(shapes: Graph) -> Iterator[Flaw]:
    for part, whole in (
        (SH.flags, SH.pattern),
        (SH.ignoredProperties, SH.closed),
    ):
        for node in set(shapes.subjects(part)):
            if (node, whole, None) not in shapes:
                problem = f"{_short(part)} without {_short(whole)} does nothing"
                yield Flaw(node, problem, "", part)
    for node in set(shapes.subjects(SH.qualifiedValueShape)):
        counts = (SH.qualifiedMinCount, SH.qualifiedMaxCount)
        if not any((node, count, None) in shapes for count in counts):
            problem = "sh:qualifiedValueShape without a count does nothing"
            yield Flaw(node, problem, "", SH.qualifiedValueShape)


def _imports(shapes: Graph) -> Iterator[Flaw]:
    for node, ontology in shapes.subject_objects(SH.prefixes):
        if (ontology, None, None) not in shapes:
            problem = f"sh:prefixes: {ontology} is not in these files"
            yield Flaw(node, problem, "name its file with another --shapes", SH.prefixes, ontology)
    for node, imported in shapes.subject_objects(OWL.imports):
        if (imported, None, None) not in shapes:
            problem = f"{imported} is imported, and imports are not followed"
            yield Flaw(node, problem, "name its file with another --shapes", OWL.imports, imported)


def _short(predicate: URIRef) -> str:
    return f"sh:{predicate.removeprefix(str(SH))}"
