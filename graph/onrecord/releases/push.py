"""Push of a release into a remote SPARQL 1.1 store, resumable, with a description.

Each graph keeps its name. Two more are written: `graph/merged`, the union of all, since stores
differ in the default graph of a query without FROM, and some count a triple once for each graph;
and `graph/release`, which names the release of a push in progress and, written last, describes the
complete release.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from onrecord.rdf.namespaces import SCHEMA
from onrecord.rdf.oxigraph import ResultRow, ResultTerm, quads
from onrecord.releases.descriptions.usage import USAGE_GRAPH
from onrecord.releases.release import Release, ReleaseError
from onrecord.releases.saved_query import bind, read_query
from onrecord.releases.sparql_client import Store, StoreError, add_triples, drop_graph, select

MERGED_GRAPH, DESCRIPTION_GRAPH = "graph/merged", "graph/release"
"""Names, relative to a collection's base, of the graphs that only a pushed release has."""

BATCH = 2000
"""Triples in one request; Virtuoso compiles an update into code, whose size is limited."""

_QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class LoadedGraph:
    """Graph that has been loaded into the store."""

    graph: str
    triples: int
    sent: int
    """Number of triples sent by this push; the store had the others."""


@dataclass(frozen=True, slots=True)
class AlteredLiteral:
    """Literal that the store returns in another form than it was sent."""

    sent: ResultTerm
    held: tuple[ResultTerm, ...]


def push(store: Store, release: Release) -> Iterator[LoadedGraph]:
    """Load a release into a store; yield each graph once its triple count is right.

    An interrupted push resumes: the store has the name of the release in progress and the triple
    counts. Another release in the store is replaced, and its description is removed first. Raises
    StoreError, also if a count is wrong in the end.
    """
    base, about = _names(release)
    sizes = graph_sizes(release)
    started, loaded, before = _state(store, about)
    if started == release.name:
        counts = {graph: _count(store, graph) for graph in sizes}
        if loaded == release.name and counts == sizes:
            yield from (LoadedGraph(graph, size, 0) for graph, size in sizes.items())
            return
    # The description is removed first, so that an incomplete release is never described as one.
    if started != release.name or loaded:
        drop_graph(store, about)
    if started != release.name:
        for graph in sorted({*before, *sizes, base + USAGE_GRAPH}):
            drop_graph(store, graph)
    dataset = URIRef(str(release.manifest["dataset"]))
    mark = (dataset, DCTERMS.identifier, Literal(release.name))
    add_triples(store, about, _lines(quads([mark])))
    yield from _load(store, release, sizes)
    add_triples(store, about, _lines(quads(description(release))))


def graph_sizes(release: Release) -> dict[str, int]:
    """Return the triple count of each graph that a push writes, the merged one last."""
    base, _ = _names(release)
    sizes = release.manifest["graphs"]
    if not isinstance(sizes, dict):
        raise ReleaseError(f"{release.path}: the manifest does not say how large the graphs are")
    with _dump(release, "onrecord.nt").open("rb") as lines:
        union = sum(1 for _ in lines)
    return {**{graph: size for graph, size in sizes.items() if size}, base + MERGED_GRAPH: union}


def description(release: Release) -> Graph:
    """Return the description of a release in the store: VoID, merged graph and check report."""
    base, about = _names(release)
    graph = Graph().parse(release.path / "void.ttl")
    dataset, merged = URIRef(str(release.manifest["dataset"])), URIRef(base + MERGED_GRAPH)
    graph.add((dataset, VOID.subset, merged))
    graph.add((merged, RDF.type, VOID.Dataset))
    graph.add(
        (merged, VOID.triples, Literal(graph_sizes(release)[str(merged)], datatype=XSD.integer))
    )
    report = (release.path / "report.txt").read_text(encoding="utf-8")
    graph.add((URIRef(f"{about}#report"), SCHEMA.text, Literal(report)))
    return graph


def altered_literals(store: Store, release: Release) -> Iterator[AlteredLiteral]:
    """Yield a literal of each datatype that the store does not return as it was sent.

    One example for each datatype is queried, since a store treats all its literals alike.
    """
    base, _ = _names(release)
    for triple in _examples(release):
        values = {
            "graph": base + MERGED_GRAPH,
            "thing": _text(triple.subject),
            "property": triple.predicate.value,
        }
        held = tuple(row[0] for row in select_named(store, "values", values) if row[0] is not None)
        if triple.object not in held:
            yield AlteredLiteral(triple.object, held)


def _names(release: Release) -> tuple[str, str]:
    base = str(release.manifest["base"])
    return base, base + DESCRIPTION_GRAPH


