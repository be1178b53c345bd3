"""Mirror of the release in a remote store: its description without its data.

A folder with `manifest.json`, `void.ttl`, `report.txt` and an empty store. Pages, dumps and the
service description read it like any release, and its store serves to parse queries.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID
from rdflib.term import Node

from onrecord.rdf.namespaces import DCAT, SCHEMA
from onrecord.rdf.oxigraph import to_rdflib
from onrecord.releases.descriptions.usage import USAGE_GRAPH, VOID_EXT
from onrecord.releases.dumps import turtle
from onrecord.releases.release import LATEST, MANIFEST, REMOTE, STORE, Release, open_release
from onrecord.releases.remote.push import MERGED_GRAPH, select_named
from onrecord.releases.remote.sparql_client import Store, StoreError, describe
from onrecord_server.errors import RefusalError
from onrecord_server.observability import logs

_NO_REPORT = "The report of the check is not in the store.\n"


@dataclass(frozen=True, slots=True)
class RemoteRelease:
    """How a remote store holds a release."""

    name: str
    graphs: frozenset[str]
    """Their plain names, as in `default`."""
    description_graph: str
    """The graph that says whether the release is complete, as the store names it; empty if the
    store has none, and then its graphs have their plain names."""
    default: tuple[str, ...]
    """The graphs that form the default graph; empty if the store's default graph is it."""
    is_onrecord: bool
    """Whether the store is another onrecord server, which has older releases too."""


def mirror_from_store(store: Store, folder: Path, release: str = "") -> Release:
    """Read the description of a store's release, and make its mirror the newest in a folder.

    The description is that of `onrecord push`, else the service description of an onrecord server.
    Without the name of a release it is the one that the store serves. Raises StoreError if there is
    neither.
    """
    graph, about = _read_pushed(store, release) or _read_served(store)
    dataset = _one(store, graph, "dataset", sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str))
    name = str(_one(store, graph, "version", list(graph.objects(dataset, DCAT.version))))
    return _make_newest(folder, name, _files(graph, dataset, name, about))


def mirror_local_release(release: Release, folder: Path) -> Release:
    """Make the mirror of a local release, whose data is in a remote store, the newest in a folder.

    For a store that was filled with the release's N-Quads by its own loader and has no description
    of it. The default graph of a query is then the union of the graphs of what is on record.
    """
    files = {name: (release.path / name).read_bytes() for name in release.files}
    remote = {"description_graph": "", "merged_graph": "", "is_onrecord": False}
    manifest = {**release.manifest, REMOTE: remote}
    files[MANIFEST] = (json.dumps(manifest, indent=2) + "\n").encode()
    return _make_newest(folder, release.name, files)


def read_remote_release(store: str) -> RemoteRelease:
    """Return how the remote store holds the release whose mirror has its empty store at a path."""
    path = Path(store).parent
    release = open_release(path.parent, path.name)
    graphs, remote = release.manifest["graphs"], release.manifest[REMOTE]
    if not isinstance(graphs, dict) or not isinstance(remote, dict):
        raise AssertionError("a mirror's manifest has both")
    description_graph, merged, is_onrecord = (
        remote[key] for key in ("description_graph", "merged_graph", "is_onrecord")
    )
    named = frozenset(graphs) - {merged}
    on_record = named - {f"{release.manifest['base']}{USAGE_GRAPH}"}
    default = () if is_onrecord else (merged,) if merged else tuple(sorted(on_record))
    return RemoteRelease(release.name, named, description_graph, default, is_onrecord)


def require_loaded(store: Store, release: RemoteRelease, seconds: float) -> None:
    """Raise RefusalError 503 if a store no longer describes a release as complete."""
    try:
        asked = replace(store, retry_delays=(), timeout=seconds)
        rows = select_named(asked, "loaded", {"graph": release.description_graph})
    except StoreError as error:
        logs.event("store not described", reason=str(error))
        raise RefusalError(503, "the store cannot be reached", retry_after=10) from error
    if [row[0] for row in rows] != [ox.Literal(release.name)]:
        raise RefusalError(
            503, f"release {release.name} is being replaced, ask again", retry_after=5
        )


