"""Parts: data in a store of which each part, such as a file, can be replaced by itself.

A part has a graph of its own beside the data, which tells what it says; literals in their form. A
triple stays in the data as long as one part says it.
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from onrecord.shacl.change import Triple
from onrecord.shacl.store import (
    EXACT,
    HAS,
    ILL,
    NS,
    PLAIN,
    Data,
    Term,
    decode,
    encode,
    mark_ill_formed,
    quads_of,
)

_PART = f"{NS}part:"


def opened(store: ox.Store) -> Data:
    """Return the data of a store that has its parts already."""
    data = Data(store)
    _look_again(data)
    return data


def fill(data: Data, parts: Iterable[tuple[str, Iterable[Triple]]]) -> None:
    """Put parts, each with its name, into a store that has none yet."""
    ill: set[ox.Literal] = set()
    forms: dict[ox.Literal, ox.Literal | None] = {}

    def quads() -> Iterator[ox.Quad]:
        for name, triples in parts:
            yield from _with_part(ox.NamedNode(_PART + name), quads_of(triples, ill, forms))

    data.store.bulk_extend(quads())
    mark_ill_formed(data, ill)
    _look_again(data)


def replace(data: Data, name: str, triples: Iterable[Triple]) -> None:
    """Let a part say these triples and nothing else."""
    part, ill = ox.NamedNode(_PART + name), set[ox.Literal]()
    quads = list(_with_part(part, quads_of(triples, ill, {})))
    now = {quad for quad in quads if quad.graph_name == part}
    said = data.store.quads_for_pattern(None, None, None, part)
    _take_out(data, [quad for quad in said if quad not in now])
    _put_in(data, quads, ill)


def exchange(data: Data, name: str, lost: Iterable[Triple], come: Iterable[Triple]) -> bool:
    """Take triples out of a part and put others in; say whether each of these was new to it."""
    part, ill = ox.NamedNode(_PART + name), set[ox.Literal]()
    _take_out(data, [ox.Quad(s, p, encode(o), part) for s, p, o in lost])
    quads = list(_with_part(part, quads_of(come, ill, {})))
    new = [quad for quad in quads if quad.graph_name == part]
    fresh = len(set(new)) == len(new) and not any(quad in data.store for quad in new)
    _put_in(data, quads, ill)
    return fresh


def count(data: Data, name: str) -> int:
    """Return how many triples a part has."""
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{_PART}{name}> {{ ?s ?p ?o }} }}"
    (row,) = data.select(query)
    return int(row["n"].value)


def holders(data: Data, nodes: Iterable[Term]) -> set[str]:
    """Return the names of the parts that have a triple with one of some nodes at either end."""
    found: set[str] = set()
    for node in map(encode, nodes):
        subject = None if isinstance(node, ox.Literal) else node
        found |= set(_names(data.store.quads_for_pattern(None, None, node)))
        if subject is not None:
            found |= set(_names(data.store.quads_for_pattern(subject, None, None)))
    return found


def ill_formed(data: Data) -> Iterator[tuple[str, Triple]]:
    """Yield the triples whose literal is no value of its datatype, with the name of the part."""
    for known in data.store.quads_for_pattern(ILL, HAS, None, ILL):
        for quad in data.store.quads_for_pattern(None, None, known.object):
            for name in _names([quad]):
                yield name, _as_written(quad)


def _with_part(part: ox.NamedNode, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield quad
        if quad.graph_name != PLAIN:
            yield ox.Quad(quad.subject, quad.predicate, quad.object, part)


def _put_in(data: Data, quads: Iterable[ox.Quad], ill: Iterable[ox.Literal]) -> None:
    data.store.extend(quads)
    mark_ill_formed(data, ill)
    _look_again(data)


def _take_out(data: Data, quads: Iterable[ox.Quad]) -> None:
    """Remove quads of a part, and from the data what no other part says."""
    store = data.store
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        store.remove(quad)
        if any(_names(store.quads_for_pattern(subject, predicate, value))):
            continue
        written = _as_written(quad)[2]
        if written == value:
            store.remove(ox.Quad(subject, predicate, value))
        else:
            store.remove(ox.Quad(subject, predicate, value, EXACT))
            store.remove(ox.Quad(subject, predicate, written, PLAIN))
            # another form of the same value may be left
            for other in list(store.quads_for_pattern(subject, predicate, None, EXACT)):
                store.add(ox.Quad(subject, predicate, _as_written(other)[2], PLAIN))
        if not any(_names(store.quads_for_pattern(None, None, value))):
            store.remove(ox.Quad(ILL, HAS, value, ILL))


def _look_again(data: Data) -> None:
    data.rewritten = any(True for _ in data.store.quads_for_pattern(None, None, None, EXACT))
    data.ill_formed = any(True for _ in data.store.quads_for_pattern(None, None, None, ILL))


def _as_written(quad: ox.Quad) -> Triple:
    return quad.subject, quad.predicate, decode(quad.object)  # type: ignore[return-value,arg-type]


def _names(quads: Iterable[ox.Quad]) -> Iterator[str]:
    for quad in quads:
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(_PART):
            yield graph.value.removeprefix(_PART)
