"""SPARQL endpoint: from a protocol request to a response, through answer cache and worker pool."""

import asyncio
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from rdflib.namespace import SH

from onrecord.files.bundled import QUERIES
from onrecord.rdf.oxigraph import ResultRow
from onrecord.rdf.query_text.emptiness import are_of_nothing, has_one_row_always
from onrecord.releases.descriptions.usage import USAGE_GRAPH, asks_usage
from onrecord.releases.release import REMOTE, STORE, Release
from onrecord.releases.saved_query import Query, defaults_written, filled, read_queries
from onrecord_server.errors import RefusalError
from onrecord_server.sparql import response as responses
from onrecord_server.sparql.answer_cache import (
    Answer,
    AnswerCache,
    RequestKey,
    cache_key,
    etag_of,
)
from onrecord_server.sparql.formats import JSON, Format, offered
from onrecord_server.sparql.negotiation import choose, encoding, wants_html
from onrecord_server.sparql.protocol import METHODS, QueryOperation, Request, parse_request
from onrecord_server.sparql.query_guard import Dataset, admit, refuse_graphs
from onrecord_server.sparql.release_catalogue import ReleaseCatalogue
from onrecord_server.sparql.response import PUBLIC_HEADERS, Headers, Response
from onrecord_server.sparql.service_description import describe
from onrecord_server.workers.pool import LaneName, Pool

if TYPE_CHECKING:
    from onrecord.releases.hints import Usage

_LONGEST_LINK = 2000
_FOREVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"

_HINT_SECONDS = 0.25
_LONGEST_COUNT = 2_000
"""Bytes of an answer that is read to see whether it counts nothing."""
_MOST_HINTED = 1000
"""Queries whose hints are kept."""

_PLAIN = re.compile(rf"[\w%&=+.~*:/?@!$'(),;-]{{0,{_LONGEST_LINK}}}", re.ASCII)
"""Query string that needs no escaping in a Link header."""

_ORIGIN = re.compile(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)
"""Origin that an IRI may have."""

_GRAPHS = offered("graph")


class PreparedQuery(NamedTuple):
    """Checked query with everything that its answer depends on."""

    text: str
    release: Release
    format: Format
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    prefixes: Mapping[str, str] = MappingProxyType({})
    dataset: Dataset | None = None
    """The graphs that the text names with FROM and FROM NAMED."""
    columns: tuple[str, ...] = ()
    """Order of the variables, for `SELECT *`."""
    deterministic: bool = True
    """Whether the query has the same answer each time, so that it can be cached."""
    usage: str = ""
    """The graph of prefixes, examples and partitions, if the query asks for them."""
    unlimited: bool = False
    """Whether the row limit is lifted, as for the pages' own queries about one thing."""

    @property
    def key(self) -> bytes:
        """Key of the answer in the cache."""
        return cache_key(
            self.release.name,
            self.text,
            self.format.name,
            self.default,
            self.named,
            *(("whole",) if self.unlimited else ()),
        )


@dataclass(frozen=True, slots=True)
class _Store:
    path: str
    graphs: frozenset[str]


@lru_cache(maxsize=1)
def saved_query_files() -> tuple[Query, ...]:
    """Return the saved queries as their files have them, without the defaults of a release."""
    return tuple(read_queries(QUERIES))


