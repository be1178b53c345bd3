"""Watching: `check --watch` tells, after each change of a file, of what that can affect."""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from onrecord.files.watch import wait_for_change, watch_files
from onrecord.validation.rdf_forms import FORMS

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <https://tide.example/> .\n"
SHAPES = f"{PREFIXES}:s sh:targetClass :Buoy ; sh:property [ sh:path :name ; sh:minCount 1 ] ."
OTHERS = "".join(f":pier{number} a :Pier ; :name 'P' .\n" for number in range(30))
BUOYS = f"{PREFIXES}:north a :Buoy .\n:south a :Buoy ; :name 'S' .\n{OTHERS}"
"""With so much else that an edit is less than the tenth from which on all is checked."""


@contextmanager
def watched(folder: Path, name: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command that watches a file; it has looked once when it says that it watches."""
    (folder / "shapes.ttl").write_text(SHAPES)
    command = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl", name]
    process = subprocess.Popen(
        [*command, "--watch"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # A job in the background of a shell would pass on that it ignores interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A command that watches `buoys.ttl`."""
    (tmp_path / "buoys.ttl").write_text(BUOYS)
    with watched(tmp_path, "buoys.ttl") as process:
        yield process


def put(path: Path, text: str | bytes) -> None:
    """Write a file at one stroke, so that it is not seen empty, however busy the machine is."""
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(text.encode() if isinstance(text, str) else text)
    fresh.replace(path)


def told(process: "subprocess.Popen[str]") -> list[str]:
    """Return the lines of one look, up to its summary."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.startswith("watching"):
            return lines
        lines.append(line.rstrip())
    raise AssertionError(f"it has ended: {lines}")


def test_each_change_is_looked_at_alone(watching: "subprocess.Popen[str]", tmp_path: Path) -> None:
    finding, summary = told(watching)
    assert finding.startswith("buoys.ttl:3:1: violation")
    assert summary == "1 files, 1 violations, 0 other findings"

    put(tmp_path / "buoys.ttl", BUOYS.replace(" ; :name 'S'", ""))
    finding, summary = told(watching)
    assert finding.startswith("buoys.ttl:4:1: violation")

    put(tmp_path / "buoys.ttl", BUOYS)
    assert told(watching) == ["1 files, 0 violations, 0 other findings"]

    put(tmp_path / "shapes.ttl", SHAPES.replace("minCount 1", "maxCount 0"))
    said, finding, _ = told(watching)
    assert said == "the shapes have changed, so all is checked"
    assert finding.startswith("buoys.ttl:4:18: violation")

    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=30) == 0


@pytest.mark.parametrize("ending", [".jsonld", ".rdf", ".nt.gz", ".trig.zst"])
def test_each_form_can_be_watched(ending: str, tmp_path: Path) -> None:
    def in_form(turtle: str) -> bytes:
        form = FORMS[f".{ending.split('.')[1]}"]
        written = ox.serialize(
            (quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)), format=form
        )
        packed = {".gz": gzip.compress, ".zst": zstandard.compress}
        return packed.get(Path(ending).suffix, bytes)(written)

    path = tmp_path / f"buoys{ending}"
    path.write_bytes(in_form(BUOYS))
    with watched(tmp_path, path.name) as process:
        assert told(process)[-1] == "1 files, 1 violations, 0 other findings"
        put(path, in_form(BUOYS.replace(":north a :Buoy", ":north a :Buoy ; :name 'N'")))
        assert told(process)[-1] == "1 files, 0 violations, 0 other findings"


def test_a_file_that_comes_or_goes_is_a_change(tmp_path: Path) -> None:
    one, other = tmp_path / "one.ttl", tmp_path / "other.ttl"
    one.write_text("")
    seen = watch_files([one])
    other.write_text("")
    wait_for_change(seen, lambda: tmp_path.glob("*.ttl"))
    seen = watch_files([one, other])
    other.unlink()
    wait_for_change(seen, lambda: tmp_path.glob("*.ttl"))
    assert seen.files_in(tmp_path) == [str(one), str(other)]
    assert [seen.has_changed(path) for path in (one, other, tmp_path / "more.ttl")] == [
        False, True, True,
    ]  # fmt: skip


def test_a_file_that_was_touched_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "one.ttl"
    path.write_text("here")
    seen = watch_files([path])
    os.utime(path, ns=(1, 1))
    wait_for_change(seen, lambda: [path])
    assert not seen.has_changed(path)
    assert seen.contents([path]) == {path: b"here"}
