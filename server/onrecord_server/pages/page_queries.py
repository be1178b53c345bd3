"""The pages' own queries, in files, with parameters bound as RDF terms.

`select` and `construct` are for queries that are bounded by themselves (about one thing, or with a
LIMIT), so they lift the row limit and fail if an answer is incomplete all the same.

A query that sorts or counts what an actor or a topic may have hundreds of thousands of has an SQL
file of its name beside it, with the same parameters, columns and rows, over the tables of a
release. Releases without tables, which are those of remote stores, answer by SPARQL. A parameter of
several values is a list of JSON there, read by `json_each`.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import g, has_app_context
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDFS

from onrecord.rdf.oxigraph import ResultRow, to_rdflib
from onrecord.releases.parameter_choices import (
    Choices,
    choices,
    choices_in_tables,
    class_iri,
    refuse_unknown,
)
from onrecord.releases.release import REMOTE, Release
from onrecord.releases.saved_query import Query, bind, read_queries
from onrecord.releases.tables.definition import VERSION
from onrecord.releases.tables.search import open_tables
from onrecord_server.documents.release_files import described_as
from onrecord_server.documents.thing_document import Labels
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.ask import Rows, all_rows_of, ask, content, rows, run
from onrecord_server.sparql.endpoint import Endpoint, saved_query_files
from onrecord_server.sparql.formats import N_TRIPLES

_OWN = Path(__file__).parent / "queries"
_LABELS = 1000
"""Things whose labels a store is asked for at once."""


_CHOICES = 64
"""Classes of releases whose things are kept; each has at most a thousand of them."""


class Part(NamedTuple):
    """Graph that may be incomplete."""

    graph: Graph
    limit: int
    """Number of triples at which it was cut off; 0 if it is complete."""


@lru_cache(maxsize=1)
def saved_queries() -> dict[str, Query]:
    """Return the saved queries by name, in the order of their titles, without a release."""
    return _by_name(saved_query_files())


def saved_queries_of(endpoint: Endpoint, release: Release) -> dict[str, Query]:
    """Return the same with the defaults that follow from a release."""
    known = endpoint.known_queries(release)
    if known is None:
        known = run(endpoint, endpoint.saved_queries(release))
    return _by_name(known)


def _by_name(queries: Iterable[Query]) -> dict[str, Query]:
    return {query.name: query for query in sorted(queries, key=lambda query: query.title)}


@lru_cache(maxsize=1)
def _own_queries() -> dict[str, Query]:
    return {query.name: query for query in read_queries(_OWN)}


@lru_cache(maxsize=1)
def queries_of_tables() -> dict[str, str]:
    """Return the SQL of those of the pages' own queries that the tables of a release answer."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(_OWN.glob("*.sql"))}


def is_true(text: str) -> bool:
    """Return whether a boolean that a query computes is true; Virtuoso writes it as a number."""
    return text in ("true", "1")


def base_of(release: Release) -> str:
    """Return the base IRI of a release's collection."""
    return str(release.manifest["base"])


def select(
    endpoint: Endpoint, release: Release, name: str, **values: str | tuple[str, ...]
) -> list[ResultRow]:
    """Return all rows of one of the pages' own queries. Raises RefusalError."""
    return _all_rows(endpoint, release, name, _text(release, name, values))


def named_rows(
    endpoint: Endpoint, release: Release, name: str, **values: str | tuple[str, ...]
) -> list[dict[str, str]]:
    """Return all rows of one of the pages' own queries as texts by column, unbound ones empty.

    They are from the tables of the release where there is SQL for the query. Raises RefusalError.
    """
    columns = [column.name for column in _own_queries()[name].columns]
    found = _table_rows(release, name, values)
    if found is None:
        found = (
            tuple(getattr(term, "value", "") for term in row)
            for row in select(endpoint, release, name, **values)
        )
    return [dict(zip(columns, row, strict=True)) for row in found]


def ask_ahead(endpoint: Endpoint, release: Release, *asked: tuple[str, Mapping[str, str]]) -> None:
    """Ask several of the pages' own queries together, by their names and parameters.

    For a page that then asks for each of them, and gets what is kept here for its request. What is
    refused is asked for again, so that who needs it hears why.
    """
    texts = [_text(release, name, values) for name, values in asked]
    g.asked_ahead = {
        (release.name, text): found
        for text, found in all_rows_of(endpoint, texts, release=release).items()
    }


def _table_rows(
    release: Release, name: str, values: Mapping[str, str | tuple[str, ...]]
) -> Iterable[tuple[str, ...]] | None:
    """Return the rows of a query over the tables; None if these cannot answer it."""
    text = queries_of_tables().get(name)
    tables = _tables(release.path) if text else None
    if not (text and tables):
        return None
    with closing(tables):
        parameters = {
            each.name: _as_sql(values.get(each.name, ""))
            for each in _own_queries()[name].parameters
        }
        rows = tables.execute(text, parameters)
        return [tuple("" if value is None else str(value) for value in row) for row in rows]


def _as_sql(value: str | tuple[str, ...]) -> str:
    """Return the value of a parameter, of several values as JSON, which SQL reads as a table."""
    return value if isinstance(value, str) else json.dumps(value)


