"""The HTTP client: within its limits whatever a server does, and discreet about who asks."""

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import sleep

import pytest

from conftest import require_command
from onrecord.files.http_client import (
    Cancellation,
    CancelledError,
    Credentials,
    HttpRequest,
    IncompleteError,
    RedirectError,
    TimeLimitError,
    TooLargeError,
    UnreachableError,
    exchange,
)
from scripted_server import Peer, Scripted, scripted_server
from small_store import basic

OK = "HTTP/1.1 200 OK\r\n"
WITH_LENGTH = f"{OK}Content-Length: 10\r\n\r\n"
IN_CHUNKS = f"{OK}Transfer-Encoding: chunked\r\n\r\n"
TO_THE_END = f"{OK}Connection: close\r\n\r\n"
NOBODY, TOKEN = Credentials(), Credentials("", "", "t0ken")
ANA = Credentials("ana", "s3cret ü€")
DIGEST = 'Digest realm="mill", nonce="1", qop="auth"'


def read(
    server: Scripted,
    credentials: Credentials = NOBODY,
    *,
    seconds: float = 30,
    most: int = 1 << 20,
    cancellation: Cancellation | None = None,
    scheme: str = "http",
    begun: Event | None = None,
) -> tuple[int, bytes]:
    request = HttpRequest("POST", f"{scheme}://127.0.0.1:{server.port}/query", body=b"ASK {}")
    with exchange(request, credentials, seconds, cancellation) as response:
        if begun is not None:
            begun.set()
        return response.status, response.content(most)


def says(text: str) -> Callable[[Peer], None]:
    return lambda peer: peer.send(text)


TEN_BYTES = pytest.mark.parametrize(
    "text",
    [
        f"{WITH_LENGTH}0123456789",
        f"{IN_CHUNKS}4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n",
        f"{TO_THE_END}0123456789",
    ],
    ids=["length", "chunks", "to the end"],
)


@TEN_BYTES
def test_a_whole_response_is_given(text: str) -> None:
    with scripted_server(says(text)) as server:
        assert read(server, most=10) == (200, b"0123456789")
        (peer,) = server.seen
        assert peer.request.endswith("\r\n\r\nASK {}")
        assert peer.headers["user-agent"] == "onrecord"
        assert not {"authorization", "cookie"} & set(peer.headers)


@pytest.mark.parametrize(
    "text",
    [f"{WITH_LENGTH}012345678", f"{IN_CHUNKS}4\r\n0123\r\n6\r\n45", f"{IN_CHUNKS}4\r\n0123\r\n"],
    ids=["length", "in a chunk", "between chunks"],
)
def test_a_response_that_ends_early_is_none(text: str) -> None:
    with scripted_server(says(text)) as server, pytest.raises(IncompleteError, match="ends early"):
        read(server)


@pytest.mark.parametrize("text", ["", "nonsense\r\n\r\n"])
def test_what_is_no_response_is_said_without_the_address(text: str) -> None:
    with scripted_server(says(text)) as server, pytest.raises(UnreachableError) as error:
        read(server)
    assert str(error.value)
    assert str(server.port) not in str(error.value)


def test_a_server_that_is_not_there_is_said_without_the_address() -> None:
    with scripted_server() as server:
        pass
    with pytest.raises(UnreachableError, match="Connection refused") as error:
        read(server)
    assert str(server.port) not in str(error.value)


@TEN_BYTES
def test_a_body_over_the_limit_is_not_given(text: str) -> None:
    with (
        scripted_server(says(text)) as server,
        pytest.raises(TooLargeError, match="more than 9 bytes"),
    ):
        read(server, most=9)


@pytest.mark.parametrize(
    "head",
    ["", "HTTP/1.1 ", f"{OK}X-Long: ", f"{OK}Content-Length: 1000\r\n\r\n", TO_THE_END],
    ids=["nothing", "status", "header", "body", "body to the end"],
)
def test_a_server_that_drips_is_left_when_the_time_is_up(head: str) -> None:
    def drip(peer: Peer) -> None:
        peer.send(head)
        if not head:
            peer.await_end()
        peer.connection.settimeout(0.05)
        for _ in range(400):
            peer.send("0")
            try:
                if not peer.connection.recv(1):
                    break
            except TimeoutError:
                continue
        else:
            return
        peer.gone.set()

    with scripted_server(drip) as server:
        with pytest.raises(TimeLimitError, match=r"within 0\.3 seconds"):
            read(server, seconds=0.3)
        assert server.gone.wait(30)


