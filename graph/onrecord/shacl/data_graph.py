"""The data in a store that the fast engine can query without losing what was written.

Oxigraph rewrites literals (`4.0` becomes `4`, a byte becomes an integer). What it would rewrite is
therefore stored as a literal of a private datatype that holds form and datatype, in a graph of its
own, beside another graph that has it rewritten, for queries that shapes bring along.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock

import pyoxigraph as ox
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import RdflibTriple, Term, to_oxigraph, to_rdflib, triples_in_oxigraph
from onrecord.rdf.xsd import WELL_FORMED, XSD

Subject = ox.NamedNode | ox.BlankNode
Graphs = list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]

NS = "urn:onrecord:store:"
FORM = f"{NS}form"
"""Datatype of a literal that is kept as `datatype form`."""
EXACT = ox.NamedNode(f"{NS}exact")
"""Graph of the triples whose literal is kept in its form."""
PLAIN = ox.NamedNode(f"{NS}plain")
"""Graph of the same triples as Oxigraph rewrites them."""
ILL = ox.NamedNode(f"{NS}ill-formed")
"""Set of the literals that are no values of their datatype."""
HAS = ox.NamedNode(f"{NS}has")
"""Leads from a set to its members."""

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
_SAME_FORM = {datatype: re.compile(form) for datatype, form in _CANONICAL.items()}
_VALUED = r"(?i)integer|byte|short|int$|long|decimal|float|double|bool|date|time|#g|dur"
_REWRITTEN = frozenset(datatype for datatype in WELL_FORMED if re.search(_VALUED, datatype))
"""Datatypes whose literals Oxigraph keeps as values."""
_BATCH = 50_000


@dataclass(slots=True)
class Data:
    """A graph ready for the fast engine."""

    store: ox.Store = field(default_factory=ox.Store)
    rewritten: bool = False
    """Whether some literals are kept in the graph EXACT."""
    ill_formed: bool = False
    """Whether some literals are no values of their datatype."""
    stranger: bool = False
    """Whether nodes that no triple has were made known, in the graph EXACT."""
    lock: Lock = field(default_factory=Lock)
    sets: int = 0
    """How many sets of nodes were named."""

    def select(self, query: str) -> ox.QuerySolutions:
        """Run a query of ours: literals in their form."""
        graphs: Graphs = [_DEFAULT, EXACT] if self.rewritten or self.stranger else [_DEFAULT]
        return self.store.query(query, default_graph=graphs)  # type: ignore[return-value]

    def select_plain(self, query: str) -> ox.QuerySolutions:
        """Run a query that shapes bring along: literals as Oxigraph knows them."""
        graphs: Graphs = [_DEFAULT, PLAIN] if self.rewritten else [_DEFAULT]
        return self.store.query(query, default_graph=graphs)  # type: ignore[return-value]

    def introduce(self, nodes: Iterable[Term]) -> None:
        """Make nodes known that no triple has, so that a path of no steps leads to them.

        SPARQL says that it does (section 9.3), Oxigraph finds only nodes of its triples.
        """
        for node in nodes:
            subject = None if isinstance(node, ox.Literal) else node
            patterns = [(None, None, node), *([(subject, None, None)] if subject else [])]
            if not any(
                next(self.store.quads_for_pattern(*pattern, graph), None)
                for pattern in patterns
                for graph in (_DEFAULT, EXACT)
            ):
                self.store.add(ox.Quad(EXACT, HAS, node, EXACT))
                self.stranger = True

    def name_set(self, nodes: Iterable[Term]) -> ox.NamedNode:
        """Keep a set of nodes in the store and return the graph that names it."""
        with self.lock:
            self.sets += 1
            name = ox.NamedNode(f"{NS}set:{self.sets}")
        self.store.extend(ox.Quad(name, HAS, node, name) for node in nodes)
        return name


def member(name: ox.NamedNode, variable: str) -> str:
    """Return the graph pattern that binds a variable to the members of a set."""
    return f"GRAPH <{name.value}> {{ <{name.value}> <{HAS.value}> {variable} }}"


def load(triples: Iterable[tuple[Subject, ox.NamedNode, Term]]) -> Data:
    """Return the triples in a store; the terms are pyoxigraph's, straight from a parser."""
    data = Data()
    ill: set[ox.Literal] = set()
    kept: dict[ox.Literal, ox.Literal | None] = {}
    data.store.bulk_extend(_quads_of(triples, ill, kept))
    data.rewritten = any(value is not None for value in kept.values())
    data.ill_formed = bool(ill)
    data.store.extend(ox.Quad(ILL, HAS, encode(literal), ILL) for literal in ill)
    return data


def load_graph(triples: Iterable[RdflibTriple]) -> Data:
    """Return the triples of an rdflib graph in a store."""
    return load(triples_in_oxigraph(triples))


def _quads_of(
    triples: Iterable[tuple[Subject, ox.NamedNode, Term]],
    ill: set[ox.Literal],
    kept: dict[ox.Literal, ox.Literal | None],
) -> Iterator[ox.Quad]:
    """Yield triples as they are in the store.

    Takes up the literals that are no values of their datatype, and in what form literals are kept,
    None for those that are kept as they are.
    """
    literal_type, quad = ox.Literal, ox.Quad
    for subject, predicate, value in triples:
        if isinstance(value, literal_type) and (datatype := value.datatype.value) in WELL_FORMED:
            if value not in kept:
                written = value.value
                if not WELL_FORMED[datatype](written):
                    ill.add(value)
                same = _SAME_FORM.get(datatype)
                stable = same is not None and same.fullmatch(written) is not None
                kept[value] = None if stable else _kept(value)
                if len(kept) > _BATCH and stable:
                    del kept[value]
            exact = kept.get(value)
            if exact is not None:
                yield quad(subject, predicate, exact, EXACT)
                yield quad(subject, predicate, value, PLAIN)
                continue
        yield quad(subject, predicate, value)


def _kept(literal: ox.Literal) -> ox.Literal | None:
    """Return the literal that keeps the form of another, None if Oxigraph keeps it as it is."""
    if literal.datatype.value not in _REWRITTEN:
        return None
    store = ox.Store()
    store.add(ox.Quad(ILL, HAS, literal))
    (quad,) = store
    if quad.object == literal:
        return None
    return ox.Literal(f"{literal.datatype.value} {literal.value}", datatype=_FORM)


def encode(term: Term) -> Term:
    """Return a term as it is in the store."""
    if isinstance(term, ox.Literal):
        return _kept(term) or term
    return term


def decode(term: Term) -> Term:
    """Return a term of the store as it was written."""
    if isinstance(term, ox.Literal) and term.datatype == _FORM:
        datatype, _, written = term.value.partition(" ")
        return ox.Literal(written, datatype=ox.NamedNode(datatype))
    return term


def as_written(term: Term) -> Identifier:
    """Return a term of the store as an rdflib term in its written form."""
    return to_rdflib(decode(term))


def in_store(term: Identifier) -> Term:
    """Return an rdflib term as it is in the store."""
    return encode(to_oxigraph(term))
