"""Push of a release into a remote SPARQL 1.1 store, beside the one that is served there.

The store has each graph under its name and that of the release (`held_name`), so that two releases
share none. Two more are written: `graph/merged`, the union of all, since stores differ in the
default graph of a query without FROM, and some count a triple once for each graph; and
`graph/release`, which names the release when a push of it begins and, once all is there, describes
it. Without the name of a release, `graph/release` has one triple: which of them is served. To
change it is the last step, so until then the former release answers.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from onrecord.rdf.namespaces import DCAT, SCHEMA
from onrecord.rdf.oxigraph import ResultRow, ResultTerm, quads
from onrecord.releases.descriptions.usage import USAGE_GRAPH
from onrecord.releases.release import Release, ReleaseError
from onrecord.releases.remote.sparql_client import (
    Store,
    StoreError,
    add_triples,
    drop_graph,
    replace_graph,
    select,
)
from onrecord.releases.saved_query import bind, read_query

MERGED_GRAPH, DESCRIPTION_GRAPH = "graph/merged", "graph/release"
"""Names, relative to a collection's base, of the graphs that only a pushed release has."""

BATCH, BATCH_OF_UPDATE = 20_000, 2_000
"""Triples in one request, by the Graph Store Protocol and in an update: stores parse the text of an
update whole, and Virtuoso compiles it into code, whose size is limited."""

_OF_RELEASE = "?release="
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


@dataclass(slots=True)
class _HeldRelease:
    """What a store has of a release: its graphs by their plain names, and whether it is whole."""

    graphs: set[str] = field(default_factory=set)
    is_whole: bool = False


def held_name(graph: str, release: str) -> str:
    """Return the name under which a store has a graph of a release."""
    return f"{graph}{_OF_RELEASE}{release}"


def plain_name(held: str) -> str:
    """Return the name of a graph without that of its release."""
    return held.partition(_OF_RELEASE)[0]


def push(store: Store, release: Release) -> Iterator[LoadedGraph]:
    """Load a release into a store; yield each graph once its triple count is right.

    The release that the store serves is left alone, and is still there when another one is served;
    others are removed before anything is loaded. An interrupted push resumes: the store has the
    name of a release that was begun, and the triple counts. At the end the store serves the pushed
    release. Raises StoreError, also if a count is wrong in the end.
    """
    base, about = _names(release)
    sizes = graph_sizes(release)
    held, served = _held_releases(store, about)
    own = held.get(release.name, _HeldRelease())
    counts = _counts(store, release, sizes) if own.graphs else dict.fromkeys(sizes, 0)
    dataset = URIRef(str(release.manifest["dataset"]))
    if own.is_whole and counts == sizes:
        yield from (LoadedGraph(graph, size, 0) for graph, size in sizes.items())
    else:
        for name in set(held) - {release.name, served, ""}:
            _remove(store, base, name, held[name].graphs)
        # The description is removed first, so that an incomplete release is never described as one.
        if own.is_whole:
            drop_graph(store, about)
        begun = Graph().add((dataset, DCTERMS.identifier, Literal(release.name)))
        for graph in set(sizes) - {base + USAGE_GRAPH}:
            begun.add((dataset, VOID.subset, URIRef(graph)))
        add_triples(store, about, _lines(quads(begun)))
        yield from _load(store, release, sizes, counts)
        add_triples(store, about, _lines(quads(description(release))))
    if served != release.name:
        current = (dataset, DCAT.hasCurrentVersion, URIRef(about))
        replace_graph(store, base + DESCRIPTION_GRAPH, _lines(quads([current])))
    for graph in held[""].graphs if "" in held else ():
        drop_graph(store, graph)


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
            "graph": held_name(base + MERGED_GRAPH, release.name),
            "thing": _text(triple.subject),
            "property": triple.predicate.value,
        }
        held = tuple(row[0] for row in select_named(store, "values", values) if row[0] is not None)
        if triple.object not in held:
            yield AlteredLiteral(triple.object, held)