class Endpoint:
    """SPARQL 1.1 endpoint over the releases in a folder."""

    def __init__(
        self,
        catalogue: ReleaseCatalogue,
        pool: Pool,
        answers: AnswerCache,
        address: str,
        public_url: str = "",
    ) -> None:
        self.catalogue = catalogue
        self.address = address
        self.public_url = public_url
        """What all addresses of the server begin with; empty to take the Host of each request."""
        self.pool = pool
        self.answer_cache = answers
        self._stores: dict[str, _Store] = {}
        self._queries: dict[str, tuple[Query, ...]] = {}
        self._usage: dict[str, Usage] = {}
        self._hints: OrderedDict[bytes, tuple[str, ...]] = OrderedDict()

    async def respond(self, request: Request) -> Response:
        """Return the response to a request, also for a refusal."""
        key = self._request_key(request)
        response = self.answer_cache.response(key) if key else None
        if response is None:
            response = await self._new_response(request)
            if key and response.cached and isinstance(response.body, bytes):
                self.answer_cache.put(key, response)
        return conditional(response, request.if_none_match)

    def _request_key(self, request: Request) -> RequestKey | None:
        """Return the cache key of a short GET request, None for other requests."""
        if request.method != "GET" or len(request.query_string) > _LONGEST_LINK:
            return None
        latest = self.catalogue.newest_name()
        # Only the description says at which address it was asked.
        origin = "" if "query=" in request.query_string else request.origin
        return latest, request.query_string, request.accept, request.accept_encoding, origin

    async def _new_response(self, request: Request) -> Response:
        try:
            if request.method == "OPTIONS":
                return responses.preflight_response(", ".join(METHODS))
            operation = parse_request(request, self.pool.limits)
            release = self.catalogue.release(operation.release)
            if not operation.query:
                response = await self._description_response(release, request, operation)
            else:
                response = await self._query_response(release, request, operation)
        except RefusalError as refusal:
            response = responses.refusal_response(refusal, request.accept)
        return response

    async def _query_response(
        self, release: Release, request: Request, operation: QueryOperation
    ) -> Response:
        prepared = await self.prepare(
            operation.query,
            release,
            request.accept,
            operation.format_names,
            operation.default,
            operation.named,
        )
        answer, cached = await self.answer(prepared)
        pinned = operation.release is not None
        caching = (_FOREVER if pinned else _FOR_NOW) if prepared.deterministic else "no-store"
        headers = _headers(answer, prepared, caching, request.query_string)
        hints = await self.hints_on(prepared, answer)
        headers += tuple(("X-Hint", _ascii(hint)) for hint in hints)
        response = Response(
            200,
            headers,
            answer.body,
            answer.size,
            answer.rows,
            release.name,
            cached,
            temporary=not prepared.deterministic,
        )
        return responses.compress(response, encoding(request.accept_encoding))

    async def _description_response(
        self, release: Release, request: Request, operation: QueryOperation
    ) -> Response:
        """Return the service description (SPARQL 1.1 Service Description, 2)."""
        format = choose(_GRAPHS, request.accept, operation.format_names)
        if format is None and wants_html(request.accept, _GRAPHS):
            format = _GRAPHS[0]
        if format is None:
            raise _not_acceptable(_GRAPHS, "service description")
        graphs = await self.graphs(release)
        queries = await self.saved_queries(release)
        address = self._address_asked(request, operation)
        base = str(release.manifest.get("base", ""))
        body = describe(release.path, release.name, address, graphs, queries, format, base)
        headers = (
            ("Content-Type", format.content_type),
            ("Cache-Control", _FOR_NOW),
            ("Vary", "Accept, Accept-Encoding"),
            ("X-Release", release.name),
            ("ETag", f'"{etag_of(body)}"'),
            ("Link", f'</sparql?release={release.name}>; rel="cite-as"'),
            *PUBLIC_HEADERS,
        )
        response = Response(200, headers, body, len(body), release=release.name)
        return responses.compress(response, encoding(request.accept_encoding))

    def _address_asked(self, request: Request, operation: QueryOperation) -> str:
        """Return the address at which a client that follows the description asks again.

        With a release it asks that release, as it did for the description.
        """
        asked = f"{request.origin}/sparql" if _ORIGIN.fullmatch(request.origin) else self.address
        address = f"{self.public_url}/sparql" if self.public_url else asked
        return f"{address}?release={operation.release}" if operation.release else address

    async def _store(self, release: Release) -> "_Store":
        """Return the path and the graphs of a release's store, which never change."""
        found = self._stores.get(release.name)
        if found is None:
            path = str(release.path / STORE)
            found = self._stores[release.name] = _Store(path, await self.pool.graphs(path))
        return found

    async def graphs(self, release: Release) -> frozenset[str]:
        """Return the names of the graphs in a release."""
        return (await self._store(release)).graphs

    def known_queries(self, release: Release) -> tuple[Query, ...] | None:
        """Return the same as `saved_queries` if it was found before, from any thread; else None."""
        return self._queries.get(release.name)

    async def saved_queries(self, release: Release) -> tuple[Query, ...]:
        """Return the saved queries with the defaults that follow from a release."""
        found = self.known_queries(release)
        if found is not None:
            return found
        queries, whole = [], True
        examples = await self._examples(release)
        for query in saved_query_files():
            text = examples.get(query.name, "")
            values = defaults_written(query, text)
            for default in () if text else query.defaults:
                try:
                    row = await self._first_row(default.text, release)
                except RefusalError:
                    # A release that is too large for it, or a server that is busy just now.
                    whole = False
                    continue
                values.update(zip(default.names, row, strict=False))
            queries.append(filled(query, values, str(release.manifest.get("base", ""))))
        if whole:
            self._queries[release.name] = tuple(queries)
        return tuple(queries)

    async def _examples(self, release: Release) -> dict[str, str]:
        """Return the texts of the saved queries that a release has for examples, by their names.

        Their defaults were found when it was built. An older release has none.
        """
        base = release.manifest.get("base", "")
        graph = f"{base}{USAGE_GRAPH}"
        if graph not in await self.graphs(release):
            return {}
        text = f"SELECT ?query ?text FROM <{graph}> {{ ?query <{SH.select}> ?text }}"  # noqa: S608
        try:
            rows = await self._rows(text, release)
        except RefusalError:
            return {}
        return {
            query.value.removeprefix(f"{base}q/"): text.value
            for query, text in rows
            if isinstance(query, ox.NamedNode) and isinstance(text, ox.Literal)
        }

    async def _first_row(self, text: str, release: Release) -> list[str]:
        """Return the values of the first row of a SELECT, none if it has no rows."""
        rows = await self._rows(text, release)
        row = rows[0] if rows else ()
        return [term.value for term in row if isinstance(term, ox.NamedNode | ox.Literal)]

    async def _rows(self, text: str, release: Release) -> list[ResultRow]:
        """Return the rows of a SELECT."""
        answer, _ = await self.answer(await self.prepare(text, release, JSON.media_type))
        body = answer.body if isinstance(answer.body, bytes) else answer.body.read_bytes()
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(results, ox.QuerySolutions):
            raise TypeError("only a SELECT has rows")
        return [tuple(row) for row in results]

    async def prepare(
        self,
        text: str,
        release: Release,
        accept: str,
        format_names: tuple[str, ...] = (),
        default: tuple[str, ...] | None = None,
        named: tuple[str, ...] | None = None,
    ) -> PreparedQuery:
        """Check a query and choose the format of its answer.

        Raises RefusalError: 400, 403 or 413 as `admit` does, 406 if no format is acceptable.
        """
        store = self._stores.get(release.name) or await self._store(release)
        graphs = store.graphs
        admission = admit(text, graphs, self.pool.limits)
        if default or named:
            refuse_graphs((*(default or ()), *(named or ())), graphs)
        offers = offered(admission.kind)
        format = choose(offers, accept, format_names)
        if format is None and wants_html(accept, offers):
            # A browser gets the first format, as this answer has no HTML page.
            format = offers[0]
        if format is None:
            raise _not_acceptable(offers, admission.form)
        return PreparedQuery(
            text,
            release,
            format,
            default,
            named,
            admission.prefixes if admission.kind == "graph" else {},
            admission.dataset,
            admission.columns,
            admission.deterministic,
            self._usage_graph(text, release, graphs) if default is None and named is None else "",
        )

    def _usage_graph(self, text: str, release: Release, graphs: frozenset[str]) -> str:
        """Return the graph that is asked beside the default graph; empty if that is enough."""
        graph = f"{release.manifest.get('base', '')}{USAGE_GRAPH}"
        return graph if graph in graphs and asks_usage(text) else ""

    async def hints_on(self, prepared: PreparedQuery, answer: Answer) -> tuple[str, ...]:
        """Return the hints on an answer; none if something was found."""
        return await self.hints(prepared) if _found_nothing(prepared, answer) else ()

    async def hints(self, prepared: PreparedQuery) -> tuple[str, ...]:
        """Return sentences that may explain why a query found nothing, from what the release has.

        They take at most a quarter of a second: what is not known by then is left out.
        """
        key = prepared.key
        if key in self._hints:
            return self._hints[key]
        loop = asyncio.get_running_loop()
        found, whole = await asyncio.to_thread(self._new_hints, prepared, loop)
        if whole:
            self._hints[key] = found
        if len(self._hints) > _MOST_HINTED:
            self._hints.popitem(last=False)
        return found

    def _new_hints(
        self, prepared: PreparedQuery, loop: asyncio.AbstractEventLoop
    ) -> tuple[tuple[str, ...], bool]:
        """Return hints, and whether there was time for all of them."""
        # To load the parser takes longer than all else that a server does to start, and what is
        # read once is not counted in the time of the first query that wants it.
        from onrecord.releases.hints import hints, usage_of

        release = prepared.release
        if release.name not in self._usage:
            self._usage[release.name] = usage_of(release)
            hints("ASK {}", self._usage[release.name], lambda _: [])
        deadline = time.monotonic() + _HINT_SECONDS
        whole = True

        def ask(text: str) -> list[ResultRow]:
            nonlocal whole
            rows = asyncio.wait_for(self._rows(text, release), deadline - time.monotonic())
            try:
                return asyncio.run_coroutine_threadsafe(rows, loop).result()
            except (RefusalError, TimeoutError):
                whole = False
                return []

        return tuple(hints(prepared.text, self._usage[release.name], ask)), whole

    async def answer(
        self, prepared: PreparedQuery, lane: LaneName = "light"
    ) -> tuple[Answer, bool]:
        """Return the answer to a query, and whether it was in the cache."""
        key = prepared.key
        cached = self.answer_cache.get(key) if prepared.deterministic else None
        if cached is not None:
            return cached, True
        release = prepared.release
        store = self._stores.get(release.name) or await self._store(release)
        job = self.pool.job(store.path, prepared.text, prepared.format.name)
        if prepared.default is not None:
            job["default"] = list(prepared.default)
        if prepared.named is not None:
            job["named"] = list(prepared.named)
        if prepared.dataset is not None:
            job["dataset"] = prepared.dataset
        if prepared.columns:
            job["columns"] = list(prepared.columns)
        if prepared.unlimited:
            job["rows"] = sys.maxsize
        if prepared.usage:
            job["usage"] = prepared.usage
        if prepared.prefixes:
            job["prefixes"] = dict(prepared.prefixes)
        result = await self.pool.evaluate(job, lane)
        body = result.body
        if isinstance(body, Path):
            size, etag = body.stat().st_size, await asyncio.to_thread(etag_of, body)
        else:
            size, etag = len(body), etag_of(body)
        answer = Answer(
            body,
            size,
            prepared.format.content_type,
            result.rows,
            result.limited,
            prepared.release.name,
            etag,
        )
        if prepared.deterministic:
            self.answer_cache.put(key, answer)
        return answer, False


