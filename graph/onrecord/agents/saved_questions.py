"""`questions` and `answer`: the saved queries, with typed parameters."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import eq, mul

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.agents.opened import Opened, opened
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start, reply
from onrecord.agents.search import things_of
from onrecord.agents.sparql import LIMIT, MOST_ROWS, items
from onrecord.errors import OnRecordError, UsageError
from onrecord.files.bundled import QUERIES
from onrecord.releases.open import Argument, OpenRelease, ask_text, bound_query
from onrecord.releases.saved_query import Parameter, Query, read_queries

_MOST_CHOICES = 12
_MOST_READ = 200
"""Values of parameters that are read, those with most on record first."""
_MOST_ELSEWHERE = 6


def questions(release: OpenRelease, name: str = "", *, start: int = 0, size: int = SIZE) -> Reply:
    """List the saved questions with their parameters; of one that is named, all about it."""
    refuse_start(start)
    asked = opened(release)
    if not name:
        found = [
            {_signature(each): each.title}
            for each in sorted(read_queries(QUERIES), key=lambda each: each.name)
        ]
        return reply(asked.head, "questions", found[start:], start, size, len(found))
    bound = bound_query(asked.release, name, {})
    head: dict[str, object] = {
        **asked.head, "question": bound.name, "title": bound.title, "answers": bound.answers,
        "columns": ", ".join(column.name for column in bound.columns),
        "withdrawn_claims": bound.withdrawn, **({"note": bound.note} if bound.note else {}),
    }  # fmt: skip
    most = {
        name: list(dict.fromkeys(row[index] for row in rows))
        for names, rows in _on_record(asked, bound)
        for index, name in enumerate(names)
    }
    parameters = [_parameter(asked, each, most.get(each.name, [])) for each in bound.parameters]
    return reply(head, "parameters", parameters[start:], start, size, len(parameters))


def answer(
    release: OpenRelease, name: str, parameters: Mapping[str, Argument] | None = None,
    *, limit: int = LIMIT, start: int = 0, size: int = SIZE,
) -> Reply:  # fmt: skip
    """Answer a saved question, with the values of its parameters by name.

    A thing is given by its id, as `find` gives it. The reply says which values were asked with,
    defaults among them, and which columns have one value in all rows. Raises UnknownNameError and
    ParameterError with the nearest names.
    """
    refuse_start(start)
    if not 1 <= limit <= MOST_ROWS:
        raise UsageError(f"limit: {limit} is no number from 1 to {MOST_ROWS}")
    asked = opened(release)
    given: dict[str, Argument] = {
        each: asked.whole(value) if isinstance(value, str) else value
        for each, value in (parameters or {}).items()
    }
    bound = bound_query(asked.release, name, given)
    today = {each.name: _today(asked) for each in bound.parameters if _is_today(each)}
    if today:
        bound = bound_query(asked.release, name, {**given, **today})
    result = ask_text(asked.release, bound.text)
    head: dict[str, object] = {
        **asked.head,
        "question": bound.title,
        "answers": bound.answers,
    }
    values = _asked_with(asked, bound, given)
    if values:
        head["asked_with"] = values
    if result.row_limit is not None:
        head["note"] = f"the server has cut the answer off after {result.row_limit:,} rows"
    rows = items(asked, result.columns, result.cells)
    elsewhere = [] if rows else list(_elsewhere(asked, bound, given))
    if elsewhere:
        head["hints"] = elsewhere
    same = _same_in_all(rows)
    if same:
        head["in_all_rows"] = same
        rows = [{key: value for key, value in row.items() if key not in same} for row in rows]
    return quoted_reply(head, "rows", rows[start : start + limit], start, size, len(rows))


def _signature(query: Query) -> str:
    names = ", ".join(parameter.name for parameter in query.parameters)
    return f"{query.name}({names})" if names else query.name


def _parameter(asked: Opened, parameter: Parameter, most: Sequence[str]) -> ReplyItem:
    """Return a parameter with what can be chosen: first what the release has `most` of."""
    found: dict[str, object] = {
        "name": parameter.name, "kind": parameter.of or parameter.kind, "about": parameter.about,
    }  # fmt: skip
    is_today = _is_today(parameter)
    found["default"] = f"today, {_today(asked)}" if is_today else _value(asked, parameter)
    if parameter.of:
        known = things_of(asked, parameter.of)
        labels = {_absolute(asked, thing): label for thing, label in known.things.items()}
        # Of a class with too many things to list, those with most are told by their ids alone.
        shown = {iri: labels.get(iri, asked.short(iri)) for iri in most[:_MOST_CHOICES]} or dict(
            list(labels.items())[:_MOST_CHOICES]
        )
        found["choices"] = {label: asked.short(iri) for iri, label in shown.items()}
        if known.number > len(shown):
            found["choices_left_out"] = f"{known.number - len(shown):,}; find them by find"
    elif most:
        found["choices"] = list(most[:_MOST_CHOICES])
    return found


def _absolute(asked: Opened, thing: str) -> str:
    return thing if ":" in thing else asked.release.base + thing


def _on_record(asked: Opened, query: Query) -> Iterator[tuple[tuple[str, ...], list[list[str]]]]:
    """Yield parameters with the values that a release has something for, what has most first."""
    for default in query.defaults:
        try:
            rows = ask_text(asked.release, default.first(_MOST_READ))
        except OnRecordError:  # a release that is too large for it
            continue
        yield default.names, [[str(row[name]) for name in default.names] for row in rows]


def _elsewhere(asked: Opened, bound: Query, given: Collection[str]) -> Iterator[str]:
    """Yield for which other values there is something, of parameters for which there is nothing."""
    values = {each.name: str(each.default) for each in bound.parameters if each.default is not None}
    for names, rows in _on_record(asked, bound):
        own = [values.get(name, "") for name in names]
        if own in rows or not rows:
            continue

        def told(row: Sequence[str], names: tuple[str, ...] = names) -> str:
            pairs = zip(names, map(asked.short, row), strict=True)
            return " and ".join(f"{name}={value}" for name, value in pairs)

        # What was given is meant more than what is a default.
        weights = [len(names) + 1 if name in given else 1 for name in names]
        alike = [sum(map(mul, weights, map(eq, own, row))) for row in rows]
        near = [row for row, same in zip(rows, alike, strict=True) if same == max(alike)]
        listed = "; ".join(map(told, near[:_MOST_ELSEWHERE]))
        yield f"there is nothing for {told(own)}; there is for {listed}"


def _asked_with(asked: Opened, bound: Query, given: Mapping[str, Argument]) -> dict[str, object]:
    """Return the values that a query is asked with; what was not given is marked as a default."""
    return {
        each.name if given.get(each.name) else f"{each.name} (default)": _value(asked, each)
        for each in bound.parameters
    }


def _is_today(parameter: Parameter) -> bool:
    return parameter.default is None and parameter.if_absent == "today"


def _today(asked: Opened) -> str:
    """Return the day by the clock of the machine that answers, which need not be this one."""
    (row,) = ask_text(asked.release, "SELECT (SUBSTR(STR(NOW()), 1, 10) AS ?day) {}")
    return str(row["day"])


def _value(asked: Opened, parameter: Parameter) -> object:
    if parameter.default is None:
        return parameter.if_absent
    if isinstance(parameter.default, URIRef):
        return asked.written(ox.NamedNode(str(parameter.default)))
    return str(parameter.default)


def _same_in_all(rows: list[ReplyItem]) -> dict[str, object]:
    """Return the columns that have the same value in all rows, of several."""
    if len(rows) < 3:
        return {}
    first = rows[0]
    return {
        key: value
        for key, value in first.items()
        if all(key in row and row[key] == value for row in rows)
    }
