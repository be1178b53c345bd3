"""Data graph in an Oxigraph store that preserves the lexical forms of literals.

Oxigraph normalises literals (`4.0` becomes `4`, a byte becomes an integer). A literal that it would
change is stored twice: in the graph EXACT with a private datatype whose value is datatype and
lexical form, and in the graph PLAIN as Oxigraph normalises it, for SPARQL constraints.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from threading import Lock

import pyoxigraph as ox
from rdflib.namespace import RDF
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import (
    RdflibTriple,
    Term,
    bulk_extend,
    to_oxigraph,
    to_rdflib,
    triples_in_oxigraph,
)
from onrecord.rdf.xsd import WELL_FORMED, XSD
from onrecord.shacl.sparql_functions import query_with_stubs

Subject = ox.NamedNode | ox.BlankNode
Graphs = list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]

NS = "urn:onrecord:store:"
FORM = f"{NS}form"
"""Datatype of a literal whose value is `datatype form`."""
EXACT = ox.NamedNode(f"{NS}exact")
"""Graph of the triples whose literals have the datatype FORM."""
PLAIN = ox.NamedNode(f"{NS}plain")
"""Graph of the same triples, normalised by Oxigraph."""
ILL_FORMED = ox.NamedNode(f"{NS}ill-formed")
"""Node set of the ill-formed literals."""
MEMBER = ox.NamedNode(f"{NS}has")
"""Predicate from a node set to its members."""

_FORM = ox.NamedNode(FORM)
_DEFAULT = ox.DefaultGraph()
_CANONICAL = {
    f"{XSD}integer": r"(?:0|-?[1-9][0-9]{0,17})",
    f"{XSD}decimal": r"(?:0|-?(?:[1-9][0-9]{0,14}|0(?=\.))(?:\.[0-9]{0,14}[1-9])?)",
    f"{XSD}boolean": r"true|false",
    f"{XSD}date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    f"{XSD}dateTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}Z?",
    f"{XSD}gYear": r"[0-9]{4}",
}
_CANONICAL_FORM = {datatype: re.compile(form) for datatype, form in _CANONICAL.items()}
_VALUED = r"(?i)integer|byte|short|int$|long|decimal|float|double|bool|date|time|#g|dur"
_REWRITTEN = frozenset(datatype for datatype in WELL_FORMED if re.search(_VALUED, datatype))
"""Datatypes whose literals Oxigraph normalises."""
_TYPE = str(RDF.type)
_BATCH = 50_000
FEW_TRIPLES = 20_000
"""Below this size, threads that wait for each other take longer than the queries."""


@dataclass(slots=True)
class DataGraph:
    """A data graph for the fast engine."""

    store: ox.Store = field(default_factory=ox.Store)
    rewritten: bool = False
    """Whether the graph EXACT has literals of the datatype FORM."""
    ill_formed: bool = False
    """Whether some literals are ill-formed."""
    has_added_nodes: bool = False
    """Whether nodes without triples were added to the graph EXACT."""
    has_shapes: bool = False
    """Whether the shapes were added as a named graph."""
    lock: Lock = field(default_factory=Lock)
    sets: int = 0
    """Number of node sets added."""
    is_small: bool = True
    """Whether there are fewer than FEW_TRIPLES; to count them takes as long as a small change."""
    folder: Path | None = None
    """Where the store is, None for one in memory."""
    sizes: Counter[str] = field(default_factory=Counter)
    """How many triples each property has, and each class as their object; of what was loaded."""

    def select(self, query: str) -> ox.QuerySolutions:
        """Run a query of the engine, over literals in their lexical forms."""
        graphs: Graphs = [_DEFAULT, EXACT] if self.rewritten or self.has_added_nodes else [_DEFAULT]
        return self.store.query(query, default_graph=graphs)  # type: ignore[return-value]

    def select_plain(self, query: str) -> ox.QuerySolutions:
        """Run the query of a SPARQL constraint, over literals as Oxigraph normalises them."""
        graphs: Graphs = [_DEFAULT, PLAIN] if self.rewritten else [_DEFAULT]
        answer, _ = query_with_stubs(self.store, query, {"default_graph": graphs})
        return answer  # type: ignore[return-value]

    def add_missing_nodes(self, nodes: Iterable[Term]) -> None:
        """Add the nodes that have no triple, so that paths of length zero match them.

        SPARQL requires such a match (section 9.3); Oxigraph finds only nodes of its triples.
        """
        for node in nodes:
            subject = None if isinstance(node, ox.Literal) else node
            patterns = [(None, None, node), *([(subject, None, None)] if subject else [])]
            if not any(
                next(self.store.quads_for_pattern(*pattern, graph), None)
                for pattern in patterns
                for graph in (_DEFAULT, EXACT)
            ):
                self.store.add(ox.Quad(EXACT, MEMBER, node, EXACT))
                self.has_added_nodes = True

    def add_shapes(self, quads: Iterable[ox.Quad]) -> None:
        """Add the shapes as a named graph, once."""
        with self.lock:
            if not self.has_shapes:
                self.store.extend(quads)
                self.has_shapes = True

    def add_node_set(self, nodes: Iterable[Term]) -> ox.NamedNode:
        """Store a set of nodes as a named graph and return its name."""
        with self.lock:
            self.sets += 1
            name = ox.NamedNode(f"{NS}set:{self.sets}")
        self.store.extend(ox.Quad(name, MEMBER, node, name) for node in nodes)
        return name


def member(name: ox.NamedNode, variable: str) -> str:
    """Return the graph pattern that binds a variable to the members of a node set."""
    return f"GRAPH <{name.value}> {{ <{name.value}> <{MEMBER.value}> {variable} }}"


def load(
    triples: Iterable[tuple[Subject, ox.NamedNode, Term]], folder: Path | None = None
) -> DataGraph:
    """Load pyoxigraph triples into a data graph, in memory or in a folder.

    In memory a triple takes some 350 bytes and is found in a tenth of the time.
    """
    triples = iter(triples)
    first = list(islice(triples, FEW_TRIPLES))
    data = DataGraph(ox.Store(folder), is_small=len(first) < FEW_TRIPLES, folder=folder)
    ill_formed_literals: set[ox.Literal] = set()
    stored_forms: dict[ox.Literal, ox.Literal | None] = {}
    counted = _counted(chain(first, triples), data.sizes)
    quads = _stored_quads(counted, ill_formed_literals, stored_forms)
    bulk_extend(data.store, quads)
    if folder is not None:
        data.store.optimize()
    data.rewritten = any(value is not None for value in stored_forms.values())
    data.ill_formed = bool(ill_formed_literals)
    data.store.extend(
        ox.Quad(ILL_FORMED, MEMBER, encode(literal), ILL_FORMED) for literal in ill_formed_literals
    )
    return data


def load_graph(triples: Iterable[RdflibTriple], folder: Path | None = None) -> DataGraph:
    """Load rdflib triples into a data graph, in memory or in a folder."""
    return load(triples_in_oxigraph(triples), folder)


def _counted(
    triples: Iterable[tuple[Subject, ox.NamedNode, Term]], sizes: Counter[str]
) -> Iterator[tuple[Subject, ox.NamedNode, Term]]:
    """Yield triples, and count them by property, and by class."""
    for triple in triples:
        predicate = triple[1].value
        sizes[predicate] += 1
        if predicate == _TYPE:
            sizes[triple[2].value] += 1
        yield triple


def _stored_quads(
    triples: Iterable[tuple[Subject, ox.NamedNode, Term]],
    ill_formed_literals: set[ox.Literal],
    stored_forms: dict[ox.Literal, ox.Literal | None],
) -> Iterator[ox.Quad]:
    """Yield triples as the quads of the store.

    Adds ill-formed literals to `ill_formed_literals`. `stored_forms` caches the literal stored for
    each literal, None if it is stored unchanged.
    """
    literal_type, quad = ox.Literal, ox.Quad
    for subject, predicate, value in triples:
        if isinstance(value, literal_type) and (datatype := value.datatype.value) in WELL_FORMED:
            if value not in stored_forms:
                lexical_form = value.value
                if not WELL_FORMED[datatype](lexical_form):
                    ill_formed_literals.add(value)
                canonical = _CANONICAL_FORM.get(datatype)
                is_canonical = (
                    canonical is not None and canonical.fullmatch(lexical_form) is not None
                )
                stored_forms[value] = None if is_canonical else _form_literal(value)
                if len(stored_forms) > _BATCH and is_canonical:
                    del stored_forms[value]
            stored = stored_forms.get(value)
            if stored is not None:
                yield quad(subject, predicate, stored, EXACT)
                yield quad(subject, predicate, value, PLAIN)
                continue
        yield quad(subject, predicate, value)


def _form_literal(literal: ox.Literal) -> ox.Literal | None:
    """Return the FORM literal that preserves another, None if Oxigraph does not change it."""
    if literal.datatype.value not in _REWRITTEN:
        return None
    store = ox.Store()
    store.add(ox.Quad(ILL_FORMED, MEMBER, literal))
    (quad,) = store
    if quad.object == literal:
        return None
    return ox.Literal(f"{literal.datatype.value} {literal.value}", datatype=_FORM)


def encode(term: Term) -> Term:
    """Return the stored form of a pyoxigraph term."""
    if isinstance(term, ox.Literal):
        return _form_literal(term) or term
    return term


def decode(term: Term) -> Term:
    """Return a stored term in its original lexical form."""
    if isinstance(term, ox.Literal) and term.datatype == _FORM:
        datatype, _, lexical_form = term.value.partition(" ")
        return ox.Literal(lexical_form, datatype=ox.NamedNode(datatype))
    return term


def as_written(term: Term) -> Identifier:
    """Return a stored term as an rdflib term in its original lexical form."""
    return to_rdflib(decode(term))


def in_store(term: Identifier) -> Term:
    """Return the stored form of an rdflib term."""
    return encode(to_oxigraph(term))
