"""Validation results, and their validation report as a graph (SHACL, section 3.6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.property_path import Path, read_path, sparql, write_path
from onrecord.shacl.severity import Severity

_SEVERITIES: dict[Identifier, Severity] = {SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, section 3.6.2), in terms of the data graph."""

    focus: Identifier
    shape: Identifier
    component: URIRef
    value: Identifier | None = None
    path_tree: Path | None = None
    """The result path (`sh:resultPath`) as a tree."""
    severity_iri: URIRef = SH.Violation
    messages: tuple[Literal, ...] = ()
    constraint: Identifier | None = None
    """The violated `sh:sparql` constraint (`sh:sourceConstraint`)."""
    other_bindings: tuple[Identifier, ...] = field(default=(), compare=False)
    """Bindings of further variables of a `sh:sparql` query, and values of one language that
    `sh:uniqueLang` forbids; empty for pySHACL."""
    parameter_value: Identifier | None = field(default=None, compare=False, repr=False)
    """The value of the violated constraint's parameter; None if the engine does not say."""
    judgements: tuple["Judgement", ...] = field(default=(), compare=False, repr=False)
    """Why: how shapes that the violated one refers to judge the value."""

    @property
    def nodes(self) -> Iterator[Identifier]:
        """Focus node, value and bindings of the result, and those of its reasons."""
        yield self.focus
        if self.value is not None:
            yield self.value
        yield from self.other_bindings
        for judgement in self.judgements:
            yield judgement.node
            for result in judgement.results:
                yield from result.nodes

    @property
    def path(self) -> URIRef | str | None:
        """The result path: an IRI, or a compound path in SPARQL."""
        if self.path_tree is None or isinstance(self.path_tree, URIRef):
            return self.path_tree
        return sparql(self.path_tree)

    @property
    def severity(self) -> Severity:
        """The severity; one that SHACL does not define is a violation."""
        return _SEVERITIES.get(self.severity_iri, "violation")

    @property
    def message(self) -> str:
        """The English message if there are several, empty if there is none."""
        english = [str(text) for text in self.messages if (text.language or "").startswith("en")]
        return (english or [str(text) for text in self.messages] or [""])[0]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a shape that another one refers to finds in a node."""

    node: Identifier
    shape: Identifier
    name: str
    """What the shape is called."""
    results: tuple[Result, ...]
    """Why the node does not conform; empty if it conforms."""
    omitted: int = 0
    """How many results more there are."""


def report_graph(results: Iterable[Result]) -> Graph:
    """Return the `sh:ValidationReport` of the results (SHACL, section 3.6)."""
    graph = Graph()
    graph.bind("sh", SH)
    report = BNode()
    graph.add((report, RDF.type, SH.ValidationReport))
    conforms = True
    for result in results:
        conforms = False
        graph.add((report, SH.result, _write_result(graph, result)))
    graph.add((report, SH.conforms, Literal("true" if conforms else "false", datatype=XSD.boolean)))
    return graph


def _write_result(graph: Graph, result: Result) -> BNode:
    """Add the triples of a result, and of its reasons as details, and return its node."""
    node = BNode()
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, result.focus))
    graph.add((node, SH.resultSeverity, result.severity_iri))
    graph.add((node, SH.sourceConstraintComponent, result.component))
    graph.add((node, SH.sourceShape, result.shape))
    if result.value is not None:
        graph.add((node, SH.value, result.value))
    if result.path_tree is not None:
        graph.add((node, SH.resultPath, write_path(result.path_tree, graph)))
    if result.constraint is not None:
        graph.add((node, SH.sourceConstraint, result.constraint))
    for message in result.messages:
        graph.add((node, SH.resultMessage, message))
    for judgement in result.judgements:
        for detail in judgement.results:
            graph.add((node, SH.detail, _write_result(graph, detail)))
    return node


def read_report(graph: Graph) -> list[Result]:
    """Parse the results of a validation report, unordered.

    Raises ShapesError if a result lacks a mandatory property.
    """
    return [_read_result(graph, node) for node in graph.objects(None, SH.result)]


def _read_result(graph: Graph, node: Node) -> Result:
    """Parse one result; its details are one judgement, whose shape the report does not name."""
    path = graph.value(node, SH.resultPath)
    focus, shape = _term(graph, node, SH.focusNode), _term(graph, node, SH.sourceShape)
    component = _term(graph, node, SH.sourceConstraintComponent)
    severity = _term(graph, node, SH.resultSeverity)
    if focus is None or shape is None or not isinstance(component, URIRef):
        raise ShapesError(node, "a result without focus node, shape or component")
    value = _term(graph, node, SH.value)
    details = tuple(_read_result(graph, detail) for detail in graph.objects(node, SH.detail))
    judged = focus if value is None else value
    return Result(
        focus,
        shape,
        component,
        value,
        read_path(graph, path) if path is not None else None,
        severity if isinstance(severity, URIRef) else SH.Violation,
        tuple(m for m in graph.objects(node, SH.resultMessage) if isinstance(m, Literal)),
        _term(graph, node, SH.sourceConstraint),
        judgements=(Judgement(judged, shape, "", details),) if details else (),
    )


def _term(graph: Graph, node: Node, prop: URIRef) -> Identifier | None:
    term = graph.value(node, prop)
    return term if isinstance(term, Identifier) else None
