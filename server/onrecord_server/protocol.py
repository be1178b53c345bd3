"""The SPARQL 1.1 Protocol: what a request asks, read from its method, address and body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from onrecord_server.refusals import RefusalError
from onrecord_server.workers.pool import Limits

METHODS = ("GET", "HEAD", "OPTIONS", "POST")

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

_FORMATS = ("format", "output", "results")
_KNOWN = ("query", "default-graph-uri", "named-graph-uri", "release", *_FORMATS)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, whichever server it came through."""

    method: str
    query_string: str
    body: bytes = b""
    accept: str = ""
    accept_encoding: str = ""
    content_type: str = ""
    if_none_match: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks; `query` is empty where it asks for the service description."""

    query: str
    wanted: tuple[str, ...]
    """The values of `format`, `output` and `results`."""
    release: str | None
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    """The graphs to query, both None where the request names none (2.1.4)."""


def asked(request: Request, limits: Limits) -> Asked:
    """Return what a request asks, or raise RefusalError 400, 403, 405, 413, 414 or 415."""
    if len(request.query_string) > limits.text:
        raise RefusalError(
            414, f"the address is longer than {limits.text} bytes; send the query by POST"
        )
    pairs = _pairs(request.query_string, limits)
    if request.method == "POST":
        pairs = [*pairs, *_posted(request, limits)]
    elif request.method not in ("GET", "HEAD"):
        raise RefusalError(405, f"{request.method} is not for SPARQL; use GET or POST")
    return _asked(tuple(pair for pair in pairs if pair[0] in _KNOWN))


def _asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    values: Mapping[str, list[str]] = {name: [] for name in _KNOWN}
    for name, value in pairs:
        values[name].append(value)
    if len(values["query"]) > 1:
        raise RefusalError(400, "there are several `query` parameters; send one")
    default, named = tuple(values["default-graph-uri"]), tuple(values["named-graph-uri"])
    if len(values["release"]) > 1:
        raise RefusalError(400, "there are several `release` parameters; send one")
    return Asked(
        query=values["query"][0] if values["query"] else "",
        wanted=tuple(value for name in _FORMATS for value in values[name]),
        release=values["release"][0] if values["release"] else None,
        default=default if default or named else None,
        named=named if default or named else None,
    )


def _pairs(text: str, limits: Limits) -> list[tuple[str, str]]:
    if not text:
        return []
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=limits.parameters
        )
    except UnicodeDecodeError as error:
        raise RefusalError(400, "the parameters are not UTF-8; encode them as UTF-8") from error
    except ValueError as error:
        raise RefusalError(
            400, f"there are more than {limits.parameters} parameters; send fewer"
        ) from error
    for name, _ in pairs:
        if name in ("update", "using-graph-uri", "using-named-graph-uri"):
            raise RefusalError(
                403, f"`{name}` is refused: it is for updates, this endpoint is read-only"
            )
    return pairs


def _posted(request: Request, limits: Limits) -> list[tuple[str, str]]:
    media_type, charset = _content_type(request.content_type)
    if media_type == UPDATE_TYPE:
        raise RefusalError(403, "updates are refused: this endpoint is read-only")
    if media_type not in (FORM_TYPE, QUERY_TYPE):
        raise RefusalError(
            415,
            f"{media_type or 'a body of no type'} is not understood; "
            f"send {QUERY_TYPE} or {FORM_TYPE}",
        )
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RefusalError(415, f"{charset} is not understood; encode the query as UTF-8")
    # Percent-encoding triples a form at most.
    if len(request.body) > 3 * limits.text:
        raise RefusalError(413, f"the query is longer than {limits.text} bytes; shorten it")
    try:
        text = request.body.decode()
    except UnicodeDecodeError as error:
        raise RefusalError(400, f"the body is not UTF-8 at byte {error.start}") from error
    return _pairs(text, limits) if media_type == FORM_TYPE else [("query", text)]


@lru_cache(maxsize=64)
def _content_type(header: str) -> tuple[str, str]:
    media_type, options = parse_options_header(header)
    return media_type.lower(), options.get("charset", "utf-8").lower()
