"""Pushing: a release into a SPARQL 1.1 store elsewhere, and what is told there of it.

Each graph keeps its name. Two more are written: `graph/merged`, the union of all, since stores
differ in what a query without FROM is about and some count a triple once for each graph; and
`graph/release`, which says what has been begun and, as the very last thing, what is there whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from onrecord.rdf.namespaces import SCHEMA
from onrecord.rdf.oxigraph import ResultRow, ResultTerm, quads
from onrecord.releases.release import Release, ReleaseError
from onrecord.releases.saved_query import bind, read_query
from onrecord.releases.sparql_client import Store, StoreError, add_triples, drop_graph, select

MERGED, ABOUT = "graph/merged", "graph/release"
"""The names, below a collection's base, of the graphs that only a pushed release has."""

BATCH = 2000
"""Triples in one request: Virtuoso compiles an update into code, and has a limit for that."""

_QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One graph as it is in the store now."""

    graph: str
    triples: int
    sent: int
    """How many of them were sent this time; the others were there."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A literal that the store gives back in another form than it was given."""

    sent: ResultTerm
    held: tuple[ResultTerm, ...]


def push(store: Store, release: Release) -> Iterator[Loaded]:
    """Load a release into a store, yielding each graph once its count is right.

    A push that was cut off goes on where it was: what has been begun is written in the store, and
    how far it came is what the store counts. Another release that is there is replaced, and has no
    description while it is. Raises StoreError, also where a count is wrong in the end.
    """
    _, about = _names(release)
    sizes = graph_sizes(release)
    begun, loaded, before = _state(store, about)
    if begun == release.name:
        counts = {graph: _count(store, graph) for graph in sizes}
        if loaded == release.name and counts == sizes:
            yield from (Loaded(graph, size, 0) for graph, size in sizes.items())
            return
    # The description goes first: what is read from now on is not to be called a release.
    if begun != release.name or loaded:
        drop_graph(store, about)
    if begun != release.name:
        for graph in sorted({*before, *sizes}):
            drop_graph(store, graph)
    dataset = URIRef(str(release.manifest["dataset"]))
    mark = (dataset, DCTERMS.identifier, Literal(release.name))
    add_triples(store, about, _lines(quads([mark])))
    for graph, size in sizes.items():
        yield Loaded(graph, size, _load(store, release, graph, size))
    add_triples(store, about, _lines(quads(description(release))))


def graph_sizes(release: Release) -> dict[str, int]:
    """Return how many triples each graph has that a push writes, the merged one last."""
    base, _ = _names(release)
    sizes = release.manifest["graphs"]
    if not isinstance(sizes, dict):
        raise ReleaseError(f"{release.path}: the manifest does not say how large the graphs are")
    with _dump(release, "onrecord.nt").open("rb") as lines:
        union = sum(1 for _ in lines)
    return {**{graph: size for graph, size in sizes.items() if size}, base + MERGED: union}


def description(release: Release) -> Graph:
    """Return what is told of a release in the store: its VoID, its merged graph, its report."""
    base, about = _names(release)
    graph = Graph().parse(release.path / "void.ttl")
    dataset, merged = URIRef(str(release.manifest["dataset"])), URIRef(base + MERGED)
    graph.add((dataset, VOID.subset, merged))
    graph.add((merged, RDF.type, VOID.Dataset))
    graph.add(
        (merged, VOID.triples, Literal(graph_sizes(release)[str(merged)], datatype=XSD.integer))
    )
    report = (release.path / "report.txt").read_text(encoding="utf-8")
    graph.add((URIRef(f"{about}#report"), SCHEMA.text, Literal(report)))
    return graph


def rewritten(store: Store, release: Release) -> Iterator[Rewritten]:
    """Yield a literal of each datatype that the store does not give back as it was given.

    One example of each is asked for: a store treats all of a datatype alike.
    """
    base, _ = _names(release)
    for triple in _examples(release):
        values = {
            "graph": base + MERGED,
            "thing": _text(triple.subject),
            "property": triple.predicate.value,
        }
        held = tuple(row[0] for row in ask(store, "values", values) if row[0] is not None)
        if triple.object not in held:
            yield Rewritten(triple.object, held)


def _names(release: Release) -> tuple[str, str]:
    base = str(release.manifest["base"])
    return base, base + ABOUT


def _dump(release: Release, name: str) -> Path:
    path = release.path / "dumps" / name
    if not path.is_file():
        raise ReleaseError(f"{path}: missing, the release is not whole; build it again")
    return path


def _state(store: Store, about: str) -> tuple[str, str, frozenset[str]]:
    """Return which release was begun, which is there whole, and the graphs of that one."""
    rows = ask(store, "pushed", {"graph": about})
    begun, loaded, subsets = ({_text(row[place]) for row in rows} - {""} for place in range(3))
    return "".join(begun) if len(begun) == 1 else "", "".join(loaded), frozenset(subsets)


def _load(store: Store, release: Release, graph: str, size: int) -> int:
    """Send what a graph lacks, and return how many triples that were."""
    there = _count(store, graph)
    if there == size:
        return 0
    # They were sent in order, so as many are there as the store counts, or a few more.
    start = there // BATCH * BATCH if there < size else 0
    sent = _send(store, release, graph, start)
    there = _count(store, graph)
    if there != size:
        drop_graph(store, graph)
        sent += _send(store, release, graph, 0)
        there = _count(store, graph)
    if there != size:
        raise StoreError(
            f"{store.query}: <{graph}> holds {there} of {size} triples after all were sent; "
            "the store drops some, or takes different literals for the same"
        )
    return sent


def _send(store: Store, release: Release, graph: str, start: int) -> int:
    lines = islice(_triples(release, graph), start, None)
    sent = 0
    while batch := list(islice(lines, BATCH)):
        add_triples(store, graph, b"".join(batch))
        sent += len(batch)
    return sent


def _triples(release: Release, graph: str) -> Iterator[bytes]:
    """Yield a graph's triples as lines of N-Triples, in the order of the dump."""
    base, _ = _names(release)
    if graph == base + MERGED:
        with _dump(release, "onrecord.nt").open("rb") as lines:
            yield from lines
        return
    ending = f" <{graph}> .\n".encode()
    with _dump(release, "onrecord.nq").open("rb") as lines:
        for line in lines:
            if line.endswith(ending):
                yield line.removesuffix(ending) + b" .\n"


def _examples(release: Release) -> Iterable[ox.Triple]:
    """Return one triple for each datatype of a literal."""
    found: dict[str, ox.Triple] = {}
    for quad in ox.parse(path=_dump(release, "onrecord.nt"), format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.object, ox.Literal):
            found.setdefault(quad.object.datatype.value, quad.triple)
    return found.values()


def _count(store: Store, graph: str) -> int:
    ((number,),) = ask(store, "graph-size", {"graph": graph})
    return int(_text(number))


def _text(term: ResultTerm | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def ask(store: Store, name: str, values: Mapping[str, str]) -> list[ResultRow]:
    """Return the rows of one of the queries that a store is asked of itself."""
    return select(store, bind(read_query(_QUERIES / f"{name}.rq"), values, ""))


def _lines(items: Iterable[ox.Quad]) -> bytes:
    return "".join(f"{quad.triple} .\n" for quad in items).encode()
