"""The endpoint: from a request to a response, by way of the answers that are kept and the pool."""

import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote, urlencode

from onrecord.releases.release import STORE, Release
from onrecord_server.errors import RefusalError
from onrecord_server.sparql import answer_cache as keeping
from onrecord_server.sparql import response as responses
from onrecord_server.sparql.answer_cache import Answer, Answers
from onrecord_server.sparql.formats import Format, offered
from onrecord_server.sparql.negotiation import choose, encoding, wants_html
from onrecord_server.sparql.protocol import Asked, Request, asked
from onrecord_server.sparql.query_guard import Dataset, admit, refuse_graphs
from onrecord_server.sparql.release_catalogue import Shelf
from onrecord_server.sparql.response import OPEN, Headers, Response
from onrecord_server.sparql.service_description import describe
from onrecord_server.workers.pool import LaneName, Pool

_LONGEST_LINK = 2000
_FOREVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"

_PLAIN = re.compile(rf"[\w%&=+.~*:/?@!$'(),;-]{{0,{_LONGEST_LINK}}}", re.ASCII)
"""A query string that can stand in a Link as it is."""

_GRAPHS = offered("graph")


class Question(NamedTuple):
    """A query with all that its answer depends on."""

    text: str
    release: Release
    format: Format
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    prefixes: Mapping[str, str] = MappingProxyType({})
    dataset: Dataset | None = None
    """What the text itself says of that, with FROM."""
    columns: tuple[str, ...] = ()
    """In which order to write variables, where the query does not say."""
    fixed: bool = True
    """Whether the answer is the same each time."""
    whole: bool = False
    """Whether the row limit is not for it, as for what our own pages say of one thing."""

    @property
    def key(self) -> bytes:
        """What the answer is kept under."""
        return keeping.key(
            self.release.name,
            self.text,
            self.format.name,
            self.default,
            self.named,
            *(("whole",) if self.whole else ()),
        )


@dataclass(frozen=True, slots=True)
class _Store:
    path: str
    graphs: frozenset[str]


class Endpoint:
    """Answers SPARQL over the releases in a folder."""

    def __init__(self, shelf: Shelf, pool: Pool, answers: Answers, address: str) -> None:
        self.shelf = shelf
        self.address = address
        self.pool = pool
        self.answers = answers
        self._stores: dict[str, _Store] = {}

    async def respond(self, request: Request) -> Response:
        """Return the response to a request; every refusal is one too."""
        try:
            if request.method == "OPTIONS":
                return _OPTIONS
            question = asked(request, self.pool.limits)
            release = self.shelf.release(question.release)
            if not question.query:
                response = await self._described(release, request, question)
            else:
                response = await self._answered(request, question, release)
        except RefusalError as refusal:
            response = responses.refused(refusal)
        return response

    async def _answered(self, request: Request, ask: Asked, release: Release) -> Response:
        question = await self.question(
            ask.query, release, request.accept, ask.wanted, ask.default, ask.named
        )
        answer, cached = await self.answer(question)
        pinned = ask.release is not None
        caching = (_FOREVER if pinned else _FOR_NOW) if question.fixed else "no-store"
        headers = _headers(answer, question, caching, request.query_string)
        response = Response(
            200,
            headers,
            answer.body,
            answer.size,
            answer.rows,
            release.name,
            cached,
            temporary=not question.fixed,
        )
        return conditional(
            responses.encoded(response, encoding(request.accept_encoding)), request.if_none_match
        )

    async def _described(self, release: Release, request: Request, ask: Asked) -> Response:
        """Return the service description (SPARQL 1.1 Service Description, 2)."""
        format = choose(_GRAPHS, request.accept, ask.wanted)
        if format is None and wants_html(request.accept, _GRAPHS):
            format = _GRAPHS[0]
        if format is None:
            raise _unwelcome(_GRAPHS, "service description")
        graphs = await self.graphs(release)
        body = describe(release.path, release.name, self.address, graphs, format)
        headers = (
            ("Content-Type", format.content_type),
            ("Cache-Control", _FOR_NOW),
            ("Vary", "Accept, Accept-Encoding"),
            ("X-Release", release.name),
            ("ETag", f'"{keeping.digest(body)}"'),
            ("Link", f'</sparql?release={release.name}>; rel="cite-as"'),
            *OPEN,
        )
        response = Response(200, headers, body, len(body), release=release.name)
        return conditional(
            responses.encoded(response, encoding(request.accept_encoding)), request.if_none_match
        )

    async def _store(self, release: Release) -> "_Store":
        """Return what there is to know of a release's store, which never changes."""
        found = self._stores.get(release.name)
        if found is None:
            path = str(release.path / STORE)
            found = self._stores[release.name] = _Store(path, await self.pool.graphs(path))
        return found

    async def graphs(self, release: Release) -> frozenset[str]:
        """Return the names of the graphs in a release."""
        return (await self._store(release)).graphs

    async def question(
        self,
        text: str,
        release: Release,
        accept: str,
        wanted: tuple[str, ...] = (),
        default: tuple[str, ...] | None = None,
        named: tuple[str, ...] | None = None,
    ) -> Question:
        """Return the question that a query is in one of its formats.

        Raises RefusalError 403 for what may not be asked, 406 where no format is welcome.
        """
        store = self._stores.get(release.name) or await self._store(release)
        graphs = store.graphs
        admission = admit(text, graphs, self.pool.limits)
        if default or named:
            refuse_graphs((*(default or ()), *(named or ())), graphs)
        offers = offered(admission.kind, admission.form)
        format = choose(offers, accept, wanted)
        if format is None and wants_html(accept, offers):
            # What a browser shows where no page is made of the answer.
            format = offers[0]
        if format is None:
            raise _unwelcome(offers, admission.form)
        return Question(
            text,
            release,
            format,
            default,
            named,
            admission.prefixes if admission.kind == "graph" else {},
            admission.dataset,
            admission.columns,
            admission.fixed,
        )

    async def answer(self, question: Question, lane: LaneName = "light") -> tuple[Answer, bool]:
        """Return the answer to a question, and whether it was kept from before."""
        key = question.key
        kept = self.answers.get(key) if question.fixed else None
        if kept is not None:
            return kept, True
        release = question.release
        store = self._stores.get(release.name) or await self._store(release)
        job = self.pool.job(store.path, question.text, question.format.name)
        if question.default is not None:
            job["default"] = list(question.default)
        if question.named is not None:
            job["named"] = list(question.named)
        if question.dataset is not None:
            job["dataset"] = question.dataset
        if question.columns:
            job["columns"] = list(question.columns)
        if question.whole:
            job["rows"] = sys.maxsize
        if question.prefixes:
            job["prefixes"] = dict(question.prefixes)
        result = await self.pool.ask(job, lane)
        body = result.body
        if isinstance(body, Path):
            size, etag = body.stat().st_size, await asyncio.to_thread(keeping.digest, body)
        else:
            size, etag = len(body), keeping.digest(body)
        answer = Answer(
            body,
            size,
            question.format.content_type,
            result.rows,
            result.limited,
            question.release.name,
            etag,
        )
        if question.fixed:
            self.answers.put(key, answer)
        return answer, False