def _make_newest(folder: Path, name: str, files: Mapping[str, bytes]) -> Release:
    path = folder / name
    if not path.is_dir():
        _write(path, files)
    fresh = Path(tempfile.mkdtemp(dir=folder)) / LATEST
    fresh.symlink_to(name)
    fresh.replace(folder / LATEST)
    fresh.parent.rmdir()
    return open_release(folder, name)


def has_pushed(store: Store, release: str) -> bool:
    """Return whether `onrecord push` has put a release into a store, whole. Raises StoreError."""
    return any(row[2] == ox.Literal(release) for row in select_named(store, "releases", {}))


def _read_pushed(store: Store, release: str) -> tuple[Graph, str] | None:
    rows = [
        row
        for row in select_named(store, "releases", {})
        if (row[2] == ox.Literal(release) if release else row[3] is not None)
    ]
    if not rows:
        return None
    if len(rows) > 1:
        found = ", ".join(
            sorted({row[1].value for row in rows if isinstance(row[1], ox.NamedNode)})
        )
        raise StoreError(
            f"{store.query}: several collections are in it, and one is served: {found}"
        )
    about = rows[0][0]
    if not isinstance(about, ox.NamedNode):
        raise StoreError(f"{store.query}: the graph that describes the release has no IRI")
    return _graph(select_named(store, "graph", {"graph": about.value})), about.value


def _read_served(store: Store) -> tuple[Graph, str]:
    lacking = f"{store.query}: no release is in it, load one with `onrecord push`"
    try:
        description = describe(store)
    except StoreError as error:
        raise StoreError(f"{lacking} ({error})") from error
    # The description of the service is about the other server; that of the datasets is kept.
    graph = Graph()
    datasets = {node for kind in (VOID.Dataset, VOID.DatasetDescription, DCAT.Distribution)
                for node in description.subjects(RDF.type, kind)}  # fmt: skip
    parts = (VOID.classPartition, VOID.propertyPartition, VOID_EXT.datatypePartition)
    datasets |= {node for part in parts for node in description.objects(None, part)}
    for subject, predicate, value in description:
        if subject in datasets:
            graph.add((subject, predicate, value))
    if not list(graph.subjects(RDF.type, DCAT.Dataset)):
        raise StoreError(lacking)
    return graph, ""


def _one(store: Store, _graph: Graph, what: str, found: list[Node]) -> Node:
    if len(found) != 1:
        raise StoreError(f"{store.query}: its description names {len(found)} {what}s, not one")
    return found[0]


def _graph(rows: Iterable[Iterable[object]]) -> Graph:
    graph = Graph()
    for row in rows:
        subject, predicate, value = (
            to_rdflib(term)
            for term in row
            if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
        )
        graph.add((subject, predicate, value))
    return graph


def _files(graph: Graph, dataset: Node, name: str, about: str) -> Mapping[str, bytes]:
    base = str(graph.value(dataset, VOID.uriSpace))
    report = graph.value(URIRef(f"{about}#report"), SCHEMA.text) if about else None
    files = {
        "void.ttl": turtle(graph, base),
        "report.txt": (_NO_REPORT if report is None else str(report)).encode(),
    }
    sizes = {
        str(part): int(str(graph.value(part, VOID.triples, default=Literal(0))))
        for part in (
            *graph.objects(dataset, VOID.subset),
            *graph.subjects(RDF.type, VOID.DatasetDescription),
        )
    }
    manifest = {
        "name": name,
        "dataset": str(dataset),
        "title": str(graph.value(dataset, DCTERMS.title, default=Literal(base))),
        "base": base,
        "graphs": dict(sorted(sizes.items())),
        "passages": {},
        REMOTE: {
            "description_graph": about,
            "merged_graph": f"{base}{MERGED_GRAPH}" if about else "",
            "is_onrecord": not about,
        },
        "files": {file: sha256(data).hexdigest() for file, data in sorted(files.items())},
    }
    return {**files, MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode()}


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a mirror to a temporary folder and rename it, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=path.parent))
    for file, data in files.items():
        (staging / file).parent.mkdir(parents=True, exist_ok=True)
        (staging / file).write_bytes(data)
    ox.Store(staging / STORE).flush()
    try:
        staging.rename(path)
    except OSError:
        shutil.rmtree(staging)
        if not path.is_dir():
            raise