def _tables(release: Path) -> sqlite3.Connection | None:
    """Return the open tables of a release; None if it has none, or those of another version."""
    tables = open_tables(release)
    if tables is not None and tables.execute("PRAGMA user_version").fetchone() != (VERSION,):
        tables.close()
        return None
    return tables


def choices_of(endpoint: Endpoint, release: Release, of: str) -> Choices:
    """Return the things of a class, given as a prefixed name. Raises RefusalError."""
    found = _kept_choices(release.path, of, base_of(release), _members(release, of))
    if found is not None:
        return found
    all_rows = partial(_all_rows, endpoint, release, "choices")
    return choices(of, base_of(release), all_rows, _members(release, of))


@lru_cache(maxsize=_CHOICES)
def _kept_choices(release: Path, of: str, base: str, members: str) -> Choices | None:
    """Return the things of a class from the tables of a release: read once for all forms."""
    tables = _tables(release)
    if tables is None:
        return None
    with closing(tables):
        return choices_in_tables(of, base, tables, members)


def refuse_unknown_values(
    endpoint: Endpoint, release: Release, query: Query, values: Mapping[str, str]
) -> None:
    """Raise ParameterError if a value is not a thing of its parameter's class."""
    all_rows = partial(_all_rows, endpoint, release, "choices")
    known = partial(choices_of, endpoint, release)
    refuse_unknown(query, values, base_of(release), all_rows, known)


def _members(release: Release, of: str) -> str:
    return address(release, "members", kind=class_iri(of))


def _all_rows(endpoint: Endpoint, release: Release, name: str, text: str) -> list[ResultRow]:
    ahead: dict[tuple[str, str], Rows] = g.get("asked_ahead", {}) if has_app_context() else {}
    found = ahead.get((release.name, text))
    if found is None:
        found = rows(endpoint, text, release=release, unlimited=True)
    if found.limited:
        raise cut_off(name, found.total)
    return found.rows


def construct(endpoint: Endpoint, release: Release, name: str, **values: str) -> Graph:
    """Return the complete graph of one of the pages' own queries. Raises RefusalError."""
    answer = ask(
        endpoint, _text(release, name, values), release=release, format=N_TRIPLES, unlimited=True
    )
    if answer.limited:
        raise cut_off(name, answer.rows)
    return _graph(content(answer))


def construct_part(endpoint: Endpoint, release: Release, name: str, **values: str) -> Part:
    """Return the graph of one of the pages' own queries, up to the row limit.

    Raises RefusalError.
    """
    answer = ask(endpoint, _text(release, name, values), release=release, format=N_TRIPLES)
    return Part(_graph(content(answer)), answer.rows if answer.limited else 0)


def stored_labels(endpoint: Endpoint, release: Release, triples: Iterable[ox.Triple]) -> Labels:
    """Return the function that finds labels of what triples or a dataset name, in the store.

    For releases without a dump. It asks for a thousand things at once, in the order of the triples,
    as a document may show only the first of them. The function raises RefusalError.
    """
    dataset = str(release.manifest.get("dataset", ""))
    about = (
        described_as(release, dataset, str(said)) for said in (DCTERMS.license, DCTERMS.publisher)
    )
    named = dict.fromkeys(filter(None, (dataset, *about)))
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode):
                named[term.value] = None
    waiting = list(reversed(named))
    found: dict[str, list[ox.Triple]] = {}

    def labels(iri: str) -> Iterable[ox.Triple]:
        while iri in named and iri not in found:
            asked = [waiting.pop() for _ in range(min(_LABELS, len(waiting)))]
            found.update({each: [] for each in asked})
            values = " ".join(f"<{each}>" for each in asked)
            text = f"SELECT * {{ VALUES ?thing {{ {values} }} ?thing <{RDFS.label}> ?name }}"
            for thing, name in rows(endpoint, text, release=release, unlimited=True).rows:
                if isinstance(thing, ox.NamedNode) and isinstance(name, ox.Literal):
                    found[thing.value].append(ox.Triple(thing, ox.NamedNode(RDFS.label), name))
        return found.get(iri, ())

    return labels


def address(release: Release, name: str, format: str = "csv", **values: str) -> str:
    """Return the local address of one of the pages' own queries at `/sparql`."""
    lines = _text(release, name, values).splitlines()
    text = "\n".join(line for line in lines if line and not line.startswith("# "))
    return "/sparql?" + urlencode({"query": text, "format": format, "release": release.name})


def link_to_all(release: Release) -> str:
    """Return the part of a Link header that leads to the dump; empty if the data is remote."""
    if REMOTE in release.manifest:
        return ""
    return f', </dumps/{release.name}/onrecord.nq>; rel="alternate"'


def _text(release: Release, name: str, values: Mapping[str, str | tuple[str, ...]]) -> str:
    return bind(_own_queries()[name], values, base_of(release))


def cut_off(name: str, count: int) -> RefusalError:
    """Return the refusal of a page's query of which the store gives only a part."""
    # The row limit is lifted for these, so the store or the limit on bytes has cut the answer off.
    return RefusalError(
        502,
        f"the store gives {count} rows of the page's query {name!r} and no more; "
        "raise its row limit, or ask at /sparql for less",
    )


def _graph(data: bytes) -> Graph:
    graph = Graph()
    for triple in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph
