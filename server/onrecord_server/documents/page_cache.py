"""Pages and answers of releases, which stay valid because a release never changes.

One cache for each server process. A page depends on the newest release, the address with its host,
what the client accepts, and the day, which some pages name.
"""

from collections import OrderedDict
from datetime import date

from flask import Response, request

_OVERHEAD = 1000
"""Bytes of a page in the cache without its body."""
_DATA = frozenset({"saved", "openapi"})
"""Blueprints whose answers in other formats are kept, too."""
_MOST = 1 << 20
"""Bytes of an answer in another format that is kept."""
_CONDITIONS = ("Range", "If-Match", "If-Unmodified-Since", "If-Range")

PageKey = tuple[str, ...]


class PageCache:
    """Least recently used pages, of at most `memory` bytes."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._used = 0
        self._pages: OrderedDict[PageKey, Response] = OrderedDict()

    def get(self, key: PageKey) -> Response | None:
        """Return a copy of a page, 304 if the client has it; None if it is not cached."""
        page = self._pages.get(key)
        if page is None:
            return None
        self._pages.move_to_end(key)
        copy = Response(page.data, page.status_code, page.headers.copy())
        if copy.headers.get("ETag"):
            copy.make_conditional(request)
        return copy

    def put(self, key: PageKey, page: Response) -> None:
        """Add a page."""
        self._used += _size(page) - _size(self._pages.pop(key, None))
        self._pages[key] = Response(page.data, page.status_code, page.headers.copy())
        while self._used > self._memory:
            self._used -= _size(self._pages.popitem(last=False)[1])


def _size(page: Response | None) -> int:
    return 0 if page is None else len(page.data) + _OVERHEAD


def page_key(newest: str) -> PageKey | None:
    """Return what the page depends on that is asked for; None if it must be made again."""
    if request.method != "GET" or any(name in request.headers for name in _CONDITIONS):
        return None
    if request.cache_control.no_cache or request.cache_control.no_store:
        return None
    accept = request.headers.get("Accept", "")
    return newest, request.url, accept, date.today().isoformat()


def may_be_kept(page: Response) -> bool:
    """Return whether a response is a whole one, of a release or the ontology, for anybody."""
    kept = page.headers.get("Cache-Control", "")
    is_data = request.blueprint in _DATA and (page.content_length or _MOST + 1) <= _MOST
    return (
        page.status_code == 200
        and (page.mimetype == "text/html" or is_data)
        and ("X-Release" in page.headers or request.blueprint == "vocabulary")
        and not ("no-store" in kept or "private" in kept)
        and not page.is_streamed
    )
