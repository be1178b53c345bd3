"""`/q/`: answers of saved queries, as HTML pages and as data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import accumulate
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.exchange.citation import answer_item
from onrecord.releases.exchange.record import note_of
from onrecord.releases.parameter_choices import Choices, UnknownValueError
from onrecord.releases.release import Release
from onrecord.releases.saved_query import (
    AskedWith,
    Parameter,
    ParameterError,
    Query,
    address_of_answer,
    asked_with,
    bind,
)
from onrecord.releases.tables.search import KINDS as SEARCHED
from onrecord_server.documents.representation import host_of
from onrecord_server.errors import RefusalError
from onrecord_server.pages.answer.arrangement import (
    PARAMETERS,
    Table,
    arranged,
    arrangement_of,
    is_sifted,
    start_of,
)
from onrecord_server.pages.answer.asked import commented, linked
from onrecord_server.pages.answer.cell import Cell, cell, names_of
from onrecord_server.pages.answer.saved_answer import saved_data, saved_rows
from onrecord_server.pages.answer.spreadsheet import for_spreadsheets
from onrecord_server.pages.editor.page import POLICY
from onrecord_server.pages.exchange.forms import CITATIONS, cited
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import (
    base_of,
    choices_of,
    link_to_all,
    refuse_unknown_values,
    saved_queries,
    saved_queries_of,
)
from onrecord_server.pages.provenance import why, with_why
from onrecord_server.sparql.ask import Rows
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS, Format
from onrecord_server.sparql.negotiation import choose, wants_html

_ROWS = tuple(format for format in FORMATS if format.kind == "rows")
_BY_SUFFIX = {format.suffix: format for format in _ROWS}
_SWITCHES = frozenset({"why", "excel", "comment"})
_MOST_IN_LIST = 200
"""Things of a class up to which a form lists them; beyond, their names are found by typing."""
_ON_PAGE = 100
"""Maximum number of rows on a page; the other formats have all."""
_MOST_TEXT = 110_000
"""Characters in the rows of a page, from which on there are fewer: with their HTML about 200 KB."""
_MOST_NAMES = 20_000
"""Things of an answer that are shown by their names; the others are shown by their IRIs."""
_NOT_PARAMETERS = frozenset({"release", *_SWITCHES, *PARAMETERS})


@dataclass(frozen=True, slots=True)
class Field:
    """Parameter in a form."""

    parameter: Parameter
    value: str
    choices: Choices | None
    """The values on offer, if the parameter is a thing of a class."""
    suggestions: str
    """Address that finds values by their names, if there are too many for a list."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the saved queries."""
    saved = Blueprint("saved", __name__)

    @saved.get("/q/")
    def index() -> str:
        return render_template("queries.html", queries=saved_queries().values())

    @saved.get("/q/<name>")
    def answer(name: str) -> Response:
        stem, _, suffix = name.partition(".")
        if stem not in saved_queries():
            raise RefusalError(404, f"no saved query {stem!r}; the list is at /q/")
        release = endpoint.catalogue.release(request.args.get("release"))
        query = saved_queries_of(endpoint, release)[stem]
        values = {
            name: value for name, value in request.args.items() if name not in _NOT_PARAMETERS
        }
        accept = request.headers.get("Accept", "")
        try:
            _refuse_malformed()
            text = bind(query, values, base_of(release))
            refuse_unknown_values(endpoint, release, query, values)
            asked = asked_with(query, values, base_of(release))
        except ParameterError as error:
            sent = (
                _form(endpoint, release, query, values, error)
                if wants_html(accept, FORMATS)
                else ""
            )
            raise RefusalError(400, str(error), page=sent) from error
        match suffix:
            case "":
                if wants_html(accept, _ROWS):
                    return _page(endpoint, release, query, text, values, asked)
                format = choose(_ROWS, accept)
                if format is None:
                    offer = ", ".join(["text/html", *(format.media_type for format in _ROWS)])
                    raise RefusalError(406, f"a saved query is offered as {offer}")
                return _data(endpoint, release, query, text, values, format, asked)
            case "html":
                return _page(endpoint, release, query, text, values, asked)
            case "rq":
                return Response(text, content_type="application/sparql-query; charset=utf-8")
            case _ if suffix in CITATIONS:
                citable = _citable(query, release, asked)
                return cited(answer_item(query.title, citable, note_of(release)), suffix, release)
            case _ if suffix in _BY_SUFFIX:
                return _data(endpoint, release, query, text, values, _BY_SUFFIX[suffix], asked)
        offer = ", ".join(["html", "rq", *CITATIONS, *_BY_SUFFIX])
        raise RefusalError(404, f"no format {suffix!r}; there are: {offer}")

    return saved