def _names(release: Release) -> tuple[str, str]:
    """Return the base of the collection, and the graph of the release's description."""
    base = str(release.manifest["base"])
    return base, held_name(base + DESCRIPTION_GRAPH, release.name)


def _dump(release: Release, name: str) -> Path:
    path = release.path / "dumps" / name
    if not path.is_file():
        raise ReleaseError(f"{path}: missing, the release is incomplete; build it again")
    return path


def _held_releases(store: Store, about: str) -> tuple[dict[str, _HeldRelease], str]:
    """Return the releases of a collection in a store by name, and which of them is served.

    An earlier version of onrecord had one release in a store, with the plain names of its graphs:
    it is the one without a name.
    """
    pointer = plain_name(about)
    found: dict[str, _HeldRelease] = {}
    for graph, begun, loaded, subset in select_named(store, "pushed", {}):
        name = _text(begun)
        if _text(graph) in (pointer, held_name(pointer, name)):
            held = found.setdefault("" if _text(graph) == pointer else name, _HeldRelease())
            held.graphs.add(_text(subset))
            held.is_whole |= loaded == begun
    rows = select_named(store, "served", {"graph": pointer})
    served = "".join(_text(row[0]).rpartition(_OF_RELEASE)[2] for row in rows)
    return found, served


def _remove(store: Store, base: str, name: str, graphs: Collection[str]) -> None:
    """Remove a release, its description last, so that what is left is known till the end."""
    for graph in (*sorted({*graphs, base + USAGE_GRAPH}), base + DESCRIPTION_GRAPH):
        drop_graph(store, held_name(graph, name))


def _counts(store: Store, release: Release, graphs: Iterable[str]) -> dict[str, int]:
    return {graph: _count(store, held_name(graph, release.name)) for graph in graphs}


def _load(
    store: Store, release: Release, sizes: Mapping[str, int], there: dict[str, int]
) -> Iterator[LoadedGraph]:
    """Send what graphs lack, which have as many triples as `there` says; yield each once whole.

    One request at a time: two at once took the same time of Oxigraph, and deadlocked in Virtuoso.
    """
    yield from (
        LoadedGraph(graph, size, 0) for graph, size in sizes.items() if there[graph] == size
    )
    size = BATCH if store.graphs else BATCH_OF_UPDATE
    sent = {graph: 0 for graph in sizes if there[graph] != sizes[graph]}
    # Triples of a graph are sent in order and in batches, so all before the count are in the store.
    starts = {graph: there[graph] // size * size for graph in sent}
    for _ in range(2):
        for graph in sent:
            if there[graph] > sizes[graph]:
                starts[graph] = 0
            if there[graph] and not starts[graph]:
                drop_graph(store, held_name(graph, release.name))
        wrong = {}
        for graph, lines, is_last in _batches(release, sizes, starts, size):
            held = held_name(graph, release.name)
            if lines:
                add_triples(store, held, b"".join(lines))
                sent[graph] += len(lines)
            if is_last:
                there[graph] = _count(store, held)
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
        f"{store.query}: <{held_name(graph, release.name)}> holds {there[graph]} of"
        f" {sizes[graph]} triples after all were sent; the store drops some, or takes different"
        " literals for the same"
    )


def _batches(
    release: Release, sizes: Mapping[str, int], starts: Mapping[str, int], size: int
) -> Iterator[tuple[str, list[bytes], bool]]:
    """Yield graphs with their next lines of N-Triples, from a line on, and whether it is the last.

    At most `size` lines at once. Each dump is read once, for all graphs that have a start.
    """
    waiting: dict[str, list[bytes]] = {graph: [] for graph in starts}
    read = dict.fromkeys(starts, 0)
    for graph, line in _lines_of_graphs(release, starts):
        read[graph] += 1
        if read[graph] > starts[graph]:
            waiting[graph].append(line)
        is_last = read[graph] == sizes[graph]
        if is_last or len(waiting[graph]) == size:
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
