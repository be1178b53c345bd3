"""Answer to a query as a page shows it: rows, or the triples of a graph as rows of three."""

from typing import NamedTuple

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.release import Release
from onrecord_server.sparql.answer_cache import Answer
from onrecord_server.sparql.ask import content, run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import JSON, N_TRIPLES, ResultKind

_TRIPLE = ["subject", "property", "value"]
_ACCEPT = f"{JSON.media_type}, {N_TRIPLES.media_type}"


class Found(NamedTuple):
    """Answer to a query."""

    kind: ResultKind
    names: list[str]
    rows: list[ResultRow]
    limited: bool
    """Whether rows were left out because of a limit."""
    truth: bool | None
    """The answer to an ASK, which has no rows."""
    deterministic: bool
    """Whether the query has the same answer each time."""
    hints: tuple[str, ...] = ()
    """What may explain that nothing was found."""


def found(
    endpoint: Endpoint,
    release: Release,
    text: str,
    default: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
) -> Found:
    """Return the answer to a query, within the limits of `/sparql`. Raises RefusalError."""
    answered = run(endpoint, _answered(endpoint, release, text, default, named))
    kind, answer, deterministic, hints = answered
    body = content(answer)
    if kind == "graph":
        triples = [
            (quad.subject, quad.predicate, quad.object)
            for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        ]
        names, limited = list(_TRIPLE), answer.limited
        return Found(kind, names, list(triples), limited, None, deterministic, hints)
    results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return Found(kind, [], [], False, bool(results), deterministic, hints)
    names = [variable.value for variable in results.variables]
    rows = [tuple(row) for row in results]
    return Found(kind, names, rows, answer.limited, None, deterministic, hints)


async def _answered(
    endpoint: Endpoint,
    release: Release,
    text: str,
    default: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
) -> tuple[ResultKind, Answer, bool, tuple[str, ...]]:
    prepared = await endpoint.prepare(text, release, _ACCEPT, default=default, named=named)
    answer, _ = await endpoint.answer(prepared)
    hints = await endpoint.hints_on(prepared, answer)
    return prepared.format.kind, answer, prepared.deterministic, hints
