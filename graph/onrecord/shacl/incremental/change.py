"""A change of the data: what was added and removed, and what of it a shape can see."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import EXACT, NS, PLAIN, Data, Graphs, Subject, encode

Triple = tuple[Subject, ox.NamedNode, Term]

CHANGED = ox.NamedNode(f"{NS}changed")
"""Graph of all that was added or removed; literals in their form."""
_BEFORE = ox.NamedNode(f"{NS}before")
"""Graph of what was removed; literals in their form."""
_BEFORE_PLAIN = ox.NamedNode(f"{NS}before-plain")
"""Graph of the same triples as Oxigraph rewrites them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What tells the data from what it was before; the terms are pyoxigraph's."""

    added: frozenset[Triple]
    removed: frozenset[Triple]

    @property
    def predicates(self) -> frozenset[str]:
        """The properties of what was added or removed."""
        return frozenset(p.value for triples in (self.added, self.removed) for _, p, _ in triples)

    @property
    def subjects(self) -> frozenset[Subject]:
        """The nodes of which something was added or removed."""
        return frozenset(s for triples in (self.added, self.removed) for s, _, _ in triples)


@dataclass(frozen=True, slots=True)
class Read:
    """Some triples that a shape looks at, and who looks at them."""

    predicate: str | None
    """The property of the triples, None for any."""
    pattern: str = ""
    """Binds `?focus` to the nodes whose validation looks at a triple in the graph CHANGED."""
    by_all: bool = False
    """Whether a solution of the pattern means that any node may look at it."""
    plain: bool = False
    """Whether it is a query of the shapes that looks, to which literals are as Oxigraph's."""


def between(before: Iterable[Triple], after: Iterable[Triple]) -> Change:
    """Return the change from some triples to others; nodes are the same by their names."""
    old, new = frozenset(before), frozenset(after)
    return Change(new - old, old - new)


def remember(change: Change, data: Data) -> None:
    """Add to a store of the data after a change what the change was."""
    quad = ox.Quad
    for triples in (change.added, change.removed):
        data.store.extend(quad(s, p, encode(o), CHANGED) for s, p, o in triples)
    data.store.extend(quad(s, p, encode(o), _BEFORE) for s, p, o in change.removed)
    data.store.extend(quad(s, p, o, _BEFORE_PLAIN) for s, p, o in change.removed)


def readers(read: Read, data: Data) -> set[Term] | None:
    """Return the nodes that look at something changed, None for any node.

    What a shape said before and what it says now can only differ by triples of either time, so
    the pattern is matched in both taken together.
    """
    default = ox.DefaultGraph()
    graphs: Graphs = [default, PLAIN, _BEFORE_PLAIN] if read.plain else [default, EXACT, _BEFORE]
    if read.by_all:
        rows = data.store.query(f"ASK {{ {read.pattern} }}", default_graph=graphs)
        return None if bool(rows) else set()
    query = f"SELECT DISTINCT ?focus {{ {read.pattern} }}"
    rows = data.store.query(query, default_graph=graphs)
    nodes = {row["focus"] for row in rows}  # type: ignore[union-attr]
    if read.plain and any(isinstance(node, ox.Literal) for node in nodes):
        return None  # in what form it was written cannot be told
    return nodes