@pytest.mark.parametrize(
    "text",
    ["", OK, f"{WITH_LENGTH}0123", f"{IN_CHUNKS}4\r\n0123\r\n", f"{TO_THE_END}0123"],
    ids=["before the header", "in the header", "with length", "in chunks", "to the end"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_exchange_can_be_cancelled_at_any_moment(
    scheme: str, text: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server sees the connection closed, which is how a store ends a query."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    cancellation, begun = Cancellation(), Event()

    def wait(peer: Peer) -> None:
        peer.send(text)
        if "\r\n\r\n" in text:
            assert begun.wait(30)
        # So that the client is at reading, most times.
        sleep(0.1)
        cancellation.cancel()
        peer.await_end()

    with scripted_server(wait, tls(certificate) if scheme == "https" else None) as server:
        with pytest.raises(CancelledError):
            read(server, seconds=300, cancellation=cancellation, scheme=scheme, begun=begun)
        assert server.gone.wait(10)


def test_an_exchange_that_was_cancelled_before_it_began_sends_nothing() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with scripted_server(says(f"{WITH_LENGTH}0123456789")) as server:
        with pytest.raises(CancelledError):
            read(server, cancellation=cancellation)
        assert server.seen == []


def challenge(scheme: str) -> Callable[[Peer], None]:
    """Ask who it is, and send whoever says so elsewhere."""

    def answer(peer: Peer) -> None:
        if scheme and "authorization" not in peer.headers:
            peer.send(
                f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {scheme}\r\n"
                "Content-Length: 0\r\n\r\n"
            )
        else:
            peer.send(f"{OK}Content-Length: 0\r\n\r\n")

    return answer


@pytest.mark.parametrize(
    ("credentials", "scheme", "shown"),
    [
        (NOBODY, "", [""]),
        (ANA, "", [""]),
        (ANA, "Basic realm=mill", ["", basic(ANA.user, ANA.password)]),
        (ANA, DIGEST, ["", 'Digest username="ana"']),
        (ANA, f"Basic realm=mill\r\nWWW-Authenticate: {DIGEST}", ["", 'Digest username="ana"']),
        (ANA, "Digest nonce=1", [""]),
        (ANA, "Negotiate", [""]),
        (Credentials("ana", "s3cret", preemptive=True), "", [basic("ana", "s3cret")]),
        (TOKEN, "", ["Bearer t0ken"]),
    ],
    ids=[
        "nobody", "not asked", "basic", "digest", "either", "no realm", "another", "preemptive",
        "token",
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_are_shown_as_asked_for_and_to_nobody_else(
    credentials: Credentials, scheme: str, shown: list[str], status: int
) -> None:
    """Neither where a redirect leads: it is not followed."""
    with scripted_server() as other, scripted_server(challenge(scheme)) as server:
        wanted = 401 if scheme and shown == [""] else 200
        assert read(server, credentials) == (wanted, b"")
        assert len(server.seen) == len(shown)
        for peer, start in zip(server.seen, shown, strict=True):
            assert peer.headers.get("authorization", "").startswith(start)
            assert start or "authorization" not in peer.headers

        target = f"http://127.0.0.1:{other.port}/query"
        moved = says(f"HTTP/1.1 {status} Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
        asks = server.script
        server.script = lambda peer: (asks if scheme and len(server.seen) == 1 else moved)(peer)
        server.seen.clear()
        if wanted == 200:
            with pytest.raises(RedirectError, match=f"/query: has moved to {target}, name that"):
                read(server, credentials)
        assert other.seen == []


@pytest.mark.parametrize("location", ["/new", "http://[", "file:///etc/passwd"])
def test_a_redirect_is_told_wherever_it_leads(location: str) -> None:
    text = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n"
    with scripted_server(says(text)) as server, pytest.raises(RedirectError) as error:
        read(server)
    place = f"http://127.0.0.1:{server.port}"
    target = f"{place}/new" if location == "/new" else location
    assert str(error.value) == f"{place}/query: has moved to {target}, name that address"


def test_a_body_that_asks_for_a_password_is_not_read_to_its_end() -> None:
    """Requests would read it whole before it answers a digest."""

    def ask(peer: Peer) -> None:
        if "authorization" in peer.headers:
            peer.send(f"{OK}Content-Length: 0\r\n\r\n")
        else:
            peer.send(f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {DIGEST}\r\n\r\nfor ever")
            peer.await_end()

    with scripted_server(ask) as server:
        assert read(server, ANA) == (200, b"")
        assert server.gone.wait(30)


def test_the_environment_gives_proxies_and_no_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    answers = says(f"{WITH_LENGTH}0123456789")
    with scripted_server(answers) as server, scripted_server(answers) as proxy:
        read(server)
        assert "authorization" not in server.seen[0].headers
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        read(server)
        assert (len(server.seen), len(proxy.seen)) == (1, 1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate of loopback that it has signed itself."""
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    openssl = require_command("openssl", "openssl")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=loopback", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_is_trusted_whom_this_machine_trusts(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_server(says(f"{WITH_LENGTH}0123456789"), tls(certificate)) as server:
        with pytest.raises(UnreachableError, match="self-signed certificate"):
            read(server, scheme="https")
        assert server.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert read(server, scheme="https") == (200, b"0123456789")
