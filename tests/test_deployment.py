"""Deployment: the page shows the files in `deploy/`, and the proxies pass what they should."""

import gzip
import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from conftest import REPOSITORY, require_command
from endpoint_release import NAME, Reply, Server, free_port, served, write_release

DEPLOY = REPOSITORY / "deploy"
PAGE = (REPOSITORY / "docs" / "deployment.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"\[deploy/([^\]]+)\]\(\.\./deploy/\1\):\n\n```\w*\n(.*?)```", PAGE, re.DOTALL)
DEBIAN = {"nginx": "nginx-light", "caddy": "caddy", "systemd-analyze": "systemd"}
ROWS = "SELECT * { " + " ".join(f"VALUES ?{x} {{ %s }}" for x in "abc") + " }"
LARGE = ROWS % ((" ".join(f'"{number:060}"' for number in range(40)),) * 3)
"""A query of 64,000 rows, 12 MB."""


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_the_page_shows_each_file_as_it_is(path: Path) -> None:
    assert dict(BLOCKS).get(path.name) == path.read_text(encoding="utf-8")


def test_the_unit_is_valid(tmp_path: Path) -> None:
    analyze = require_command("systemd-analyze", DEBIAN["systemd-analyze"])
    unit = (DEPLOY / "onrecord.service").read_text()
    # The command need not be installed where this is tested.
    program = shutil.which("true")
    copy = tmp_path / "onrecord.service"
    copy.write_text(unit.replace("/opt/onrecord/bin/onrecord", str(program)))
    result = subprocess.run([analyze, "verify", str(copy)], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a small release."""
    folder = tmp_path_factory.mktemp("behind")
    with served(folder, write_release(folder / "releases"), workers=1) as running:
        yield running


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The TLS port of a proxy before the server, set up as its file in `deploy/` says."""
    name = request.param
    program = require_command(name, DEBIAN[name])
    folder = tmp_path_factory.mktemp(name)
    port = free_port()
    command = PROXIES[name](program, folder, port, server.port)
    with running(command, folder, port):
        yield port


def nginx(program: str, folder: Path, port: int, backend: int) -> list[str]:
    subprocess.run(
        [
            require_command("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=onrecord.example",
            "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    site = changed(
        (DEPLOY / "nginx.conf").read_text(),
        {
            "127.0.0.1:8000": f"127.0.0.1:{backend}",
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen [::]:443 ssl http2;": "",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen [::]:80;": "",
            "/etc/letsencrypt/live/onrecord.example/fullchain.pem": str(folder / "cert.pem"),
            "/etc/letsencrypt/live/onrecord.example/privkey.pem": str(folder / "key.pem"),
        },
    )
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its processes would be another user's, who may not write in this folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{site}}}\n"
    )
    return [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]


def caddy(program: str, folder: Path, port: int, backend: int) -> list[str]:
    site = changed(
        (DEPLOY / "Caddyfile").read_text(),
        {"127.0.0.1:8000": f"127.0.0.1:{backend}", "onrecord.example {": f"localhost:{port} {{"},
    )
    alone = "{\nadmin off\nlocal_certs\nskip_install_trust\nauto_https disable_redirects\n}\n"
    (folder / "Caddyfile").write_text(alone + site)
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES: dict[str, Callable[[str, Path, int, int], list[str]]] = {"nginx": nginx, "caddy": caddy}


def changed(text: str, values: dict[str, str]) -> str:
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run a proxy in a folder of its own until the block ends."""
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **homes}
        )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                assert fetch(port, "/healthz").status == 200
                break
            except OSError:
                said = (folder / "output").read_text()
                assert process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def fetch(
    port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> Reply:
    """Send a request over TLS to a proxy whose certificate is its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("localhost", port, timeout=60, context=context)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, names)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def test_a_query_is_answered_by_get_and_by_both_kinds_of_post(proxy: int) -> None:
    query = "ASK { ?s ?p ?o }"
    form, plain = "application/x-www-form-urlencoded", "application/sparql-query"
    replies = [
        fetch(proxy, f"/sparql?{urlencode({'query': query})}"),
        fetch(proxy, "/sparql", "POST", urlencode({"query": query}).encode(), Content_Type=form),
        fetch(proxy, "/sparql", "POST", query.encode(), Content_Type=plain),
    ]
    assert [reply.status for reply in replies] == [200] * 3
    assert len({reply.body for reply in replies}) == 1


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+xml"])
def test_the_format_that_is_asked_for_comes_with_all_that_is_said_of_it(
    server: Server, proxy: int, accept: str
) -> None:
    path = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
    direct = server.fetch(path, headers={"Accept": accept})
    passed = fetch(proxy, path, Accept=accept)
    assert passed.media_type == accept
    assert passed.body == direct.body
    for name in (
        "Content-Type", "Content-Length", "ETag", "Cache-Control", "X-Release", "Link",
        "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    ):  # fmt: skip
        assert passed.headers[name] == direct.headers[name], name
    assert passed.headers["X-Release"] == NAME
    again = fetch(proxy, path, Accept=accept, If_None_Match=passed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_a_page_of_another_origin_may_ask(server: Server, proxy: int) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    direct = server.fetch("/sparql", method="OPTIONS", headers=asked)
    passed = fetch(proxy, "/sparql", "OPTIONS", **asked)
    assert passed.status == direct.status
    allowed = [name for name in direct.headers if name.lower().startswith("access-control-")]
    assert len(allowed) >= 3
    for name in allowed:
        assert passed.headers[name] == direct.headers[name]


def test_a_large_answer_comes_whole_and_compressed_for_who_asks(proxy: int) -> None:
    path = f"/sparql?{urlencode({'query': LARGE})}"
    whole = fetch(proxy, path, Accept="text/csv")
    assert whole.status == 200
    assert len(whole.body) == int(whole.headers["Content-Length"]) > 10_000_000
    short = fetch(proxy, path, Accept="text/csv", Accept_Encoding="gzip")
    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.body) == whole.body


def test_the_longest_queries_come_through(proxy: int) -> None:
    address = "SELECT * { ?s ?p ?o } #" + "x" * (32_000 - 23)
    assert fetch(proxy, f"/sparql?query={quote(address)}").status == 200
    body = "SELECT * { ?s ?p ?o } #" + "é" * 125_000
    form = urlencode({"query": body}).encode()
    kind = "application/x-www-form-urlencoded"
    assert len(form) > 700_000
    assert fetch(proxy, "/sparql", "POST", form, Content_Type=kind).status == 200


def test_a_refusal_has_its_reason(server: Server, proxy: int) -> None:
    path = f"/sparql?{urlencode({'query': 'SELECT * { SERVICE <http://x/> { ?s ?p ?o } }'})}"
    assert fetch(proxy, path).status == 403
    assert fetch(proxy, path).body == server.fetch(path).body


def test_the_numbers_of_the_server_are_not_public(server: Server, proxy: int) -> None:
    assert server.fetch("/metrics").status == 200
    assert fetch(proxy, "/metrics").status == 404
