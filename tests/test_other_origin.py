"""A page of another origin, in Chromium, reads every address that docs/endpoint.md lists.

With headers that need a preflight: Comunica's `Accept` of 300 bytes, `If-None-Match`, `Range`.
"""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import pytest

from conftest import require_command
from endpoint_release import Server
from test_http import BROWSER, ROWS

COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;"
    "q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/json;q=0.225,"
    "text/html;q=0.2,application/xhtml+xml;q=0.18,application/xml;q=0.135,text/xml;q=0.135,"
    "image/svg+xml;q=0.1,*/*;q=0.05"
)
READABLE = ("ETag", "Link", "X-Release", "Last-Modified", "Cache-Control")
PAGE = """<!doctype html><title>elsewhere</title><script>
const asked = %s;
async function ask({address, options}) {
  try {
    const response = await fetch(address, {...options, cache: "no-store"});
    await response.arrayBuffer();
    const headers = Object.fromEntries(response.headers);
    return {status: response.status, redirected: response.redirected, headers};
  } catch (error) {
    return {failure: String(error)};
  }
}
(async () => {
  const found = [];
  for (const each of asked) found.push(await ask(each));
  await fetch("/found", {method: "POST", body: JSON.stringify(found)});
})();
</script>"""

Asked = dict[str, object]


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    """A server over the sample."""
    return sample_server


def asked_in_chromium(asked: list[Asked], folder: Path) -> list[dict[str, object]]:
    """Return what a page of another origin finds, asking one after another."""
    chromium = require_command("chromium", "chromium")
    found: Queue[bytes] = Queue()

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (PAGE % json.dumps(asked)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            found.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        command = [
            *(chromium, "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={folder / 'profile'}"),
            *("--remote-debugging-port=0", f"http://127.0.0.1:{elsewhere.server_port}/"),
        ]
        quiet = subprocess.DEVNULL
        browser = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        try:
            answers: list[dict[str, object]] = json.loads(found.get(timeout=240))
        finally:
            browser.terminate()
            browser.wait(30)
            elsewhere.shutdown()
    return answers


def test_a_page_of_another_origin_reads_every_address(server: Server, tmp_path: Path) -> None:
    host = server.address.removesuffix("/sparql")
    release = json.loads(server.fetch("/healthz").body)["release"]
    names = (("NAME", "no-longer-ahead"), ("TOPIC", "flare-parity"), ("RELEASE", release))
    asked, expected = list[Asked](), list[tuple[str, int, str, str]]()
    for address, accept, status, media_type, headers in ROWS:
        for word, value in names:
            address = address.replace(word, value)
        accept = BROWSER if accept == "a browser's" else accept or "*/*"
        sent = {"Accept": accept, "X-Requested-With": "a page", "Cache-Control": "no-cache"}
        asked.append({"address": host + address, "options": {"headers": sent}})
        expected.append((f"{address} {accept}", int(status), media_type, headers))
    found = asked_in_chromium(asked, tmp_path)
    assert len(found) == len(expected) > 100
    for (what, status, media_type, headers), answer in zip(expected, found, strict=True):
        assert "failure" not in answer, what
        if answer["redirected"]:
            assert 300 <= status < 400, what
            continue
        read = answer["headers"]
        assert isinstance(read, dict)
        assert (answer["status"], read["content-type"].partition(";")[0]) == (status, media_type)
        for name in READABLE:
            assert f"`{name}" not in headers or name.lower() in read, (what, name)


def test_requests_that_need_a_preflight_are_answered(server: Server, tmp_path: Path) -> None:
    host = server.address.removesuffix("/sparql")
    etag = server.fetch("/claim/no-longer-ahead.ttl").headers["ETag"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    text = {"Content-Type": "application/sparql-query"}
    cases: list[tuple[str, dict[str, object], int]] = [
        *((path, {"headers": {"Accept": COMUNICA}}, 200)
          for path in ("/claim/no-longer-ahead", "/ns", "/code", "/topic/", "/.well-known/void",
                       "/", "/sparql", "/sparql?query=ASK%7B%7D")),
        ("/claim/no-longer-ahead.ttl", {"headers": {"If-None-Match": etag}}, 304),
        ("/dumps/latest/onrecord.nq", {"headers": {"Range": "bytes=0-9"}}, 206),
        ("/dumps/latest/onrecord.nq", {"headers": {"Range": "bytes=999999999-"}}, 416),
        ("/sparql", {"method": "POST", "headers": form, "body": "query=ASK%7B%7D"}, 200),
        ("/sparql", {"method": "POST", "headers": text, "body": "ASK{}"}, 200),
        ("/sparql", {"method": "POST", "headers": text, "body": "ASK{"}, 400),
        ("/claim/no-longer-ahead.ttl", {"method": "HEAD"}, 200),
        ("/claim/none", {"headers": {"Accept": "application/json", "X-Requested-With": "x"}}, 404),
    ]  # fmt: skip
    asked: list[Asked] = [{"address": host + path, "options": each} for path, each, _ in cases]
    found = asked_in_chromium(asked, tmp_path)
    for (path, each, status), answer in zip(cases, found, strict=True):
        assert answer.get("status") == status, (path, each, answer)
        read = answer["headers"]
        assert isinstance(read, dict)
        if status in (206, 416):
            assert read["content-range"].startswith("bytes ")