def _found_nothing(prepared: PreparedQuery, answer: Answer) -> bool:
    """Return whether an answer has no rows, or one that counts nothing or says no."""
    if answer.rows != 1 or not isinstance(answer.body, bytes) or answer.size > _LONGEST_COUNT:
        return not answer.rows
    if prepared.format.name in ("csv", "tsv"):
        _, *lines = answer.body.decode().splitlines()
        values = [cell.strip('"') for line in lines for cell in re.split("[,\t]", line)]
    elif prepared.format.name in ("json", "xml"):
        format = ox.QueryResultsFormat.from_media_type(prepared.format.media_type)
        results = ox.parse_query_results(answer.body, format=format)
        if isinstance(results, ox.QueryBoolean):
            values = [str(bool(results)).lower()]
        else:
            values = [getattr(term, "value", "") for row in results for term in row]
    else:
        return False
    return are_of_nothing(values) and has_one_row_always(prepared.text)


def _headers(answer: Answer, prepared: PreparedQuery, caching: str, query_string: str) -> Headers:
    release = answer.release
    links = [f'<{_address(prepared, query_string)}>; rel="cite-as"']
    headers = [
        ("Content-Type", answer.content_type),
        ("Cache-Control", caching),
        ("Vary", "Accept, Accept-Encoding"),
        ("X-Release", release),
        *PUBLIC_HEADERS,
    ]
    if prepared.deterministic:
        headers.append(("ETag", f'"{answer.etag}"'))
    if answer.limited:
        headers.append(("X-Row-Limit", str(answer.rows)))
        if REMOTE not in prepared.release.manifest:
            links.append(f'</dumps/{release}/onrecord.nq>; rel="alternate"')
    headers.append(("Link", ", ".join(links)))
    return tuple(headers)


