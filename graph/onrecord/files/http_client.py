"""HTTP client: one request and its response, within a time and a size, and to be cancelled.

Requests does the work, without its sessions: no redirect is followed, no cookie kept, no password
read from `.netrc`, and the certificates are those that this machine trusts.
"""

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
_PIECE = 1 << 16
"""Bytes that are read at once, and the most of a refusal that is read."""


class ExchangeError(OnRecordError):
    """A request that gets no whole response."""


class UnreachableError(ExchangeError):
    """There is no connection, or it breaks."""


class TimeLimitError(ExchangeError):
    """The time is up before the response is whole."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no whole response within {seconds:g} seconds")


class CancelledError(ExchangeError):
    """Another thread has cancelled the exchange."""


class IncompleteError(ExchangeError):
    """The response ends before it is whole."""


class TooLargeError(ExchangeError):
    """The response is larger than what may be read into memory."""


class RedirectError(ExchangeError):
    """The response is a redirect; none is followed."""

    def __init__(self, address: str, location: str) -> None:
        with suppress(ValueError):  # what is no address is shown as it is
            location = urljoin(address, location)
        super().__init__(f"{address}: has moved to {location}, name that address")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a name and a password, or a token, or nobody."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    preemptive: bool = False
    """Whether the password is sent (Basic) before the server has said how it wants it."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What comes back; its body is to be read before the exchange ends."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """By names in any case."""
    body: IO[bytes]

    @property
    def media_type(self) -> str:
        """The type that the header states, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def content(self, most: int) -> bytes:
        """Return the whole body. Raises TooLargeError where it has more than `most` bytes."""
        data = self.body.read(most + 1)
        if len(data) > most:
            raise TooLargeError(f"the response has more than {most} bytes, which is the limit")
        return data

    def line(self) -> str:
        """Return the start of the body as one line of text, to say why a request was refused."""
        return " ".join(self.body.read(_PIECE).decode("utf-8", "replace").split())


class Cancellation:
    """Ends an exchange from another thread by cutting its connection.

    Also while the exchange waits for the header of a response: a store that evaluates a query then
    sees that nobody waits. Names and handshakes have only their time limit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._error: Callable[[], ExchangeError] | None = None

    def cancel(self, error: Callable[[], ExchangeError] = CancelledError) -> None:
        """End the exchange with an error; the first one counts."""
        with self._lock:
            self._error = self._error or error
            self._cut()

    def require_going_on(self) -> None:
        """Raise the error that the exchange was ended with, if it was."""
        if self._error is not None:
            raise self._error()

    def hold(self, descriptor: int | None) -> None:
        """Take the descriptor of a connection in the place of the one before, or of none."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            # One of our own, beneath TLS, that no other thread closes.
            self._connection = (
                None if descriptor is None else socket.socket(fileno=os.dup(descriptor))
            )
            if self._error is not None:
                self._cut()

    def _cut(self) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the other side was first
                self._connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def exchange(
    request: HttpRequest,
    credentials: Credentials,
    seconds: float,
    cancellation: Cancellation | None = None,
) -> Iterator[HttpResponse]:
    """Send a request and give its response, of any status but a redirect.

    Raises ExchangeError, also while the body is read. The time counts from here to the end of the
    block; a server that sends a byte now and then gains nothing.
    """
    cancellation = cancellation or Cancellation()
    timer = threading.Timer(seconds, cancellation.cancel, (partial(TimeLimitError, seconds),))
    timer.daemon = True
    timer.start()
    try:
        with closing(_Adapter(cancellation)) as adapter:
            with _failures(cancellation, seconds):
                received = _send(adapter, request, credentials, seconds)
            with closing(received):
                # A header seems to end where its connection was cut.
                cancellation.require_going_on()
                if received.is_redirect:
                    raise RedirectError(request.address, received.headers["Location"])
                body = BufferedReader(_Body(received, cancellation, seconds))
                yield HttpResponse(received.status_code, received.reason, received.headers, body)
    finally:
        timer.cancel()
        cancellation.hold(None)


def _send(
    adapter: "_Adapter", request: HttpRequest, credentials: Credentials, seconds: float
) -> requests.Response:
    """Send a request, and once more with a password where the response asks for one."""
    # As bytes, since requests would encode text in Latin-1.
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
    # A proxy for all schemes is mostly SOCKS, which would want another package.
    proxies.pop("all", None)

    def sent() -> requests.Response:
        return adapter.send(prepared, stream=True, timeout=seconds, proxies=proxies)

    received = sent()
    if received.status_code != 401 or not credentials.user:
        return received
    challenge = received.headers.get("WWW-Authenticate", "").lower()
    if "digest" in challenge:
        received.close()  # which would be read whole otherwise, however long it is
        with suppress(KeyError):  # a challenge that lacks its realm or nonce
            return digest.handle_401(received, stream=True, timeout=seconds, proxies=proxies)
    elif "basic" in challenge and not credentials.preemptive:
        received.close()
        prepared.prepare_auth(basic)
        return sent()
    return received


class _Adapter(HTTPAdapter):
    """What connects for an exchange, so that a cancellation holds the connection."""

    def __init__(self, cancellation: Cancellation) -> None:
        super().__init__()

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                cancellation.hold(self.sock.fileno())

        class SecureConnection(Connection, HTTPSConnection):
            """The same with TLS, which comes next in the order of its classes."""

        self._connections = {"http": Connection, "https": SecureConnection}

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        proxies: dict[str, str] | None = None,
        cert: _Certificate = None,
    ) -> HTTPConnectionPool:
        """Return what gives connections to a server or proxy, of the classes of this adapter."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        pool.ConnectionCls = self._connections[pool.scheme]
        return pool

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: _Certificate = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return how to connect: with the certificates that Python trusts on this machine."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            tls["ssl_context"] = ssl.create_default_context()
        return host, tls

    def cert_verify(self, conn: object, url: str, verify: bool | str, cert: _Certificate) -> None:
        """Add no certificates of requests' own to those of this machine."""


class _Body(RawIOBase):
    """The body of a response, which is read until it ends or the exchange does."""

    def __init__(
        self, received: requests.Response, cancellation: Cancellation, seconds: float
    ) -> None:
        self._received = received
        self._cancellation = cancellation
        self._seconds = seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        with _failures(self._cancellation, self._seconds):
            data: bytes = self._received.raw.read(min(len(view), _PIECE))
        # A body without a length seems to end where its connection was cut.
        self._cancellation.require_going_on()
        view[: len(data)] = data
        return len(data)


@contextmanager
def _failures(cancellation: Cancellation, seconds: float) -> Iterator[None]:
    """Turn what the network, HTTP and the libraries raise into one of our errors."""
    try:
        yield
    except (OSError, HTTPException, HTTPError) as error:
        cancellation.require_going_on()
        cause: BaseException = error
        # The libraries' own words have the address in them, and the cause in brackets.
        while isinstance(cause, requests.RequestException | HTTPError) and (
            deeper := cause.__cause__ or cause.__context__
        ):
            cause = deeper
        if isinstance(cause, TimeoutError):
            raise TimeLimitError(seconds) from error
        if isinstance(cause, IncompleteRead):
            raise IncompleteError("the response ends early") from error
        raise UnreachableError(str(cause) or type(cause).__name__) from error
