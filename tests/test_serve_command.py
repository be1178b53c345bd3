"""`onrecord serve` as a command: what it says, and when."""

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from endpoint_release import Server, free_port, write_release
from onrecord.cli.main import main
from sample_release import SAMPLE

CLINIC = Path(__file__).parent / "clinic"
SERVE = [sys.executable, "-m", "onrecord", "serve"]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[Server, str]]:
    """Run the command; give its server and the first line that it prints."""
    releases = write_release(folder / "releases")
    port = free_port()
    log = folder / "serve.log"
    arguments = ["--releases", str(releases), "--port", str(port), *options]
    with log.open("wb") as errors:
        process = subprocess.Popen([*SERVE, *arguments], stderr=errors)
    try:
        deadline = time.monotonic() + 120
        # It may have to say something else first; the address is told when it answers.
        while f":{port}/" not in log.read_text():
            assert time.monotonic() < deadline
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield Server(port, process, log), log.read_text().partition("\n")[0]
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_the_address_is_told_when_it_answers(tmp_path: Path) -> None:
    with serving(tmp_path, "--cache", str(tmp_path / "cache"), "--workers", "1") as (server, line):
        assert f"http://127.0.0.1:{server.port}/" in line
        assert "2026-01-02-0123abcd" in line
        assert server.fetch("/healthz").status == 200
        other = subprocess.run(
            [*SERVE, "--releases", str(tmp_path / "none"), "--port", str(server.port)],
            capture_output=True,
            text=True,
        )
        assert (other.returncode, other.stdout) == (2, "")
        assert other.stderr.count("\n") == 1, "nothing was built before the port was tried"
        assert f"127.0.0.1:{server.port}" in other.stderr
        assert "--port" in other.stderr
    told = server.log.read_text().splitlines()
    assert [json.loads(each)["event"] for each in told[1:]] == ["request"]


def test_a_cache_that_cannot_be_written_is_told_and_not_needed(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with serving(tmp_path, "--cache", str(blocked), "--workers", "1") as (server, line):
        assert json.loads(line)["event"] == "large answers are kept in a temporary folder"
        values = " ".join(f'"{number:060}"' for number in range(30))
        large = "SELECT * { " + " ".join(f"VALUES ?{x} {{ {values} }}" for x in "abc") + " }"
        assert len(server.ask(large, "text/csv").body) > 1 << 20


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "99999"], "99999"),
        (["--port", "-1"], "-1"),
        (["--host", "no.such.host.invalid"], "--host"),
        (["--host", "192.0.2.1"], "--host"),
    ],
)
def test_an_address_that_cannot_be_had_is_one_line(
    tmp_path: Path, options: list[str], words: str
) -> None:
    releases = write_release(tmp_path / "releases")
    done = subprocess.run(
        [*SERVE, "--releases", str(releases), *options], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_the_log_is_text_on_a_terminal(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    port = free_port()
    ours, theirs = pty.openpty()
    arguments = ["--releases", str(releases), "--port", str(port), "--workers", "1"]
    process = subprocess.Popen([*SERVE, *arguments], stderr=theirs)
    os.close(theirs)
    try:
        text = b""
        while f":{port}/".encode() not in text:
            text += os.read(ours, 1 << 16)
        server = Server(port, process, tmp_path / "none")
        assert server.fetch("/sparql?query=ASK%7B%7D&x=%1B%5B2J").status == 200
        assert server.fetch("/q/%1B%5B31m").status == 404
        while b"404" not in text:
            text += os.read(ours, 1 << 16)
        assert b"GET /sparql 200" in text
        assert b"{" not in text
        assert b"\x1b" not in text, "what a terminal obeys is escaped"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        os.close(ours)


def test_a_port_of_zero_is_any_that_is_free(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    arguments = ["--releases", str(releases), "--port", "0", "--workers", "1"]
    process = subprocess.Popen([*SERVE, *arguments], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        port = int(line.partition("http://127.0.0.1:")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            pass
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def start(*options: str | Path) -> str:
    """Run the command until it answers or ends, and return what it has said."""
    command = [*SERVE, "--port", "0", "--workers", "1", *map(str, options)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    while line := process.stderr.readline():
        said += line
        if "stop with Ctrl+C" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return said


def said_before(*options: str | Path) -> str:
    """Return what the command says until it would serve; a server takes two seconds to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onrecord_server.serve.serve", answering)
        asked = ["serve", "--port", "0", *map(str, options)]
        return CliRunner().invoke(main, asked).stderr


def answering(
    _releases: Path,
    listener: socket.socket,
    *_: object,
    announce: Callable[[str], None],
    **__: object,
) -> None:
    listener.close()
    announce("http://127.0.0.1/")


def test_a_release_is_known_by_its_records(tmp_path: Path) -> None:
    records = tmp_path / "mine"
    shutil.copytree(SAMPLE / "records", records)
    mine = ("--collection", records, "--releases", tmp_path / "releases")
    assert f"building a release of {records}" in start(*mine)
    said = start(*mine)
    assert said.count("\n") == 1, "nothing is built, and nothing has changed"
    assert "“Flares at the waterfront”" in said

    topics = records / "topics.ttl"
    topics.write_text(topics.read_text(encoding="utf-8") + "# A note.\n", encoding="utf-8")
    said = said_before(*mine)
    assert f"{records}: records or rules have changed since release" in said
    assert "--build" in said
    assert "changed" in said_before("--releases", tmp_path / "releases"), "no collection was named"
    assert "building" in said_before(*mine, "--build")
    assert said_before(*mine).count("\n") == 1, "the same release, and its records are these"

    other = start("--collection", CLINIC, "--releases", tmp_path / "releases")
    assert other.count("\n") == 1
    assert f"its newest release is of {records}, not of {CLINIC}" in other