def _ascii(text: str) -> str:
    """Return a text as a header may hold it; other letters are percent-encoded (RFC 9110, 5.5)."""
    return quote(text, safe="".join(map(chr, range(32, 127))))


def _address(prepared: PreparedQuery, query_string: str) -> str:
    """Return the permanent address of an answer; that of its release if it would be too long."""
    if query_string.startswith("query=") and _PLAIN.fullmatch(query_string):
        pin = "" if "&release=" in query_string else f"&release={prepared.release.name}"
        return f"/sparql?{query_string}{pin}"
    parameters = [("query", prepared.text), ("release", prepared.release.name)]
    for name, graphs in (("default", prepared.default), ("named", prepared.named)):
        parameters += [(f"{name}-graph-uri", graph) for graph in graphs or ()]
    query = urlencode(parameters, quote_via=quote)
    if len(query) > _LONGEST_LINK:
        return f"/sparql?release={prepared.release.name}"
    return f"/sparql?{query}"


def conditional(response: Response, if_none_match: str) -> Response:
    """Return 304 in place of a response that the client has cached (RFC 9110, 13.1.2)."""
    if not if_none_match:
        return response
    headers = dict(response.headers)
    etag = headers.get("ETag")
    if etag is None:
        return response
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if etag not in known and "*" not in known:
        return response
    names = ("ETag", "Cache-Control", "Vary", "X-Release", "Link", *dict(PUBLIC_HEADERS))
    return Response(
        304,
        tuple((name, value) for name, value in response.headers if name in names),
        rows=response.rows,
        release=response.release,
        cached=response.cached,
    )


def _not_acceptable(offers: tuple[Format, ...], what: str) -> RefusalError:
    offer = ", ".join(format.media_type for format in offers)
    return RefusalError(406, f"{what} is offered as {offer}; ask for one of these")
