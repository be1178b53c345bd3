"""Three SHACL engines side by side: their results in one form that can be compared.

Ours, pySHACL and Rudof (https://rudof-project.github.io/rudof), which shares no code with either.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal as OneOf

import pyoxigraph as ox
import pyrudof
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from onrecord.rdf.oxigraph import quads, to_rdflib
from onrecord.shacl import ShapesError, report_graph, validate

EngineName = OneOf["fast", "pyshacl", "pyrudof"]
ENGINES: tuple[EngineName, ...] = ("fast", "pyshacl", "pyrudof")
Results = Counter[tuple[str, ...]]
"""How often a report has focus node, path, value, shape, component and severity."""


class Failure(Exception):  # noqa: N818 - it is a finding about an engine
    """An engine broke down instead of answering."""


@cache
def read(path: Path) -> Graph:
    """Read a file without touching the form of its literals."""
    return parse(path.read_bytes(), path.as_uri())


def parse(turtle: bytes, base: str | None = None) -> Graph:
    """Read Turtle without touching the form of its literals."""
    graph = Graph()
    for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri=base):
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


def shown(graph: Graph, node: Node | None) -> str:
    """Return a term, or the shape of a path or list, without names of blank nodes."""
    if not isinstance(node, BNode):
        return "" if node is None else node.n3()
    if (node, RDF.first, None) in graph:
        return "(" + " ".join(shown(graph, each) for each in Collection(graph, node)) + ")"
    inner = sorted(
        f"{predicate} {shown(graph, value)}"
        for predicate, value in graph.predicate_objects(node)
        if str(predicate).endswith("Path")
    )
    return f"[{' '.join(inner)}]"


def results(graph: Graph) -> Results:
    """Return the results of a report by what the suite compares."""
    return Counter(
        tuple(
            shown(graph, graph.value(result, name))
            for name in (
                SH.focusNode,
                SH.resultPath,
                SH.value,
                SH.sourceShape,
                SH.sourceConstraintComponent,
                SH.resultSeverity,
            )
        )
        for result in graph.objects(None, SH.result)
    )


def report(data: Graph, shapes: Graph, engine: EngineName) -> Graph:
    """Return an engine's report. Raises ShapesError if it refuses the shapes."""
    if engine != "pyrudof":
        return report_graph(validate(data, shapes, engine))
    rudof = _validated(data, shapes)
    turtle = rudof.serialize_shacl_validation_results(
        format=pyrudof.ResultShaclValidationFormat.Turtle
    )
    return parse(turtle.encode())


def found(data: Graph, shapes: Graph, engine: EngineName) -> Results:
    """Return how often an engine reports focus, path, value, shape and component, names local.

    Blank nodes are `[]`, and so are paths that are no single property. Raises ShapesError.
    """
    if engine != "pyrudof":
        return Counter(
            (
                _local(result.focus),
                _local(result.path_tree) if isinstance(result.path_tree, URIRef) else "[]",
                "" if result.value is None else _local(result.value),
                _local(result.shape),
                _component(result.component),
            )
            for result in validate(data, shapes, engine)
        )
    literals = {str(term): term for term in data.all_nodes() if isinstance(term, Literal)}
    return Counter(
        (
            _term(entry.focus_node, literals),
            _term(entry.path, {}),
            "" if entry.value is None else _term(entry.value, literals),
            _term(entry.source_shape, {}),
            _component(entry.constraint_component),
        )
        for entry in _validated(data, shapes).validate_shacl()
    )


def _validated(data: Graph, shapes: Graph) -> pyrudof.Rudof:
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(_n_triples(data), format=pyrudof.RDFFormat.NTriples)
    try:
        rudof.read_shacl(_n_triples(shapes), format=pyrudof.ShaclFormat.NTriples)
        rudof.validate_shacl()
    except (pyrudof.ShaclError, pyrudof.ValidationError) as error:
        raise ShapesError(None, f"pyrudof refuses the shapes: {error}") from error
    except pyrudof.InternalError as error:
        raise Failure(str(error)) from error
    return rudof


def _component(name: str) -> str:
    return name.rpartition("#")[2].removesuffix("ConstraintComponent")


def _term(written: str | None, literals: Mapping[str, Literal]) -> str:
    """Return a term from Rudof's way of writing it; `[]` for a path of several properties.

    Of some literals it writes the form and no datatype: that is taken from the literals given.
    """
    if written is None or written.startswith(("_:", "(", "^")):
        return "[]"
    if written in literals:
        return _local(literals[written])
    if not written.startswith('"'):
        return _local(URIRef(written) if ":" in written else Literal(written))
    turtle = f"@prefix xsd: <{XSD}> . @prefix rdf: <{RDF}> . <a:> <a:> {written} ."
    (triple,) = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    return _local(to_rdflib(triple.object))


def _local(term: Node) -> str:
    """Return a term of ours or of XML Schema by its short name, a blank node as `[]`."""
    if isinstance(term, BNode):
        return "[]"
    short = term.n3().replace('"""', '"').replace("\n", "\\n")
    for space, prefix in (("https://example.org/", "ex:"), (str(XSD), "xsd:")):
        short = re.sub(rf"<{space}([^>]*)>", rf"{prefix}\1", short)
    return short


def _n_triples(graph: Graph) -> str:
    written = ox.serialize((quad.triple for quad in quads(graph)), format=ox.RdfFormat.N_TRIPLES)
    return written.decode()


def difference(one: Results, other: Results) -> list[tuple[str, tuple[str, ...]]]:
    """Return what the one has less ("-") and more ("+") than the other, in order."""
    less = [("-", row) for row in (other - one).elements()]
    return sorted(less + [("+", row) for row in (one - other).elements()])