def _dump(release: Release, name: str) -> Path:
    path = release.path / "dumps" / name
    if not path.is_file():
        raise ReleaseError(f"{path}: missing, the release is incomplete; build it again")
    return path


def _state(store: Store, about: str) -> tuple[str, str, frozenset[str]]:
    """Return the release in progress, the complete release, and the graphs of the latter."""
    rows = select_named(store, "pushed", {"graph": about})
    started, loaded, subsets = ({_text(row[place]) for row in rows} - {""} for place in range(3))
    return "".join(started) if len(started) == 1 else "", "".join(loaded), frozenset(subsets)


def _load(store: Store, release: Release, sizes: Mapping[str, int]) -> Iterator[LoadedGraph]:
    """Send what graphs lack; yield each once it is whole. The dump is read once for all of them."""
    there = {graph: _count(store, graph) for graph in sizes}
    yield from (
        LoadedGraph(graph, size, 0) for graph, size in sizes.items() if there[graph] == size
    )
    sent = {graph: 0 for graph, size in sizes.items() if there[graph] != size}
    # Triples of a graph are sent in order and in batches, so all before the count are in the store.
    starts = {graph: there[graph] // BATCH * BATCH for graph in sent}
    for _ in range(2):
        for graph in sent:
            if there[graph] > sizes[graph]:
                starts[graph] = 0
            if there[graph] and not starts[graph]:
                drop_graph(store, graph)
        wrong = {}
        for graph, lines, is_last in _batches(release, sizes, starts):
            if lines:
                add_triples(store, graph, b"".join(lines))
                sent[graph] += len(lines)
            if is_last:
                there[graph] = _count(store, graph)
                if there[graph] == sizes[graph]:
                    yield LoadedGraph(graph, sizes[graph], sent[graph])
                else:
                    wrong[graph] = sent[graph]
        # The second time those that are wrong are sent whole.
        sent, starts = wrong, dict.fromkeys(wrong, 0)
        if not wrong:
            return
    graph = next(iter(wrong))
    raise StoreError(
        f"{store.query}: <{graph}> holds {there[graph]} of {sizes[graph]} triples after all were"
        " sent; the store drops some, or takes different literals for the same"
    )


def _batches(
    release: Release, sizes: Mapping[str, int], starts: Mapping[str, int]
) -> Iterator[tuple[str, list[bytes], bool]]:
    """Yield graphs with their next lines of N-Triples, from a line on, and whether it is the last.

    Each dump is read once, for all graphs that have a start.
    """
    waiting: dict[str, list[bytes]] = {graph: [] for graph in starts}
    read = dict.fromkeys(starts, 0)
    for graph, line in _lines_of_graphs(release, starts):
        read[graph] += 1
        if read[graph] > starts[graph]:
            waiting[graph].append(line)
        is_last = read[graph] == sizes[graph]
        if is_last or len(waiting[graph]) == BATCH:
            yield graph, waiting[graph], is_last
            waiting[graph] = []
    # What a dump lacks is told as what the store lacks.
    yield from ((graph, waiting[graph], True) for graph in starts if read[graph] < sizes[graph])


def _lines_of_graphs(release: Release, graphs: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the triples of some graphs as lines of N-Triples, in the order of the dumps."""
    base, _ = _names(release)
    merged = base + MERGED_GRAPH
    by_ending = {f"<{graph}> .\n".encode(): graph for graph in graphs if graph != merged}
    if by_ending:
        with _dump(release, "onrecord.nq").open("rb") as lines:
            for line in lines:
                # The name of a graph has no space, so it begins behind the last but one.
                start = line.rindex(b" ", 0, -3) + 1
                graph = by_ending.get(line[start:])
                if graph is not None:
                    yield graph, line[:start] + b".\n"
    if merged in graphs:
        with _dump(release, "onrecord.nt").open("rb") as lines:
            for line in lines:
                yield merged, line


def _examples(release: Release) -> Iterable[ox.Triple]:
    """Return one triple for each datatype of literals."""
    found: dict[str, ox.Triple] = {}
    for quad in ox.parse(path=_dump(release, "onrecord.nt"), format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.object, ox.Literal):
            found.setdefault(quad.object.datatype.value, quad.triple)
    return found.values()


def _count(store: Store, graph: str) -> int:
    ((number,),) = select_named(store, "graph-size", {"graph": graph})
    return int(_text(number))


def _text(term: ResultTerm | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def select_named(store: Store, name: str, values: Mapping[str, str]) -> list[ResultRow]:
    """Return the rows of one of the queries in `queries/`, with parameters bound."""
    return select(store, bind(read_query(_QUERIES / f"{name}.rq"), values, ""))


def _lines(items: Iterable[ox.Quad]) -> bytes:
    return "".join(f"{quad.triple} .\n" for quad in items).encode()
