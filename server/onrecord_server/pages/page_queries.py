"""The pages' own queries, in files, with parameters bound as RDF terms.

`select` and `construct` are for queries that are bounded by themselves (about one thing, or with a
LIMIT), so they lift the row limit and fail if an answer is incomplete all the same.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDFS

from onrecord.rdf.oxigraph import ResultRow, to_rdflib
from onrecord.releases.parameter_choices import Choices, choices, class_iri, refuse_unknown
from onrecord.releases.release import REMOTE, Release
from onrecord.releases.saved_query import Query, bind, read_queries
from onrecord_server.documents.release_files import described_as
from onrecord_server.documents.thing_document import Labels
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.ask import Rows, ask, content, rows, rows_of_each, run
from onrecord_server.sparql.endpoint import Endpoint, saved_query_files
from onrecord_server.sparql.formats import N_TRIPLES

_OWN = Path(__file__).parent / "queries"
_LABELS = 1000
"""Things whose labels a store is asked for at once."""


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
    return _by_name(run(endpoint, endpoint.saved_queries(release)))


def _by_name(queries: Iterable[Query]) -> dict[str, Query]:
    return {query.name: query for query in sorted(queries, key=lambda query: query.title)}


@lru_cache(maxsize=1)
def _own_queries() -> dict[str, Query]:
    return {query.name: query for query in read_queries(_OWN)}


def is_true(text: str) -> bool:
    """Return whether a boolean that a query computes is true; Virtuoso writes it as a number."""
    return text in ("true", "1")


def base_of(release: Release) -> str:
    """Return the base IRI of a release's collection."""
    return str(release.manifest["base"])


def select(endpoint: Endpoint, release: Release, name: str, **values: str) -> list[ResultRow]:
    """Return all rows of one of the pages' own queries. Raises RefusalError."""
    return _all_rows(endpoint, release, name, _text(release, name, values))


def named_rows(
    endpoint: Endpoint, release: Release, name: str, **values: str
) -> list[dict[str, str]]:
    """Return all rows of one of the pages' own queries as texts by column, unbound ones empty.

    Raises RefusalError.
    """
    return _named(name, select(endpoint, release, name, **values))


def named_rows_of_each(
    endpoint: Endpoint, release: Release, asked: Mapping[str, Mapping[str, str]]
) -> list[list[dict[str, str]]]:
    """Return the same of several queries, given by name with their values, side by side.

    Raises RefusalError.
    """
    texts = [_text(release, name, values) for name, values in asked.items()]
    found = rows_of_each(endpoint, texts, release=release, unlimited=True)
    return [_named(name, _whole(name, each)) for name, each in zip(asked, found, strict=True)]


def _named(name: str, found: Iterable[ResultRow]) -> list[dict[str, str]]:
    columns = [column.name for column in _own_queries()[name].columns]
    return [
        dict(zip(columns, (getattr(term, "value", "") for term in row), strict=True))
        for row in found
    ]


def choices_of(endpoint: Endpoint, release: Release, of: str) -> Choices:
    """Return the things of a class, given as a prefixed name. Raises RefusalError."""
    all_rows = partial(_all_rows, endpoint, release, "choices")
    return choices(of, base_of(release), all_rows, _members(release, of))


def refuse_unknown_values(
    endpoint: Endpoint, release: Release, query: Query, values: Mapping[str, str]
) -> None:
    """Raise ParameterError if a value is not a thing of its parameter's class."""
    all_rows = partial(_all_rows, endpoint, release, "choices")
    refuse_unknown(query, values, base_of(release), all_rows, partial(_members, release))


def _members(release: Release, of: str) -> str:
    return address(release, "members", kind=class_iri(of))


def _all_rows(endpoint: Endpoint, release: Release, name: str, text: str) -> list[ResultRow]:
    return _whole(name, rows(endpoint, text, release=release, unlimited=True))


def _whole(name: str, found: Rows) -> list[ResultRow]:
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


def _text(release: Release, name: str, values: Mapping[str, str]) -> str:
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
