"""HTTP client: one request and response with a time limit, a size limit and cancellation.

It uses the adapter of requests without its sessions: it follows no redirect, keeps no cookie, reads
no password from `.netrc`, and trusts the certificates of the operating system.
"""

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from requests.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from onrecord.errors import OnRecordError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_Certificate = str | tuple[str, str] | None
_CHUNK = 1 << 16
"""Bytes read at once, and the limit for the body of an error response."""


class ExchangeError(OnRecordError):
    """A request without a complete response."""


class UnreachableError(ExchangeError):
    """The server cannot be reached, or the connection breaks."""


class TimeLimitError(ExchangeError):
    """The time limit passes before the response is complete."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no whole response within {seconds:g} seconds")


class CancelledError(ExchangeError):
    """Another thread has cancelled the exchange."""


class IncompleteError(ExchangeError):
    """The response ends before its declared length."""


class TooLargeError(ExchangeError):
    """The response is larger than the size limit."""


class RedirectError(ExchangeError):
    """The response is a redirect, which the client does not follow."""

    def __init__(self, address: str, location: str) -> None:
        with suppress(ValueError):  # an invalid Location is shown unchanged
            location = urljoin(address, location)
        super().__init__(f"{address}: has moved to {location}, name that address")
        self.location = location
        """The address in full, if the response gives one that can be."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and password, or a bearer token; by default none."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    preemptive: bool = False
    """Whether to send the password (Basic) without waiting for a challenge."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request: method, address, headers and body."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response; its body can be read until the exchange ends."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """Names are case-insensitive."""
    body: IO[bytes]

    @property
    def media_type(self) -> str:
        """The media type of Content-Type in lower case, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def content(self, limit: int) -> bytes:
        """Return the whole body. Raises TooLargeError if it has more than `limit` bytes."""
        data = self.body.read(limit + 1)
        if len(data) > limit:
            raise TooLargeError(f"the response has more than {limit} bytes, which is the limit")
        return data

    def excerpt(self) -> str:
        """Return the start of the body as one line of text, for error messages.

        Of problem details (RFC 9457) it is what they say of this occurrence.
        """
        text = self.body.read(_CHUNK).decode("utf-8", "replace")
        if self.media_type == "application/problem+json":
            with suppress(ValueError, KeyError, TypeError):
                text = str(json.loads(text)["detail"])
        return " ".join(text.split())


class Cancellation:
    """Cancels an exchange from another thread by shutting down its connection.

    It works while the exchange waits for the response header, so a store can stop evaluating the
    query. Name resolution and TLS handshakes are ended by the time limit only.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._error: Callable[[], ExchangeError] | None = None

    def cancel(self, error: Callable[[], ExchangeError] = CancelledError) -> None:
        """End the exchange with an error; if called again, the first error is kept."""
        with self._lock:
            self._error = self._error or error
            self._cut()

    def raise_if_cancelled(self) -> None:
        """Raise the error of the cancellation if there was one."""
        if self._error is not None:
            raise self._error()

    def attach(self, descriptor: int | None) -> None:
        """Attach a connection by its file descriptor, replacing the previous one; None detaches."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            # A duplicate below TLS, which no other thread closes.
            self._connection = (
                None if descriptor is None else socket.socket(fileno=os.dup(descriptor))
            )
            if self._error is not None:
                self._cut()

    def _cut(self) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the peer closed it first
                self._connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def exchange(
    request: HttpRequest,
    credentials: Credentials,
    seconds: float,
    cancellation: Cancellation | None = None,
    connected: Callable[[str], None] | None = None,
) -> Iterator[HttpResponse]:
    """Send a request and yield its response, of any status except a redirect.

    `connected` is called with the IP address of each connection before a request is sent over it;
    it may raise an error, which ends the exchange.

    Raises ExchangeError, also while the body is read. The time limit covers the whole block, so a
    server that sends single bytes slowly cannot extend it.
    """
    cancellation = cancellation or Cancellation()
    timer = threading.Timer(seconds, cancellation.cancel, (partial(TimeLimitError, seconds),))
    timer.daemon = True
    timer.start()
    try:
        with closing(_Adapter(cancellation, connected)) as adapter:
            with _translated_errors(cancellation, seconds):
                response = _send(adapter, request, credentials, seconds)
            with closing(response):
                # A cut connection looks like the end of the header.
                cancellation.raise_if_cancelled()
                if response.is_redirect:
                    raise RedirectError(request.address, response.headers["Location"])
                body = BufferedReader(_Body(response, cancellation, seconds))
                yield HttpResponse(response.status_code, response.reason, response.headers, body)
    finally:
        timer.cancel()
        cancellation.attach(None)


