"""Change of a data graph, and the focus nodes whose validation depends on it."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import EXACT, NS, PLAIN, DataGraph, Graphs, Subject, encode

Triple = tuple[Subject, ox.NamedNode, Term]

CHANGED = ox.NamedNode(f"{NS}changed")
"""Graph of the added and removed triples, literals in their lexical forms."""
_BEFORE = ox.NamedNode(f"{NS}before")
"""Graph of the removed triples, literals in their lexical forms."""
_BEFORE_PLAIN = ox.NamedNode(f"{NS}before-plain")
"""Graph of the same triples, normalised by Oxigraph."""


@dataclass(frozen=True, slots=True)
class Change:
    """The added and removed triples of a data graph, in pyoxigraph terms."""

    added: frozenset[Triple]
    removed: frozenset[Triple]

    @property
    def predicates(self) -> frozenset[str]:
        """The properties of the added and removed triples."""
        return frozenset(p.value for triples in (self.added, self.removed) for _, p, _ in triples)

    @property
    def subjects(self) -> frozenset[Subject]:
        """The subjects of the added and removed triples."""
        return frozenset(s for triples in (self.added, self.removed) for s, _, _ in triples)


@dataclass(frozen=True, slots=True)
class Dependency:
    """Triples that a shape depends on, and the focus nodes whose result they affect."""

    predicate: str | None
    """The property of the triples, None for any."""
    pattern: str = ""
    """Binds `?focus` to the nodes whose result depends on a triple in the graph CHANGED."""
    affects_all: bool = False
    """Whether a solution of the pattern means that any node may be affected."""
    plain: bool = False
    """Whether it is of a SPARQL constraint, which sees literals as Oxigraph normalises them."""


def change_between(before: Iterable[Triple], after: Iterable[Triple]) -> Change:
    """Return the difference of two sets of triples; blank nodes are compared by label."""
    old, new = frozenset(before), frozenset(after)
    return Change(new - old, old - new)


def store_change(change: Change, data: DataGraph) -> None:
    """Add the graphs of a change to the store of the data after it."""
    quad = ox.Quad
    for triples in (change.added, change.removed):
        data.store.extend(quad(s, p, encode(o), CHANGED) for s, p, o in triples)
    data.store.extend(quad(s, p, encode(o), _BEFORE) for s, p, o in change.removed)
    data.store.extend(quad(s, p, o, _BEFORE_PLAIN) for s, p, o in change.removed)


def affected_nodes(dependency: Dependency, data: DataGraph) -> set[Term] | None:
    """Return the focus nodes that a change affects through a dependency, None for any node.

    A changed triple may matter by triples before or after the change, so the pattern is matched in
    the union of both.
    """
    default = ox.DefaultGraph()
    graphs: Graphs = (
        [default, PLAIN, _BEFORE_PLAIN] if dependency.plain else [default, EXACT, _BEFORE]
    )
    if dependency.affects_all:
        rows = data.store.query(f"ASK {{ {dependency.pattern} }}", default_graph=graphs)
        return None if bool(rows) else set()
    query = f"SELECT DISTINCT ?focus {{ {dependency.pattern} }}"
    rows = data.store.query(query, default_graph=graphs)
    nodes = {row["focus"] for row in rows}  # type: ignore[union-attr]
    if dependency.plain and any(isinstance(node, ox.Literal) for node in nodes):
        return None  # its original lexical form is unknown
    return nodes
