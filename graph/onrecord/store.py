"""A SPARQL 1.1 store elsewhere, as `push` speaks to it: query, update and graph store protocol."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
from rdflib import Graph
from rdflib.plugins.parsers.notation3 import BadSyntax

from onrecord.errors import OnRecordError, UsageError

USER, PASSWORD, TOKEN = "ONRECORD_STORE_USER", "ONRECORD_STORE_PASSWORD", "ONRECORD_STORE_TOKEN"
"""The environment variables that say who asks."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Term | None, ...]

_BUSY = frozenset((429, 502, 503, 504))
_FIRST_LINE = 300
"""Characters of what a store says that are shown."""


class StoreError(OnRecordError):
    """A store cannot be reached, or refuses what it is told."""


class _MomentaryError(StoreError):
    """What may be gone when it is tried again."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a name and a password, or a token, or nobody."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Store:
    """The addresses of a store."""

    query: str
    update: str
    graphs: str = ""
    """Where its graphs are put (SPARQL 1.1 Graph Store HTTP Protocol); empty to use updates."""
    credentials: Credentials = field(default_factory=Credentials)
    timeout: float = 120.0
    """Seconds for one request."""
    pauses: tuple[float, ...] = (0.5, 2.0, 8.0)
    """Seconds to wait before each further try, where the store is busy or away."""


def credentials_from(environment: Mapping[str, str] = os.environ) -> Credentials:
    """Return the credentials that the environment has. Raises UsageError for half of them."""
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if bool(user) != bool(password):
        raise UsageError(f"{USER} and {PASSWORD} go together, set both or neither")
    return Credentials(user, password, environment.get(TOKEN, ""))


def require_address(address: str) -> str:
    """Return an address if it is one of the web, without a name and password in it."""
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


def select(store: Store, text: str) -> list[Row]:
    """Return the rows of a SELECT. Raises StoreError."""
    body = urlencode({"query": text}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/sparql-results+json",
    }
    data = _send(store, "POST", store.query, body, headers)
    rows = _rows(data)
    if isinstance(rows, str):
        raise StoreError(f"{store.query}: the answer is no rows in SPARQL JSON: {rows}")
    return rows


def _rows(data: bytes) -> list[Row] | str:
    """Return rows, or why there are none.

    The engine's rows must not outlive their thread, and the traceback of an error would keep them.
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
    data = _send(store, "GET", store.query, None, {"Accept": "text/turtle"})
    try:
        return Graph().parse(data=data, format="turtle")
    except BadSyntax as error:
        raise StoreError(f"{store.query}: its service description is not Turtle") from error


def asks_for_digest(store: Store) -> bool:
    """Return whether a store wants a password as a digest, and not as it is."""
    request = urllib.request.Request(f"{store.query}?query=ASK%7B%7D")  # noqa: S310
    try:
        with _opened(replace(store, credentials=Credentials()), request):
            return False
    except urllib.error.HTTPError as error:
        with error:
            scheme = error.headers.get("WWW-Authenticate", "").partition(" ")[0]
        return scheme.lower() == "digest"
    except OSError as error:
        raise StoreError(f"{store.query}: cannot be reached: {error}") from error


def add_triples(store: Store, graph: str, triples: bytes) -> None:
    """Add triples (N-Triples, no blank nodes) to a graph; doing it twice does no harm."""
    if store.graphs:
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        _send(store, "POST", _address_of(store, graph), triples, headers)
    else:
        _update(store, b"INSERT DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), triples))


def drop_graph(store: Store, graph: str) -> None:
    """Remove a graph, if there is one."""
    if store.graphs:
        _send(store, "DELETE", _address_of(store, graph), None, {}, missing_is_fine=True)
    else:
        _update(store, b"DROP SILENT GRAPH <%b>" % graph.encode())


def _address_of(store: Store, graph: str) -> str:
    joint = "&" if "?" in store.graphs else "?"
    return f"{store.graphs}{joint}graph={quote(graph, safe='')}"


def _update(store: Store, text: bytes) -> None:
    _send(store, "POST", store.update, text, {"Content-Type": "application/sparql-update"})


def _send(
    store: Store,
    method: str,
    address: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    missing_is_fine: bool = False,
) -> bytes:
    """Send a request, again where the store is busy; all that is sent may be sent twice."""
    for pause in (*store.pauses, None):
        request = urllib.request.Request(address, body, dict(headers), method=method)  # noqa: S310
        try:
            with _explained(address), _opened(store, request) as response:
                return response.read()
        except _MissingError:
            if missing_is_fine:
                return b""
            raise
        except _MomentaryError:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("the last try either returns or raises")


class _MissingError(StoreError):
    """There is nothing at the address."""


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Turn what HTTP and the network say into one line."""
    place = address.partition("?")[0]
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            said = " ".join(error.read().decode("utf-8", "replace").split())[:_FIRST_LINE]
        message = f"{place}: HTTP {error.code} {error.reason}{': ' if said else ''}{said}"
        if error.code in (401, 403):
            raise StoreError(f"{message}; set {USER} and {PASSWORD}, or {TOKEN}") from error
        if error.code == 404:
            raise _MissingError(message) from error
        kind = _MomentaryError if error.code in _BUSY else StoreError
        raise kind(message) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise _MomentaryError(f"{place}: cannot be reached: {reason}") from error


@contextmanager
def _opened(store: Store, request: urllib.request.Request) -> Iterator[IO[bytes]]:
    credentials = store.credentials
    if credentials.token:
        # Not sent along to another host, as an ordinary header would be.
        request.add_unredirected_header("Authorization", f"Bearer {credentials.token}")
    opener = opener_to(store, request.full_url)
    with opener.open(request, timeout=store.timeout) as response:
        yield response


def _root(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


def opener_to(
    store: Store, address: str, *handlers: urllib.request.BaseHandler
) -> urllib.request.OpenerDirector:
    """Return what opens an address of a store: it answers who asks, and follows no redirect.

    One for each request: Python's digest handler counts every 404 as a wrong password.
    """
    credentials = store.credentials
    if credentials.user:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, _root(address), credentials.user, credentials.password)
        basic = urllib.request.HTTPBasicAuthHandler(passwords)
        handlers = (*handlers, _Digest(passwords), basic)
    return urllib.request.build_opener(NoRedirects(), *handlers)


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Python leaves the answer that asked for a password open."""

    def http_error_401(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
    ) -> object:
        """Send the request once more, with the answer to the challenge."""
        response: object = fp
        try:
            response = super().http_error_401(req, fp, code, msg, headers)
        finally:
            # Without a second answer the first is what is raised, and still to be read.
            if response is not None:
                fp.close()
        return response


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Python would make a GET of a POST, which is no update and yet answered with 200."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Raise StoreError, whatever it is and wherever it leads."""
        fp.close()
        raise StoreError(f"{req.full_url}: has moved to {newurl}, name that address")