def _refuse_malformed() -> None:
    """Raise ParameterError for a repeated parameter, or a switch that is neither 1 nor 0."""
    for name, values in request.args.lists():
        if len(values) > 1 and name not in PARAMETERS:
            raise ParameterError(f"there are several `{name}` parameters; send one")
        if name in _SWITCHES and values[0] not in ("", "0", "1"):
            raise ParameterError(f"{name}: {values[0]!r} is neither 1 nor 0")


def _switched(name: str) -> bool:
    return request.args.get(name) == "1"


def _data(
    endpoint: Endpoint,
    release: Release,
    query: Query,
    text: str,
    values: dict[str, str],
    format: Format,
    asked: tuple[AskedWith, ...],
) -> Response:
    citable = _citable(query, release, asked)
    if _switched("why"):
        found = saved_rows(endpoint, release, query, text, values)
        host = host_of(endpoint)
        body = with_why(found.names, found.rows, format, base_of(release), host)
        limit = found.total if found.limited else 0
    else:
        body, limit = saved_data(endpoint, release, query, text, values, format)
    if format.suffix == "csv" and _switched("excel"):
        body = for_spreadsheets(body)
    if _switched("comment"):
        body = commented(body, format, _comment(query, release, asked))
    response = Response(linked(body, format, citable), content_type=format.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{query.name}.{format.suffix}"'
    response.headers["X-Release"] = release.name
    response.headers["Link"] = f'<{citable}>; rel="cite-as"'
    if limit:
        response.headers["Link"] += link_to_all(release)
        response.headers["X-Row-Limit"] = str(limit)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Vary"] = "Accept"
    response.set_etag(sha256(response.data).hexdigest())
    response.make_conditional(request)
    return response


def _form(
    endpoint: Endpoint,
    release: Release,
    query: Query,
    values: dict[str, str],
    error: ParameterError,
) -> str:
    """Return the form of a query as it was sent, with what is wrong with it."""
    refused, near = str(error), {}
    if isinstance(error, UnknownValueError) and error.near:
        # For people, the nearest are links with names.
        name = error.parameter.name
        refused = f"{name}: {error.value!r} is none of what there is to choose from."
        sent = {**values, **{key: request.args[key] for key in ("release",) if key in request.args}}
        near = {
            f"/q/{query.name}?{urlencode({**sent, name: thing})}": label
            for thing, label in error.near.items()
        }
    fields = [_field(endpoint, release, parameter, values) for parameter in query.parameters]
    return render_template(
        "query.html",
        query=query,
        fields=fields,
        base=base_of(release),
        refused=refused,
        near=near,
        release=release,
    )


def _page(
    endpoint: Endpoint,
    release: Release,
    query: Query,
    text: str,
    values: dict[str, str],
    asked: tuple[AskedWith, ...],
) -> Response:
    base = base_of(release)
    # To sort and to filter takes all rows.
    whole = is_sifted(request.args)
    start = 0 if whole else start_of(request.args)
    most = None if whole else _ON_PAGE
    found = saved_rows(endpoint, release, query, text, values, start=start, most=most)
    size = _ON_PAGE if whole else fitting(found.rows)
    if size < len(found.rows) and not whole:
        found = found._replace(rows=found.rows[:size])
    table = _table(endpoint, release, query, found, start, size)
    fields = [_field(endpoint, release, parameter, values) for parameter in query.parameters]
    page = render_template(
        "query.html",
        query=query,
        text=text,
        fields=fields,
        base=base,
        table=table,
        reasons=_reasons(table, base),
        total=found.total,
        limited=found.limited,
        most=endpoint.pool.limits.rows,
        release=release,
        today=date.today().isoformat(),
        query_hash=sha256(text.encode()).hexdigest()[:16],
        asked=_named(asked, fields, base),
        citable=_citable(query, release, asked),
        suffixes=[*_BY_SUFFIX, "rq", *CITATIONS],
        arguments=urlencode(_given()),
        editor=urlencode({"example": query.name, **values, "run": 1, "release": release.name}),
    )
    response = Response(page)
    if any(field.suggestions for field in fields):
        response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Release"] = release.name
    response.headers["Vary"] = "Accept"
    for place, relation in ((table.previous, "prev"), (table.next, "next")):
        if place is not None:
            address = f"/q/{query.name}?{urlencode([*_arranged_as(), ('start', place)])}"
            response.headers.add("Link", f'<{address}>; rel="{relation}"')
    if found.limited:
        response.headers["X-Row-Limit"] = str(found.total)
    return response


def fitting(found: list[ResultRow]) -> int:
    """Return how many rows a page has, where it begins with some: fewer if they are long."""
    lengths = (sum(len(getattr(term, "value", "")) for term in row) for row in found)
    for number, length in enumerate(accumulate(lengths)):
        if length > _MOST_TEXT:
            return max(number, 1)
    return _ON_PAGE


def _table(
    endpoint: Endpoint, release: Release, query: Query, found: Rows, skipped: int, size: int
) -> Table:
    """Return the answer as the address arranges it, of whose rows the first ones were skipped."""
    base = base_of(release)
    arrangement = arrangement_of(request.args, found.names)
    names = {} if arrangement.iris else names_of(endpoint, release, found.rows, _MOST_NAMES)

    def cells(row: ResultRow) -> list[Cell]:
        return [cell(term, base, names) for term in row]

    path = f"/q/{query.name}"
    return arranged(
        found.names, found.rows, cells, arrangement, size, path, _given(), found.total, skipped
    )


def _reasons(table: Table, base: str) -> dict[int, str]:
    """Return the address of the passages behind each row by its number; empty if none has one."""
    reasons = {row.number: why(row.terms, base) for row in table.rows}
    return reasons if any(reasons.values()) else {}


def _given() -> list[tuple[str, str]]:
    """Return the parameters of the request that say what is asked, and not how it is arranged."""
    return [(name, value) for name, value in request.args.items() if name not in PARAMETERS]


def _arranged_as() -> list[tuple[str, str]]:
    """Return the parameters of the request without the row that its page begins with."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "start"]


def _citable(query: Query, release: Release, asked: Sequence[AskedWith]) -> str:
    """Return the permanent address of the answer: with the release, and each parameter's value."""
    address = address_of_answer(query, asked, base_of(release), release.name)
    switches = [(name, value) for name, value in _given() if name in _SWITCHES]
    return f"{address}&{urlencode(switches)}" if switches else address


def _comment(query: Query, release: Release, asked: Sequence[AskedWith]) -> list[str]:
    """Return what to know of an answer beside its rows: what was asked, and of which release."""
    told = ", ".join(map(str, asked)) or "no parameters"
    return [
        f"question: {query.answers}",
        f"asked with: {told}",
        f"release: {release.name}",
        f"address: {_citable(query, release, asked)}",
    ]


def _named(
    asked: Iterable[AskedWith], fields: Iterable[Field], base: str
) -> list[tuple[AskedWith, str]]:
    """Return what a query was asked with, things by their names where the form has them.

    With each is the address of the page of the thing; empty where the form has no name of it.
    """
    labels = {field.parameter.name: field.choices.things for field in fields if field.choices}
    named = [(each, labels.get(each.name, {}).get(each.value, "")) for each in asked]
    return [
        (each._replace(value=label), address_of(_iri(each.value, base), base))
        if label
        else (each, "")
        for each, label in named
    ]


def _iri(value: str, base: str) -> str:
    return value if value.startswith(("http:", "https:")) else base + value


def _field(
    endpoint: Endpoint, release: Release, parameter: Parameter, values: dict[str, str]
) -> Field:
    base = base_of(release)
    default = "" if parameter.default is None else str(parameter.default).removeprefix(base)
    known = choices_of(endpoint, release, parameter.of) if parameter.of else None
    value = values.get(parameter.name, "").removeprefix(base)
    suggestions = ""
    kind = (parameter.of or "").rpartition(":")[2].lower()
    if known and known.number > _MOST_IN_LIST and kind in SEARCHED:
        suggestions = f"/search.json?{urlencode({'kind': kind, 'release': release.name})}"
    return Field(parameter, value or default, known, suggestions)
