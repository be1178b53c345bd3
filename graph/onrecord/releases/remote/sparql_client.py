"""Client of a remote SPARQL 1.1 store: query, update and graph store protocol."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import sleep
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
from rdflib import Graph
from rdflib.plugins.parsers.notation3 import BadSyntax

from onrecord.errors import OnRecordError, UsageError
from onrecord.files.http_client import (
    Credentials,
    ExchangeError,
    HttpRequest,
    HttpResponse,
    RedirectError,
    TooLargeError,
    exchange,
)
from onrecord.rdf.oxigraph import ResultRow

USER, PASSWORD, TOKEN = "ONRECORD_STORE_USER", "ONRECORD_STORE_PASSWORD", "ONRECORD_STORE_TOKEN"
"""Environment variables with the credentials."""


_BUSY = frozenset((429, 502, 503, 504))
_FIRST_LINE = 300
"""Characters of a store's error message that are shown."""


class StoreError(OnRecordError):
    """A store cannot be reached, or refuses a request."""


class _TransientError(StoreError):
    """Error that a retry may not meet: the store is busy or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Store:
    """Addresses, credentials and limits of a remote store."""

    query: str
    update: str
    graphs: str = ""
    """Address of its graphs (SPARQL 1.1 Graph Store HTTP Protocol); empty to use updates."""
    credentials: Credentials = field(default_factory=Credentials)
    timeout: float = 120.0
    """Seconds for one request, to the end of its response."""
    most: int = 64 << 20
    """Maximum bytes of a response."""
    retry_delays: tuple[float, ...] = (0.5, 2.0, 8.0)
    """Seconds before each retry, if the store is busy or cannot be reached."""


def credentials_from(environment: Mapping[str, str] = os.environ) -> Credentials:
    """Return the credentials in the environment. Raises UsageError if they are incomplete."""
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if bool(user) != bool(password):
        raise UsageError(f"{USER} and {PASSWORD} go together, set both or neither")
    token = environment.get(TOKEN, "")
    if not (token.isascii() and token.isprintable()):
        # Python's error for an invalid header value would show the token.
        raise UsageError(f"{TOKEN} has a character that no token has, maybe the end of a line")
    return Credentials(user, password, token)


def require_address(address: str) -> str:
    """Return an HTTP address without credentials. Raises UsageError for any other one."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"{address}: not the address of a store, it begins with http:// or https://"
        )
    if parts.username or parts.password:
        raise UsageError(
            f"{parts.scheme}://…@{parts.hostname}: keep name and password out of the address, "
            f"set {USER} and {PASSWORD}"
        )
    return address


def select(store: Store, text: str) -> list[ResultRow]:
    """Return the rows of a SELECT. Raises StoreError."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/sparql-results+json",
    }
    body = urlencode({"query": text}).encode()
    data = _send(store, HttpRequest("POST", store.query, headers, body))
    rows = _rows(data)
    if isinstance(rows, str):
        raise StoreError(f"{store.query}: the answer is no rows in SPARQL JSON: {rows}")
    return rows


def _rows(data: bytes) -> list[ResultRow] | str:
    """Return the rows, or an error message.

    The engine's rows must not outlive their thread, and a traceback would refer to them.
    """
    try:
        found = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QuerySolutions):
            return [tuple(row) for row in found]
    except (SyntaxError, ValueError) as error:
        return str(error)
    return "it is a boolean"


def describe(store: Store) -> Graph:
    """Return a store's service description (SPARQL 1.1 Service Description, 2)."""
    data = _send(store, HttpRequest("GET", store.query, {"Accept": "text/turtle"}))
    try:
        return Graph().parse(data=data, format="turtle")
    except BadSyntax as error:
        raise StoreError(f"{store.query}: its service description is not Turtle") from error


def asks_for_digest(store: Store) -> bool:
    """Return whether a store requires digest authentication (RFC 7616)."""
    request = HttpRequest("GET", f"{store.query}?query=ASK%7B%7D")
    try:
        with exchange(request, Credentials(), store.timeout) as response:
            scheme = response.headers.get("WWW-Authenticate", "").partition(" ")[0]
            return scheme.lower() == "digest"
    except RedirectError as error:
        raise StoreError(str(error)) from error
    except ExchangeError as error:
        raise StoreError(f"{store.query}: cannot be reached: {error}") from error


def add_triples(store: Store, graph: str, triples: bytes) -> None:
    """Add triples (N-Triples, no blank nodes) to a graph; idempotent."""
    if store.graphs:
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        _send(store, HttpRequest("POST", _address_of(store, graph), headers, triples))
    else:
        _update(store, b"INSERT DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), triples))


def replace_graph(store: Store, graph: str, triples: bytes) -> None:
    """Put a few triples (N-Triples, no blank nodes) in the place of a graph, in one step.

    As an update it is one operation and not two, which a store might answer between.
    """
    if store.graphs:
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        _send(store, HttpRequest("PUT", _address_of(store, graph), headers, triples))
    else:
        pattern = b"GRAPH <%b> { ?s ?p ?o }" % graph.encode()
        new = b"GRAPH <%b> {\n%b}" % (graph.encode(), triples)
        _update(store, b"DELETE { %b } INSERT { %b } WHERE { OPTIONAL { %b } }"
                % (pattern, new, pattern))  # fmt: skip


def drop_graph(store: Store, graph: str) -> None:
    """Remove a graph, if it exists."""
    if store.graphs:
        _send(store, HttpRequest("DELETE", _address_of(store, graph)), ignore_missing=True)
    else:
        _update(store, b"DROP SILENT GRAPH <%b>" % graph.encode())


def _address_of(store: Store, graph: str) -> str:
    joint = "&" if "?" in store.graphs else "?"
    return f"{store.graphs}{joint}graph={quote(graph, safe='')}"


def _update(store: Store, text: bytes) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    _send(store, HttpRequest("POST", store.update, headers, text))


def _send(store: Store, request: HttpRequest, *, ignore_missing: bool = False) -> bytes:
    """Send a request, with retries if the store is busy; all requests are idempotent."""
    for pause in (*store.retry_delays, None):
        try:
            return _send_once(store, request)
        except _MissingError:
            if ignore_missing:
                return b""
            raise
        except _TransientError:
            if pause is None:
                raise
            sleep(pause)
    raise AssertionError("the last try either returns or raises")


class _MissingError(StoreError):
    """The store answers 404."""


def _send_once(store: Store, request: HttpRequest) -> bytes:
    """Send a request once. Raises StoreError with one line for errors of HTTP and the network."""
    place = request.address.partition("?")[0]
    try:
        with exchange(request, store.credentials, store.timeout) as response:
            if response.status < 300:
                return response.content(store.most)
            raise _refusal(place, response)
    except RedirectError as error:
        raise StoreError(str(error)) from error
    except TooLargeError as error:
        raise StoreError(f"{place}: {error}") from error
    except ExchangeError as error:
        raise _TransientError(f"{place}: cannot be reached: {error}") from error


def _refusal(place: str, response: HttpResponse) -> StoreError:
    line = response.excerpt()[:_FIRST_LINE]
    message = f"{place}: HTTP {response.status} {response.reason}{': ' if line else ''}{line}"
    if response.status in (401, 403):
        return StoreError(f"{message}; set {USER} and {PASSWORD}, or {TOKEN}")
    if response.status == 404:
        return _MissingError(message)
    return (_TransientError if response.status in _BUSY else StoreError)(message)
