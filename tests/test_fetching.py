"""Fetching: which addresses are asked, what robots.txt says, and how much is taken."""

import gzip
import socket
from typing import Any

import pytest

from onrecord.archiving import fetching
from onrecord.archiving.fetching import Fetcher, FetchError
from onrecord.archiving.robots import permission
from onrecord.errors import UsageError
from scripted_server import Peer, scripted_server


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "https://",
        "http://user:secret@example.org/",
        "http://[::1",
        "gopher://example.org",
    ],
)
def test_only_addresses_of_the_web_are_fetched(address: str) -> None:
    with pytest.raises(UsageError, match="not an address that can be fetched"):
        Fetcher().fetch(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.1",
        "100.64.0.1", "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "224.0.0.1", "localhost", "2130706433", "127.1",
    ],
)  # fmt: skip
def test_no_private_address_is_asked(host: str) -> None:
    with pytest.raises(FetchError, match=r"private network or of this machine|no such host"):
        Fetcher().fetch(f"http://{host}/")


def test_the_address_connected_to_is_checked_whatever_was_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when it is looked up, and private when it is connected to."""
    look_up = socket.getaddrinfo
    asked = []

    def rebinding(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return look_up(host, port, *rest, **more)
        asked.append(port)
        # our own look-up has no port, the one of the connection has
        return look_up("93.184.215.14" if port is None else "127.0.0.1", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with scripted_server(lambda peer: peer.send("HTTP/1.1 404 x\r\n\r\n")) as server:
        with pytest.raises(FetchError, match=r"127\.0\.0\.1: an address of a private network"):
            Fetcher().fetch(f"http://rebinding.example:{server.port}/")
        assert server.seen == []
    assert asked[-1] == server.port


def answering(robots: str, page: bytes) -> Any:
    def script(peer: Peer) -> None:
        if " /robots.txt " in peer.request:
            peer.send(robots)
        else:
            peer.connection.sendall(page)

    return script


NO_ROBOTS = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "the server says 503 Busy, so nothing"),
        ("HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n", "429 Slow down, so nothing"),
        ("", "so nothing is fetched there"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"
            "User-agent: onrecord\r\nDisallow: /news\r\n\r\n",
            "robots.txt does not allow it (Disallow: /news)",
        ),
    ],
)
def test_without_leave_nothing_is_fetched(robots: str, said: str) -> None:
    with (
        scripted_server(answering(robots, b"")) as server,
        pytest.raises(FetchError) as refused,
    ):
        Fetcher(private=True).fetch(f"http://127.0.0.1:{server.port}/news/1")
    assert said in str(refused.value)
    assert len(server.seen) == 1


def test_a_response_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 1_000_000)
    packed = gzip.compress(b" " * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    with (
        scripted_server(answering(NO_ROBOTS, head.encode() + packed)) as server,
        pytest.raises(FetchError, match="unpacks to more than 1000000 bytes"),
    ):
        Fetcher(private=True).fetch(f"http://127.0.0.1:{server.port}/")


def test_a_packed_response_is_unpacked_and_a_large_one_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = gzip.compress(b"<p>x</p>")
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=koi8-r\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    with scripted_server(answering(NO_ROBOTS, head.encode() + packed)) as server:
        got = Fetcher(private=True).fetch(f"http://127.0.0.1:{server.port}/a#b")
        assert (got.data, got.media_type, got.charset) == (b"<p>x</p>", "text/html", "koi8-r")
        assert got.address.endswith("/a")
        monkeypatch.setattr(fetching, "LARGEST", 5)
        with pytest.raises(FetchError, match="more than 5 bytes"):
            Fetcher(private=True).fetch(f"http://127.0.0.1:{server.port}/a")


ROBOTS = """\
# a comment
User-agent: other
Disallow: /

User-agent: OnRecord/1.0
User-agent: third
Disallow: /a
Allow: /a/b
Disallow: /*.pdf$
Disallow: /q?x=
Disallow: /%7Eme

User-agent: onrecord
Disallow: /late

User-agent: *
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/", "no rule for it"),
        ("/a", "Disallow: /a"),
        ("/abc", "Disallow: /a"),
        ("/a/b/c", "Allow: /a/b"),
        ("/x.pdf", "Disallow: /*.pdf$"),
        ("/x.pdf.html", "no rule for it"),
        ("/q?x=1", "Disallow: /q?x="),
        ("/q?y=1", "no rule for it"),
        ("/~me", "Disallow: /%7Eme"),
        ("/late", "Disallow: /late"),
    ],
)
def test_which_rule_of_a_robots_txt_decides(path: str, rule: str) -> None:
    said = permission(ROBOTS, f"https://example.org{path}")
    assert said.rule == rule
    assert said.allowed is not rule.startswith("Disallow")


def test_without_a_group_of_ours_that_of_all_decides() -> None:
    assert permission("User-agent: *\nDisallow: /x", "https://e.org/x/y").rule == "Disallow: /x"
    assert permission("User-agent: *\nDisallow:", "https://e.org/x").allowed
    assert permission("Disallow: /x", "https://e.org/x").allowed
