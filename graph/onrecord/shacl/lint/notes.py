"""Lint notes: valid shapes without effect on the given data."""

from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.data_graph import DataGraph
from onrecord.shacl.focus import Compiler, make_compiler
from onrecord.shacl.lint.flaw import Flaw, sh_name
from onrecord.shacl.shape import PARAMETERS, TARGETS, shapes_with_targets, targets


def notes(shapes: Graph, data: DataGraph) -> list[Flaw]:
    """Return notes on targets without nodes, unused shapes, idle parameters and missing imports."""
    compiler = make_compiler(shapes, data)
    return [
        *_without_nodes(compiler),
        *_unused(shapes),
        *_without_effect(shapes),
        *_imports(shapes),
    ]


def _without_nodes(compiler: Compiler) -> Iterator[Flaw]:
    for node in shapes_with_targets(compiler.shapes):
        for target, value in targets(compiler.shapes, node):
            if not isinstance(value, URIRef) or target == SH.targetNode:
                continue
            if target == SH.targetClass:
                patterns = [f"?x a <{class_}>" for class_ in compiler.scope.subclasses(value)]
                missing = "no node of the class"
            elif target == SH.targetSubjectsOf:
                patterns, missing = [f"?x <{value}> ?y"], "no subject of the property"
            else:
                patterns, missing = [f"?x <{value}> ?y"], "no object of the property"
            if not any(_has_solution(compiler.data, pattern) for pattern in patterns):
                predicate = target if (node, target, value) in compiler.shapes else RDF.type
                problem = f"the data has {missing} {value}, so this shape validated no node"
                yield Flaw(node, problem, "", predicate, value)


def _has_solution(data: DataGraph, pattern: str) -> bool:
    return any(True for _ in data.select(f"SELECT ?x {{ {pattern} }} LIMIT 1"))


def _unused(shapes: Graph) -> Iterator[Flaw]:
    """Yield shapes with a constraint that have no target and are not referenced."""
    used: set[Node] = set(shapes_with_targets(shapes))
    for predicate in PARAMETERS:
        for node in set(shapes.subjects(predicate)):
            mentioned = any(True for _ in shapes.subjects(None, node))
            if node not in used and not mentioned and isinstance(node, Identifier):
                used.add(node)
                remedy = f"give it a target: {', '.join(sh_name(each) for each in TARGETS)}"
                yield Flaw(node, "no target and no shape leads to this shape", remedy)


def _without_effect(shapes: Graph) -> Iterator[Flaw]:
    for part, whole in (
        (SH.flags, SH.pattern),
        (SH.ignoredProperties, SH.closed),
    ):
        for node in set(shapes.subjects(part)):
            if (node, whole, None) not in shapes:
                problem = f"{sh_name(part)} without {sh_name(whole)} does nothing"
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