def _headers(answer: Answer, question: Question, caching: str, query_string: str) -> Headers:
    release = answer.release
    links = [f'<{_address(question, query_string)}>; rel="cite-as"']
    headers = [
        ("Content-Type", answer.content_type),
        ("Cache-Control", caching),
        ("Vary", "Accept, Accept-Encoding"),
        ("X-Release", release),
        *OPEN,
    ]
    if question.fixed:
        headers.append(("ETag", f'"{answer.etag}"'))
    if answer.limited:
        headers.append(("X-Row-Limit", str(answer.rows)))
        if "elsewhere" not in question.release.manifest:
            links.append(f'</dumps/{release}/onrecord.nq>; rel="alternate"')
    headers.append(("Link", ", ".join(links)))
    return tuple(headers)


def _address(question: Question, query_string: str) -> str:
    """Return the address at which the same answer will be found in years, or its release's."""
    if query_string.startswith("query=") and _PLAIN.fullmatch(query_string):
        pin = "" if "&release=" in query_string else f"&release={question.release.name}"
        return f"/sparql?{query_string}{pin}"
    parameters = [("query", question.text), ("release", question.release.name)]
    for name, graphs in (("default", question.default), ("named", question.named)):
        parameters += [(f"{name}-graph-uri", graph) for graph in graphs or ()]
    query = urlencode(parameters, quote_via=quote)
    if len(query) > _LONGEST_LINK:
        return f"/sparql?release={question.release.name}"
    return f"/sparql?{query}"


def conditional(response: Response, if_none_match: str) -> Response:
    """Return 304 in place of a response that the client has already (RFC 9110, 13.1.2)."""
    if not if_none_match:
        return response
    headers = dict(response.headers)
    etag = headers.get("ETag")
    if etag is None:
        return response
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if etag not in known and "*" not in known:
        return response
    kept = ("ETag", "Cache-Control", "Vary", "X-Release", "Link", *dict(OPEN))
    return Response(
        304,
        tuple((name, value) for name, value in response.headers if name in kept),
        rows=response.rows,
        release=response.release,
        cached=response.cached,
    )


def _unwelcome(offers: tuple[Format, ...], what: str) -> RefusalError:
    offer = ", ".join(format.media_type for format in offers)
    return RefusalError(406, f"{what} is offered as {offer}; ask for one of these")


_OPTIONS = Response(
    204,
    (
        ("Allow", "GET, HEAD, OPTIONS, POST"),
        ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS, POST"),
        ("Access-Control-Allow-Headers", "Accept, Accept-Encoding, Content-Type, If-None-Match"),
        ("Access-Control-Max-Age", "86400"),
        *OPEN,
    ),
)
