"""Lint notes: valid shapes without effect on the given data."""

from collections.abc import Iterator

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.advanced import shapes_with_advanced_targets
from onrecord.shacl.data_graph import DataGraph, as_written
from onrecord.shacl.focus import Compiler, make_compiler
from onrecord.shacl.lint.flaw import Flaw, sh_name
from onrecord.shacl.shape import (
    PARAMETERS,
    TARGETS,
    class_types_of,
    is_implicit_class,
    shapes_of_unknown_types,
    shapes_with_targets,
    targets,
)


def notes(shapes: Graph, data: DataGraph) -> list[Flaw]:
    """Return notes on targets without nodes, unused shapes, idle parameters and missing imports."""
    compiler = make_compiler(shapes, data)
    return [
        *_owl_classes(compiler),
        *_perhaps_classes(compiler),
        *_without_nodes(compiler),
        *_unused(compiler),
        *_without_effect(shapes),
        *_imports(shapes),
    ]


def _owl_classes(compiler: Compiler) -> Iterator[Flaw]:
    """Yield shapes that are classes by OWL alone: their instances are no targets by SHACL."""
    shapes = compiler.shapes
    plain = class_types_of(shapes, {RDFS.Class})
    above = f"<{OWL.Class}> <{RDFS.subClassOf}>+ ?kind"
    if any(
        as_written(row["kind"]) in plain
        for row in compiler.data.select(f"SELECT ?kind {{ {above} }}")
    ):
        return
    for node in shapes_with_targets(shapes, compiler.class_types):
        if (node, RDF.type, OWL.Class) in shapes and not is_implicit_class(shapes, node, plain):
            yield Flaw(
                node,
                "owl:Class alone makes no target (SHACL 2.1.3.3), it is taken for one",
                "make it an rdfs:Class too, or give it sh:targetClass",
                RDF.type,
                OWL.Class,
                effect="unchecked",
                feature="owl:Class",
            )


def _perhaps_classes(compiler: Compiler) -> Iterator[Flaw]:
    """Yield shapes without target whose type may make them classes, and is not to be found."""
    for node, kind in shapes_of_unknown_types(compiler.shapes):
        if _has_solution(compiler.data, f"<{kind}> ?property ?x"):
            continue
        yield Flaw(
            node,
            f"if {kind} is a class of classes, this shape has targets; it is not in these files",
            "name its file with another --shapes",
            RDF.type,
            kind,
            effect="unchecked",
            feature=f"type {kind}",
        )


def _without_nodes(compiler: Compiler) -> Iterator[Flaw]:
    for node in shapes_with_targets(compiler.shapes, compiler.class_types):
        for target, value in targets(compiler.shapes, node, compiler.class_types):
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
                yield Flaw(
                    node, problem, "", predicate, value, effect="none", feature="no target nodes"
                )


def _has_solution(data: DataGraph, pattern: str) -> bool:
    return any(True for _ in data.select(f"SELECT ?x {{ {pattern} }} LIMIT 1"))


def _unused(compiler: Compiler) -> Iterator[Flaw]:
    """Yield shapes with a constraint that have no target and are not referenced."""
    shapes = compiler.shapes
    used: set[Node] = set(shapes_with_targets(shapes, compiler.class_types))
    used |= shapes_with_advanced_targets(shapes)
    for predicate in PARAMETERS:
        for node in set(shapes.subjects(predicate)):
            mentioned = any(True for _ in shapes.subjects(None, node))
            if node not in used and not mentioned and isinstance(node, Identifier):
                used.add(node)
                remedy = f"give it a target: {', '.join(sh_name(each) for each in TARGETS)}"
                problem = "no target and no shape leads to this shape"
                yield Flaw(node, problem, remedy, effect="none", feature="unused")


def _without_effect(shapes: Graph) -> Iterator[Flaw]:
    for part, whole in (
        (SH.flags, SH.pattern),
        (SH.ignoredProperties, SH.closed),
    ):
        for node in set(shapes.subjects(part)):
            if (node, whole, None) not in shapes:
                problem = f"{sh_name(part)} without {sh_name(whole)} does nothing"
                yield Flaw(node, problem, "", part, effect="none")
    for node in set(shapes.subjects(SH.qualifiedValueShape)):
        counts = (SH.qualifiedMinCount, SH.qualifiedMaxCount)
        if not any((node, count, None) in shapes for count in counts):
            problem = "sh:qualifiedValueShape without a count does nothing"
            yield Flaw(node, problem, "", SH.qualifiedValueShape, effect="none")


def _imports(shapes: Graph) -> Iterator[Flaw]:
    for node, ontology in shapes.subject_objects(SH.prefixes):
        if (ontology, None, None) not in shapes:
            problem = f"sh:prefixes: {ontology} is not in these files"
            remedy = "name its file with another --shapes"
            yield Flaw(
                node, problem, remedy, SH.prefixes, ontology, effect="none", feature=str(ontology)
            )
    for node, imported in shapes.subject_objects(OWL.imports):
        if (imported, None, None) not in shapes:
            problem = f"{imported} is imported, and imports are not followed"
            remedy = "name its file with another --shapes, or map it by --imports"
            yield Flaw(node, problem, remedy, OWL.imports, imported, effect="none")