def _send(
    adapter: "_Adapter", request: HttpRequest, credentials: Credentials, seconds: float
) -> requests.Response:
    """Send a request; after a challenge (RFC 9110, section 11), once more with the password."""
    # As bytes: requests would encode text in Latin-1.
    basic = HTTPBasicAuth(credentials.user.encode(), credentials.password.encode())
    digest = HTTPDigestAuth(credentials.user, credentials.password)
    prepared = requests.Request(
        request.method,
        request.address,
        {"User-Agent": "onrecord", "Connection": "close", **request.headers},
        data=request.body,
        auth=basic if credentials.preemptive and credentials.user else digest,
    ).prepare()
    if credentials.token:
        prepared.headers["Authorization"] = f"Bearer {credentials.token}"
    proxies = get_environ_proxies(request.address)
    # `all_proxy` is mostly SOCKS, which needs another package.
    proxies.pop("all", None)

    def send() -> requests.Response:
        return adapter.send(prepared, stream=True, timeout=seconds, proxies=proxies)

    response = send()
    if response.status_code != 401 or not credentials.user:
        return response
    challenge = response.headers.get("WWW-Authenticate", "").lower()
    if "digest" in challenge:
        response.close()  # requests would read the whole body otherwise
        with suppress(KeyError):  # a challenge without realm or nonce
            return digest.handle_401(response, stream=True, timeout=seconds, proxies=proxies)
    elif "basic" in challenge and not credentials.preemptive:
        response.close()
        prepared.prepare_auth(basic)
        return send()
    return response


class _Adapter(HTTPAdapter):
    """Transport adapter that attaches each connection to a cancellation."""

    def __init__(
        self, cancellation: Cancellation, connected: Callable[[str], None] | None = None
    ) -> None:
        super().__init__()

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                if connected is not None:
                    connected(str(self.sock.getpeername()[0]))
                cancellation.attach(self.sock.fileno())

        class SecureConnection(Connection, HTTPSConnection):
            """TLS connection; `Connection.connect` calls `HTTPSConnection.connect` by the MRO."""

        self._connections = {"http": Connection, "https": SecureConnection}

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        proxies: dict[str, str] | None = None,
        cert: _Certificate = None,
    ) -> HTTPConnectionPool:
        """Return a connection pool that uses the connection classes of this adapter."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        pool.ConnectionCls = self._connections[pool.scheme]
        return pool

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: _Certificate = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return the pool key attributes, with Python's default TLS context."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            tls["ssl_context"] = ssl.create_default_context()
        return host, tls

    def cert_verify(self, conn: object, url: str, verify: bool | str, cert: _Certificate) -> None:
        """Do nothing, so that the certificates bundled with requests are not used."""


class _Body(RawIOBase):
    """Raw response body; reads fail once the exchange is cancelled or out of time."""

    def __init__(
        self, response: requests.Response, cancellation: Cancellation, seconds: float
    ) -> None:
        self._received = response
        self._cancellation = cancellation
        self._seconds = seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        with _translated_errors(self._cancellation, self._seconds):
            data: bytes = self._received.raw.read(min(len(view), _CHUNK))
        # A cut connection looks like the end of a body without a length.
        self._cancellation.raise_if_cancelled()
        view[: len(data)] = data
        return len(data)


@contextmanager
def _translated_errors(cancellation: Cancellation, seconds: float) -> Iterator[None]:
    """Translate errors of sockets, HTTP and the libraries into ExchangeError."""
    try:
        yield
    except (OSError, HTTPException, HTTPError) as error:
        cancellation.raise_if_cancelled()
        cause: BaseException = error
        # The libraries' messages repeat the address; the innermost cause is the useful part.
        while isinstance(cause, requests.RequestException | HTTPError) and (
            inner := cause.__cause__ or cause.__context__
        ):
            cause = inner
        if isinstance(cause, TimeoutError):
            raise TimeLimitError(seconds) from error
        if isinstance(cause, IncompleteRead):
            raise IncompleteError("the response ends early") from error
        raise UnreachableError(str(cause) or type(cause).__name__) from error
