"""Fetching: a page or document by its address, within limits, where robots.txt allows it.

Only public addresses are asked, unless the user says otherwise: of each redirect the host is looked
up, and of each connection the address it was made to is checked before anything is sent.
"""

import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from time import monotonic
from urllib.parse import SplitResult, urlsplit, urlunsplit

from requests.utils import get_environ_proxies

from onrecord.archiving.robots import AGENT, Permission, permission
from onrecord.archiving.robots import LARGEST as LARGEST_ROBOTS
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

SECONDS = 30.0
"""Time for one address with all its redirects."""
LARGEST = 32 * 1024 * 1024
"""Maximum size in bytes of what is fetched."""
_MOST_REDIRECTS = 5
_NAT64 = ip_network("64:ff9b::/96")
_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
    "Accept-Encoding": "identity",
}


class FetchError(OnRecordError):
    """What an address names cannot be fetched, or must not be."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server has sent for an address."""

    asked: str
    """The address that was named."""
    address: str
    """The one that sent it, after redirects."""
    at: datetime
    status: int
    reason: str
    headers: Mapping[str, str]
    data: bytes
    robots: tuple[str, ...]
    """What the robots.txt of each host said, `address: rule`."""

    @property
    def media_type(self) -> str:
        """The media type that the server gives, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that the server gives, empty if it gives none."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'")
        return ""


def is_address(text: str) -> bool:
    """Return whether an argument is meant as an address, not as a file."""
    return "://" in text


@dataclass(slots=True)
class Fetcher:
    """Fetches addresses one after another, and reads each robots.txt once."""

    private: bool = False
    """Whether addresses of private networks and of this machine may be asked."""
    _robots: dict[str, str] = field(default_factory=dict)

    def fetch(self, address: str) -> Fetched:
        """Return what an address names. Raises FetchError, or UsageError for no such address."""
        deadline = monotonic() + SECONDS
        told: list[str] = []
        here = _without_fragment(address)
        for _ in range(_MOST_REDIRECTS + 1):
            self._require_public(here)
            said = self._permission(here, deadline)
            told.append(f"{_robots_of(here)}: {said.rule}")
            if not said.allowed:
                raise FetchError(
                    f"{here}: the site's robots.txt does not allow it ({said.rule}); ask the"
                    " publisher, or save the page in a browser and add the file"
                )
            try:
                response = self._get(here, deadline, LARGEST)
            except RedirectError as error:
                here = _without_fragment(error.location)
                continue
            except ExchangeError as error:
                raise FetchError(f"{here}: {error}") from error
            if response.status != 200:
                raise FetchError(f"{here}: the server says {response.status} {response.reason}")
            return Fetched(
                address, here, datetime.now(UTC), response.status, response.reason,
                {name.lower(): value for name, value in response.headers.items()},
                response.data, tuple(told),
            )  # fmt: skip
        raise FetchError(f"{address}: more than {_MOST_REDIRECTS} redirects")

    def _require_public(self, address: str) -> None:
        parts = _parts(address)
        if self.private:
            return
        try:
            found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            if _is_proxied(address):
                return  # the proxy looks the host up
            raise FetchError(f"{address}: no such host {parts.hostname}") from error
        for *_, name in found:
            self._require_public_ip(str(name[0]))

    def _require_public_ip(self, name: str) -> None:
        if not self.private and not _is_public(name):
            raise FetchError(
                f"{name}: an address of a private network or of this machine; --private allows it"
            )

    def _permission(self, address: str, deadline: float) -> Permission:
        """Return what the site's robots.txt says; without one (4xx) everything is allowed."""
        robots = _robots_of(address)
        if robots not in self._robots:
            self._robots[robots] = self._robots_text(robots, deadline)
        return permission(self._robots[robots], address)

    def _robots_text(self, address: str, deadline: float) -> str:
        here = address
        for _ in range(_MOST_REDIRECTS + 1):
            self._require_public(here)
            try:
                response = self._get(here, deadline, LARGEST_ROBOTS)
            except RedirectError as error:
                here = _without_fragment(error.location)
                continue
            except TooLargeError:
                return ""
            except ExchangeError as error:
                raise FetchError(f"{address}: {error}, so nothing is fetched there") from error
            if response.status >= 500 or response.status == 429:
                raise FetchError(
                    f"{address}: the server says {response.status} {response.reason}, so nothing is"
                    " fetched there now; try again later"
                )
            return response.data.decode("utf-8", "replace") if response.status == 200 else ""
        return ""

    def _get(self, address: str, deadline: float, limit: int) -> "_Answer":
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise FetchError(f"{address}: no whole response within {SECONDS:g} seconds")
        request = HttpRequest("GET", address, _HEADERS)
        # over a proxy, the connection is to the proxy, which may well be in our own network
        check = None if _is_proxied(address) else self._require_public_ip
        with exchange(request, Credentials(), seconds, connected=check) as sent:
            data = _content(sent, limit) if sent.status == 200 else b""
            return _Answer(sent.status, sent.reason, dict(sent.headers), data)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    reason: str
    headers: Mapping[str, str]
    data: bytes


def _content(response: HttpResponse, limit: int) -> bytes:
    """Return the body of a response, unpacked if it is packed although that was not asked for."""
    data = response.content(limit)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ExchangeError(f"the response is packed as {encoding}, which was not asked for")
    try:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        unpacked = unpacker.decompress(data, limit + 1)
    except zlib.error:
        with suppress(zlib.error):
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # without a header, as some servers do
            unpacked = unpacker.decompress(data, limit + 1)
            return _within(unpacked, limit)
        raise ExchangeError(f"the response is no {encoding}, as it says") from None
    return _within(unpacked, limit)


def _within(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise TooLargeError(f"the response unpacks to more than {limit} bytes, which is the limit")
    return data


def _parts(address: str) -> SplitResult:
    """Return the parts of an address. Raises UsageError if it is none of the web."""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise UsageError(
            f"{address}: not an address that can be fetched, name one that begins with https:// or"
            " http://, without a password in it"
        )
    return parts


def _without_fragment(address: str) -> str:
    return urlunsplit(_parts(address)._replace(fragment=""))


def _robots_of(address: str) -> str:
    parts = _parts(address)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def _is_proxied(address: str) -> bool:
    proxies = get_environ_proxies(address)
    return _parts(address).scheme in proxies


def _is_public(name: str) -> bool:
    """Return whether an IP address is one of the public internet, also where IPv6 wraps IPv4."""
    found = ip_address(name.partition("%")[0])
    wrapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found in _NAT64:
        wrapped = ip_address(int(found) & 0xFFFFFFFF)
    if wrapped is not None and not wrapped.is_global:
        return False
    return found.is_global and not found.is_multicast
