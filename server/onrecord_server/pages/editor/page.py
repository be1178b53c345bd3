"""`/query`: a query is written, run and read here, with or without JavaScript."""

import json
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.release import Release
from onrecord.releases.saved_query import ParameterError, bind
from onrecord_server.documents.representation import HTML_TYPE, represented
from onrecord_server.errors import RefusalError, TextPosition
from onrecord_server.pages.answer.arrangement import Table, arranged, arrangement_of
from onrecord_server.pages.answer.cell import Cell, cell, names_of
from onrecord_server.pages.answer.plot import plot_of
from onrecord_server.pages.editor.completion import completion_document
from onrecord_server.pages.editor.found import Found, found
from onrecord_server.pages.page_queries import base_of, link_to_all, saved_queries_of
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import CSV, FORMATS, JSON, JSON_LD, N_TRIPLES, TSV, TURTLE
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.protocol import QueryOperation, Request, parse_request

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Of this page alone, which has a script."""
_ON_PAGE = 50
_DOWNLOADS = (CSV, JSON, TSV, TURTLE, N_TRIPLES, JSON_LD)
_MOST_NAMES = 20_000
"""Things of an answer that are shown by their names; the others are shown by their IRIs."""
_LONGEST_ADDRESS = 8_000
"""Characters of a query beyond which the form sends it in the body."""
_AROUND = 2
"""Lines that are shown before and after one with a fault."""
_START = """PREFIX rec: <https://w3id.org/onrecord/ns#>

SELECT ?claim ?speaker
WHERE {
  ?claim a rec:Claim ;
         rec:speaker ?speaker .
}
LIMIT 20
"""


class Line(NamedTuple):
    """Line of a query with a fault."""

    number: int
    before: str
    marked: str
    after: str


class Asked(NamedTuple):
    """Query of a request."""

    text: str
    release: Release
    operation: QueryOperation
    is_run: bool


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the query editor."""
    editor = Blueprint("editor", __name__)

    @editor.route("/query", methods=("GET", "POST"))
    def page() -> Response:
        asked = _asked(endpoint)
        problem: RefusalError | None = None
        table = answer = None
        if asked.is_run:
            try:
                answer = found(endpoint, asked.release, asked.text, *asked.operation[-2:])
                table = _table(endpoint, asked, answer)
            except RefusalError as refusal:
                if not wants_html(request.headers.get("Accept", ""), FORMATS):
                    raise
                problem, answer = refusal, None
        return _response(endpoint, asked, problem, answer, table)

    @editor.get("/query/completion.json")
    def completion() -> Response:
        release = endpoint.catalogue.release(request.args.get("release"))
        body = json.dumps(
            completion_document(release, base_of(release)),
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return represented(body, "application/json", release)

    return editor


def _asked(endpoint: Endpoint) -> Asked:
    """Return the query of a request. Raises RefusalError."""
    sent = Request(
        method=request.method,
        query_string=request.query_string.decode("latin-1"),
        body=request.get_data(cache=True),
        content_type=request.headers.get("Content-Type", ""),
    )
    operation = parse_request(sent, endpoint.pool.limits)
    release = endpoint.catalogue.release(operation.release)
    # A form sends each end of a line as two characters.
    text = operation.query.replace("\r\n", "\n")
    example = request.args.get("example", "")
    if text or not example:
        return Asked(text or _START, release, operation, bool(text.strip()))
    query = saved_queries_of(endpoint, release).get(example)
    if query is None:
        raise RefusalError(404, f"no saved query {example!r}; the list is at /q/")
    values = {
        parameter.name: request.args[parameter.name]
        for parameter in query.parameters
        if parameter.name in request.args
    }
    try:
        text = bind(query, values, base_of(release))
    except ParameterError as error:
        raise RefusalError(400, str(error)) from error
    return Asked(text, release, operation, request.args.get("run") == "1")


def _table(endpoint: Endpoint, asked: Asked, answer: Found) -> Table | None:
    if answer.truth is not None:
        return None
    base = base_of(asked.release)
    arrangement = arrangement_of(request.values, answer.names)
    names: dict[str, str] = {}
    if not arrangement.iris:
        # To sort and to filter by names takes those of all rows.
        whole = arrangement.sort or arrangement.filter
        start = arrangement.start
        shown = answer.rows if whole else answer.rows[start : start + _ON_PAGE]
        names = names_of(endpoint, asked.release, shown, _MOST_NAMES)

    def cells(row: ResultRow) -> list[Cell]:
        found = [cell(term, base, names) for term in row]
        # A column with the values of all properties is no column of numbers.
        return [replace(each, kind="text") for each in found] if answer.kind == "graph" else found

    fields = [("query", asked.text), *_dataset(asked.operation)]
    if asked.operation.release:
        fields.append(("release", asked.operation.release))
    return arranged(
        answer.names, answer.rows, cells, arrangement, _ON_PAGE, "/query", fields, len(answer.rows)
    )


def _dataset(operation: QueryOperation) -> list[tuple[str, str]]:
    return [
        *(("default-graph-uri", graph) for graph in operation.default or ()),
        *(("named-graph-uri", graph) for graph in operation.named or ()),
    ]


def _response(
    endpoint: Endpoint,
    asked: Asked,
    problem: RefusalError | None,
    answer: Found | None,
    table: Table | None,
) -> Response:
    release = asked.release
    pinned = [("query", asked.text), *_dataset(asked.operation), ("release", release.name)]
    address = urlencode(pinned)
    position = problem.position if problem else None
    page = render_template(
        "query_editor.html",
        text=asked.text,
        release=release,
        base=base_of(release),
        pinned=asked.operation.release,
        dataset=_dataset(asked.operation),
        problem=problem,
        lines=_lines(asked.text, position) if position else [],
        answer=answer,
        table=table,
        plot=plot_of(table) if table else None,
        address=address if len(address) <= _LONGEST_ADDRESS else "",
        pairs=pinned,
        method="post" if len(address) > _LONGEST_ADDRESS else "get",
        formats=[each for each in _DOWNLOADS if answer and each.kind == answer.kind],
        examples=saved_queries_of(endpoint, release).values(),
        limit=endpoint.pool.limits.rows,
    )
    response = Response(page, problem.status if problem else 200, content_type=HTML_TYPE)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Vary"] = "Accept"
    response.headers["X-Release"] = release.name
    if problem or request.method == "POST" or (answer and not answer.deterministic):
        response.headers["Cache-Control"] = "no-store"
    if problem and problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if answer and answer.limited:
        response.headers["X-Row-Limit"] = str(len(answer.rows))
        response.headers["Link"] = link_to_all(release).removeprefix(", ")
    return response


def _lines(text: str, position: TextPosition) -> list[Line]:
    """Return the line with a fault, its place marked, and those around it."""
    lines = text.split("\n")
    at = min(position.line, len(lines)) - 1
    shown = []
    for number in range(max(at - _AROUND, 0), min(at + _AROUND + 1, len(lines))):
        line = lines[number]
        if number == at:
            column = min(position.column - 1, len(line))
            # The end of a line has nothing to mark, so a space takes its place.
            shown.append(
                Line(
                    number + 1, line[:column], line[column : column + 1] or " ", line[column + 1 :]
                )
            )
        else:
            shown.append(Line(number + 1, line, "", ""))
    return shown
