"""The mirror: what a store says of the release in it, kept as a release without its data.

A folder with `manifest.json`, `void.ttl`, `report.txt` and a store that is empty: pages, dumps and
the service description read it as they read any release, and syntax is checked on its store.
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
from onrecord.releases.dumps import turtle
from onrecord.releases.push import ABOUT, MERGED, ask
from onrecord.releases.release import LATEST, MANIFEST, STORE, Release, open_release
from onrecord.releases.sparql_client import Store, StoreError, describe
from onrecord_server.errors import RefusalError
from onrecord_server.observability import logs

_NO_REPORT = "The report of the check is not in the store.\n"


@dataclass(frozen=True, slots=True)
class Described:
    """What the mirror has of a release."""

    name: str
    graphs: frozenset[str]
    about: str
    """The graph that says whether the release is whole; empty where releases never change."""
    default: tuple[str, ...]
    """The graphs to query; none where the store's default graph is it."""
    ours: bool
    """Whether the store is a server of ours, which keeps older releases too."""


def mirror(store: Store, folder: Path) -> Release:
    """Read what a store says of its release, and make that the newest one in a folder.

    What `onrecord push` has written is looked for first, then the service description of an
    onrecord server. Raises StoreError where there is neither.
    """
    graph, about = _pushed(store) or _served(store)
    dataset = _one(store, graph, "dataset", sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str))
    name = str(_one(store, graph, "version", list(graph.objects(dataset, DCAT.version))))
    return _newest(folder, name, _files(graph, dataset, name, about))


def mirror_of(release: Release, folder: Path) -> Release:
    """Make a release that is here the newest one in a folder, its store being elsewhere.

    For a store that was filled with its N-Quads by other means than `onrecord push`, and that says
    nothing of it. A query is then about the union of its graphs.
    """
    files = {name: (release.path / name).read_bytes() for name in release.files}
    place = {"about": "", "merged": "", "ours": False}
    manifest = {**release.manifest, "elsewhere": place}
    files[MANIFEST] = (json.dumps(manifest, indent=2) + "\n").encode()
    return _newest(folder, release.name, files)


def described(store: str) -> Described:
    """Return what the mirror has of the release whose empty store is at a path."""
    path = Path(store).parent
    release = open_release(path.parent, path.name)
    graphs, elsewhere = release.manifest["graphs"], release.manifest["elsewhere"]
    if not isinstance(graphs, dict) or not isinstance(elsewhere, dict):
        raise AssertionError("the mirror writes both")
    about, merged, ours = (elsewhere[key] for key in ("about", "merged", "ours"))
    named = frozenset(graphs) - {merged}
    default = () if ours else (merged,) if merged else tuple(sorted(named))
    return Described(release.name, named, about, default, ours)


def require_loaded(store: Store, described: Described, seconds: float) -> None:
    """Raise RefusalError where a store says no more that it has a release whole."""
    try:
        asked = replace(store, pauses=(), timeout=seconds)
        rows = ask(asked, "loaded", {"graph": described.about})
    except StoreError as error:
        logs.event("store not described", reason=str(error))
        raise RefusalError(503, "the store cannot be reached", retry_after=10) from error
    if [row[0] for row in rows] != [ox.Literal(described.name)]:
        raise RefusalError(
            503, f"release {described.name} is being replaced, ask again", retry_after=5
        )


def _newest(folder: Path, name: str, files: Mapping[str, bytes]) -> Release:
    path = folder / name
    if not path.is_dir():
        _write(path, files)
    fresh = Path(tempfile.mkdtemp(dir=folder)) / LATEST
    fresh.symlink_to(name)
    fresh.replace(folder / LATEST)
    fresh.parent.rmdir()
    return open_release(folder, name)


def _pushed(store: Store) -> tuple[Graph, str] | None:
    rows = ask(store, "releases", {})
    if not rows:
        return None
    if len(rows) > 1:
        found = ", ".join(
            sorted({row[0].value for row in rows if isinstance(row[0], ox.NamedNode)})
        )
        raise StoreError(
            f"{store.query}: several collections are in it, and one is served: {found}"
        )
    about = rows[0][0]
    if not isinstance(about, ox.NamedNode):
        raise StoreError(f"{store.query}: the graph that describes the release has no IRI")
    return _graph(ask(store, "graph", {"graph": about.value})), about.value


def _served(store: Store) -> tuple[Graph, str]:
    lacking = f"{store.query}: no release is in it, load one with `onrecord push`"
    try:
        description = describe(store)
    except StoreError as error:
        raise StoreError(f"{lacking} ({error})") from error
    # The service and what it offers is about the other server; the data sets are about the data.
    graph = Graph()
    datasets = {node for kind in (VOID.Dataset, DCAT.Distribution)
                for node in description.subjects(RDF.type, kind)}  # fmt: skip
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
    report = graph.value(URIRef(f"{base}{ABOUT}#report"), SCHEMA.text) if about else None
    files = {
        "void.ttl": turtle(graph, base),
        "report.txt": (_NO_REPORT if report is None else str(report)).encode(),
    }
    sizes = {
        str(part): int(str(graph.value(part, VOID.triples, default=Literal(0))))
        for part in graph.objects(dataset, VOID.subset)
    }
    manifest = {
        "name": name,
        "dataset": str(dataset),
        "title": str(graph.value(dataset, DCTERMS.title, default=Literal(base))),
        "base": base,
        "graphs": dict(sorted(sizes.items())),
        "passages": {},
        "elsewhere": {
            "about": about,
            "merged": f"{base}{MERGED}" if about else "",
            "ours": not about,
        },
        "files": {file: sha256(data).hexdigest() for file, data in sorted(files.items())},
    }
    return {**files, MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode()}


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a release beside the others and move it into place, if no other process has."""
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
