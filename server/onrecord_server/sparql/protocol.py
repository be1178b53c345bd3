"""SPARQL 1.1 Protocol: query operations read from method, query string and body."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from werkzeug.http import parse_options_header

from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits

METHODS = ("GET", "HEAD", "OPTIONS", "POST")

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

_FORMATS = ("format", "output", "results")
_MEANT = frozenset(("query", "queries", "q", "sparql", "sparqlquery", "querystring", "sql"))
"""Names, in small letters, under which a query is sent by mistake."""
_KNOWN = frozenset(("query", "default-graph-uri", "named-graph-uri", "release", *_FORMATS))


class Request(NamedTuple):
    """HTTP request, independent of the server (ASGI or WSGI)."""

    method: str
    query_string: str
    body: bytes = b""
    accept: str = ""
    accept_encoding: str = ""
    content_type: str = ""
    if_none_match: str = ""
    origin: str = ""
    """Scheme and host that the client has addressed, such as `https://onrecord.example`."""


class QueryOperation(NamedTuple):
    """Query operation (SPARQL 1.1 Protocol, 2.1); without a `query`, the service description."""

    query: str
    format_names: tuple[str, ...]
    """Values of `format`, `output` and `results`."""
    release: str | None
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    """The dataset, `default` and `named`; both None if the request names no graph (2.1.4)."""


def parse_request(request: Request, limits: Limits) -> QueryOperation:
    """Return the query operation of a request.

    Raises RefusalError 400, 403, 405, 413, 414 or 415.
    """
    if len(request.query_string) > limits.address:
        raise RefusalError(
            414, f"the address is longer than {limits.address} bytes; send the query by POST"
        )
    pairs = _apart(_pairs(request.query_string, limits))
    if request.method == "POST":
        pairs = [*pairs, *_posted(request, limits)]
    elif request.method not in ("GET", "HEAD"):
        raise RefusalError(
            405,
            f"{request.method} is not for SPARQL; use GET or POST",
            headers=[("Allow", ", ".join(METHODS))],
        )
    operation = _operation(pairs)
    if not operation.query:
        _refuse_lost_query(pairs, request.method)
    return operation


def _refuse_lost_query(pairs: Sequence[tuple[str, str]], method: str) -> None:
    """Refuse a request that means to ask and has its query under another name, or none."""
    for name, _ in pairs:
        if name.lower() in _MEANT and name != "query":
            raise RefusalError(400, f"`{name}` is no parameter of SPARQL; send it as `query`")
    if method == "POST" or "query" in dict(pairs):
        raise RefusalError(
            400, f"there is no query; send it as the body with {QUERY_TYPE}, or as `query`"
        )


def _apart(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of an address, also where a second one begins with a question mark.

    Comunica and fetch-sparql-endpoint write `?query=…` behind any address of an endpoint, that of
    a pinned release too; no release has a question mark in its name.
    """
    apart = []
    for name, value in pairs:
        release, mark, rest = value.partition("?") if name == "release" else (value, "", "")
        apart.append((name, release))
        if mark:
            apart.append(_divided(rest)[::2])
    return apart


def _operation(pairs: Sequence[tuple[str, str]]) -> QueryOperation:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in _KNOWN:
            values.setdefault(name, []).append(value)
    query, release = values.get("query", [""]), values.get("release", [])
    if len(query) > 1:
        raise RefusalError(400, "there are several `query` parameters; send one")
    if len(release) > 1:
        raise RefusalError(400, "there are several `release` parameters; send one")
    default = tuple(values.get("default-graph-uri", ()))
    named = tuple(values.get("named-graph-uri", ()))
    return QueryOperation(
        query=query[0].removeprefix("\ufeff"),
        format_names=tuple(value for name in _FORMATS for value in values.get(name, ())),
        release=release[0] if release else None,
        default=default if default or named else None,
        named=named if default or named else None,
    )


def _pairs(text: str, limits: Limits) -> list[tuple[str, str]]:
    if not text:
        return []
    parts = text.split("&")
    if len(parts) > limits.parameters:
        raise RefusalError(400, f"there are more than {limits.parameters} parameters; send fewer")
    try:
        pairs = [(_unquoted(name), _unquoted(value)) for name, _, value in map(_divided, parts)]
    except UnicodeDecodeError as error:
        raise RefusalError(400, "the parameters are not UTF-8; encode them as UTF-8") from error
    for name, _ in pairs:
        if name in ("update", "using-graph-uri", "using-named-graph-uri"):
            raise RefusalError(
                403, f"`{name}` is refused: it is for updates, this endpoint is read-only"
            )
    return pairs


def _divided(part: str) -> tuple[str, str, str]:
    return part.partition("=")


def _unquoted(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text and text.isascii():
        return text
    # Each character of the text is one byte of the request (Latin-1).
    return unquote_to_bytes(text.encode("latin-1")).decode()


def _posted(request: Request, limits: Limits) -> list[tuple[str, str]]:
    media_type, charset = _content_type(request.content_type)
    if media_type == UPDATE_TYPE:
        raise RefusalError(403, "updates are refused: this endpoint is read-only")
    if not media_type and not request.body:
        return []
    if media_type not in (FORM_TYPE, QUERY_TYPE):
        raise RefusalError(
            415,
            f"{media_type or 'a body of no type'} is not understood; "
            f"send {QUERY_TYPE} or {FORM_TYPE}",
        )
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RefusalError(415, f"{charset} is not understood; encode the query as UTF-8")
    # Percent-encoding makes a form at most three times as long.
    if len(request.body) > 3 * limits.text:
        raise RefusalError(413, f"the query is longer than {limits.text} bytes; shorten it")
    if media_type == FORM_TYPE:
        return _pairs(request.body.decode("latin-1"), limits)
    try:
        return [("query", request.body.decode())]
    except UnicodeDecodeError as error:
        raise RefusalError(400, f"the body is not UTF-8 at byte {error.start}") from error


@lru_cache(maxsize=64)
def _content_type(header: str) -> tuple[str, str]:
    media_type, options = parse_options_header(header)
    return media_type.lower(), options.get("charset", "utf-8").lower()
