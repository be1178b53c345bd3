"""`query`: any SPARQL, with the prefixes that it forgot, and few rows."""

from collections.abc import Sequence
from functools import partial
from itertools import islice, pairwise

import pyoxigraph as ox

from onrecord.agents.opened import Opened, opened
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start
from onrecord.errors import UsageError
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.oxigraph import ResultRow
from onrecord.rdf.query_text.tokens import tokens
from onrecord.releases.ask import QueryError, all_rows, ask
from onrecord.releases.open import OpenRelease, ServedRelease, ask_text
from onrecord.releases.query_result import QueryResult
from onrecord.releases.release import Release

LIMIT = 50
"""Rows of a reply unless another limit is asked for."""
MOST_ROWS = 500
_MOST_READ = 10_000
"""Rows that are read of an answer in order to count them."""


def query(
    release: OpenRelease, sparql: str, limit: int = LIMIT, *, start: int = 0, size: int = SIZE
) -> Reply:
    """Answer a query in SPARQL.

    The prefixes of the vocabularies (rec, schema, dcterms, skos, …) and of the things (claim,
    actor, …) need no declaration. At most `limit` rows come from the one of number `start` on. An
    answer of no rows has hints that may explain it. Raises QueryError with the mistake in a query.
    """
    refuse_start(start)
    sparql = sparql.removeprefix("\ufeff")
    if not 1 <= limit <= MOST_ROWS:
        raise UsageError(f"limit: {limit} is no number from 1 to {MOST_ROWS}")
    asked = opened(release)
    if isinstance(asked.release.place, ServedRelease):
        # Before it is parsed here: the parser is recursive, and would bring down the server.
        asked.release.place.admit(sparql)
    prologue, added = _prologue(asked, sparql)
    text = f"{prologue}{sparql}"
    _refuse_mistake(prologue, sparql)
    columns, rows, more, found_hints = _rows(asked, text)
    head: dict[str, object] = dict(asked.head)
    if added:
        head["prefixes_added"] = ", ".join(added)
    if more:
        head["note"] = more
    if found_hints:
        head["hints"] = list(found_hints)
    if columns == ("answer",) and len(rows) == 1 and isinstance(rows[0][0], ox.Literal):
        return Reply({**head, "answer": asked.written(rows[0][0])})
    shown = rows[start : start + limit]
    return quoted_reply(head, "rows", items(asked, columns, shown), start, size, len(rows))


def items(asked: Opened, columns: Sequence[str], rows: Sequence[ResultRow]) -> list[ReplyItem]:
    """Return rows as mappings of columns to values, without those that are unbound."""
    written = (zip(columns, map(asked.written, row), strict=True) for row in rows)
    return [{key: value for key, value in row if value not in (None, "")} for row in written]


def _refuse_mistake(prologue: str, sparql: str) -> None:
    """Raise QueryError with the mistake in a query, at its place in what was asked."""
    text = f"{prologue}{sparql}"
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        from onrecord.rdf.query_text.mistake import mistake, mistake_after

        problem = str(error)
        found = mistake_after(prologue, sparql, problem, PREFIXES)
        found = found or mistake(text, problem, PREFIXES)
        raise QueryError(f"the query does not parse: {found}\n{found.excerpt}") from error


def _prologue(asked: Opened, sparql: str) -> tuple[str, list[str]]:
    """Return the declarations of known prefixes that a query uses without any, and their names."""
    found = tokens(sparql)
    declared = {token.text for before, token in pairwise(found) if before.kind == "PREFIX"}
    used = {
        token.text.partition(":")[0]: None for token in found if token.kind in ("NAME", "NAMESPACE")
    }
    added = [each for each in used if f"{each}:" not in declared and each in asked.prefixes]
    prologue = "".join(f"PREFIX {each}: <{asked.prefixes[each]}> " for each in added)
    has_base = any(token.kind == "BASE" for token in found)
    relative = any(token.kind == "IRI" and ":" not in token.text for token in found)
    base = f"BASE <{asked.release.base}> " if relative and not has_base else ""
    return f"{base}{prologue}", added


def _rows(
    asked: Opened, text: str
) -> tuple[tuple[str, ...], Sequence[ResultRow], str, Sequence[str]]:
    """Return columns, rows, what to say if there are more of them, and hints if there are none."""
    from onrecord.releases.hints import found_nothing

    place = asked.release.place
    if isinstance(place, Release):
        return _rows_of_folder(place, text)
    result = ask_text(asked.release, text)
    more = _cut_off(result)
    if not isinstance(place, ServedRelease):
        return result.columns, result.cells, more, result.hints
    found = place.hints(text) if found_nothing(text, result.cells) else ()
    return result.columns, result.cells, more, found


def _cut_off(result: QueryResult) -> str:
    limit = result.row_limit
    return "" if limit is None else f"the server has cut the answer off after {limit:,} rows"


def _rows_of_folder(
    place: Release, text: str
) -> tuple[tuple[str, ...], Sequence[ResultRow], str, Sequence[str]]:
    try:
        answer = ask(place, text)
        if isinstance(answer, ox.QueryBoolean):
            rows = [(_boolean(bool(answer)),)]
            return ("answer",), rows, "", _hints_of_folder(place, text, rows)
        # No more is read than is counted: a product of everything with everything has no end.
        read = [_row(each) for each in islice(answer, _MOST_READ + 1)]
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    columns = (
        tuple(variable.value for variable in answer.variables)
        if isinstance(answer, ox.QuerySolutions)
        else ("subject", "predicate", "object")
    )
    more = f"there are more than {_MOST_READ:,} rows" if len(read) > _MOST_READ else ""
    return columns, read[:_MOST_READ], more, _hints_of_folder(place, text, read)


def _hints_of_folder(place: Release, text: str, rows: Sequence[ResultRow]) -> Sequence[str]:
    from onrecord.releases.hints import found_nothing, hints, usage_of

    if not found_nothing(text, rows):
        return ()
    return hints(text, usage_of(place), partial(all_rows, place))


def _row(found: ox.QuerySolution | ox.Triple) -> ResultRow:
    if isinstance(found, ox.Triple):
        return (found.subject, found.predicate, found.object)
    return tuple(found)


def _boolean(value: bool) -> ox.Literal:
    datatype = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
    return ox.Literal("true" if value else "false", datatype=datatype)
