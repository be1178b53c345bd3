"""A remote SPARQL endpoint, asked over HTTP by SPARQLWrapper."""

import json
import warnings
from ast import literal_eval
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPException
from importlib.metadata import version
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from SPARQLWrapper import ASK, CONSTRUCT, DESCRIBE, JSON, POST, SELECT, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from onrecord.releases.ask import QueryError, read_answer
from onrecord.releases.query_result import QueryResult
from onrecord.releases.remote.sparql_client import StoreError, require_address

_FIRST_LINE = 300
"""Characters of what an endpoint says that are shown."""
_ROW_LIMIT = "x-row-limit"
"""The header by which an onrecord server says that it has cut an answer off."""
_HINT = "x-hint"
"""The header by which it says what may explain that there are no rows."""


@dataclass(frozen=True, slots=True)
class SparqlEndpoint:
    """Where queries are sent."""

    address: str
    release: str | None
    """The name of the release that an onrecord server is to answer from; None for its newest."""
    timeout: int
    """Seconds that the endpoint may let wait."""


def endpoint_at(address: str, release: str | None, timeout: int) -> SparqlEndpoint:
    """Return the endpoint at an address; a server's root, which ends in `/`, has it at `sparql`."""
    parts = urlsplit(require_address(address))
    if not parts.path.strip("/"):
        address = f"{parts.scheme}://{parts.netloc}/sparql"
    elif parts.path.endswith("/") and not parts.query:
        address = f"{address}sparql"
    return SparqlEndpoint(address, release, timeout)


def ask_endpoint(endpoint: SparqlEndpoint, text: str) -> QueryResult:
    """Ask an endpoint a query.

    Raises QueryError for what is no query and for one that the endpoint refuses as such, StoreError
    if it cannot be reached or does not answer. Warns if it has cut the answer off.
    """
    client = SPARQLWrapper(endpoint.address, agent=f"onrecord/{version('onrecord')}")
    client.setMethod(POST)
    client.setTimeout(endpoint.timeout)
    if endpoint.release is not None:
        client.addParameter("release", endpoint.release)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it cannot tell is refused here, in one line
        client.setQuery(text)
        if client.queryType not in (SELECT, ASK, CONSTRUCT, DESCRIBE):
            # It would be sent to change the store.
            raise QueryError("only queries are asked here, no updates")
        of_graph = client.queryType in (CONSTRUCT, DESCRIBE)
        client.setReturnFormat(TURTLE if of_graph else JSON)
        answer, limit, hints = _answer(client, endpoint.address)
    try:
        result = replace(_read(answer, limit), hints=hints)
    except (SyntaxError, ValueError, TypeError) as error:
        raise StoreError(f"{endpoint.address}: {_unreadable(client)}: {error}") from error
    if limit is not None:
        warnings.warn(
            f"{endpoint.address} has cut the answer off after {limit:,} rows", stacklevel=4
        )
    return result


def _unreadable(client: SPARQLWrapper) -> str:
    form = "Turtle" if client.queryType in (CONSTRUCT, DESCRIBE) else "SPARQL results in JSON"
    return f"the answer is no {form}"


def _answer(client: SPARQLWrapper, address: str) -> tuple[object, int | None, tuple[str, ...]]:
    """Return what SPARQLWrapper makes of the answer, the row limit that cut it off, and hints."""
    try:
        found = client.query()
        limit = str(found.info().get(_ROW_LIMIT, ""))
        hints = tuple(map(unquote, found.response.headers.get_all(_HINT, ())))
        return found.convert(), int(limit) if limit.isdecimal() else None, hints
    except SPARQLWrapperException as error:
        refusal = error.__context__
        if isinstance(refusal, HTTPError):
            refusal.close()
            said = _response(error) or refusal.reason
            kind = QueryError if refusal.code == 400 else StoreError
            raise kind(f"{address}: {refusal.code}: {_first_line(said)}") from error
        raise StoreError(f"{address}: {_first_line(str(error))}") from error
    except HTTPError as error:
        said = error.read(_FIRST_LINE).decode("utf-8", "replace")
        error.close()
        raise StoreError(f"{address}: {error.code}: {_first_line(said) or error.reason}") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise StoreError(f"{address}: cannot be reached: {_first_line(str(reason))}") from error
    except Exception as error:  # convert() calls JSON, XML and RDF parsers without a common error
        raise StoreError(f"{address}: {_unreadable(client)}: {_first_line(str(error))}") from error


def _response(error: SPARQLWrapperException) -> str:
    """Return what an endpoint said, which SPARQLWrapper shows as bytes at the end of a message."""
    with suppress(ValueError, SyntaxError):
        said = literal_eval(str(error).partition("Response:\n")[2])
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else ""
    return ""


def _first_line(said: str) -> str:
    return said.partition("\n")[0].strip()[:_FIRST_LINE]


def _read(answer: object, limit: int | None) -> QueryResult:
    """Return the result that JSON or Turtle says. Raises SyntaxError, ValueError or TypeError."""
    if isinstance(answer, bytes):
        return read_answer(ox.parse(answer, format=ox.RdfFormat.TURTLE), limit)
    if not isinstance(answer, dict):
        raise TypeError(f"it came as {type(answer).__name__}")
    text = json.dumps(answer)
    return read_answer(ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON), limit)
