"""Releases whose files and tables processes make: the same ones, and whole or not at all."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from endpoint_release import alive, descendants
from onrecord.errors import OnRecordError
from onrecord.rdf.processes import most_processes
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.records.synthesis.collection import write_synthetic_collection
from onrecord.releases.build import build
from onrecord.releases.release import Release
from onrecord.releases.tables.answers import kept_queries, rows_of
from onrecord.releases.tables.projection import TABLES

LIMITS = ("_MOST_IN_MEMORY", "_LARGE")
"""Sizes from which on a build is large."""
DAYS = {"day": "9999-12-31", "today": "2026-01-01"}
OF_ANSWERS = re.compile(r'INSERT INTO "(answer_|term")')


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processes") / "made"
    write_synthetic_collection(folder, 20, seed=1)
    return folder


def build_by_processes(small: Path, releases: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    for most in LIMITS:
        monkeypatch.setattr(f"onrecord.releases.build.{most}", 0)
    return build(check_records(read_collection(small), open_archive([])), releases)


def tables_of(release: Release) -> tuple[list[str], dict[str, list[str]]]:
    """Return the tables, and the rows of answers; what is alike is in either order among these."""
    with closing(sqlite3.connect(release.path / TABLES)) as database:
        own = [line for line in database.iterdump() if not OF_ANSWERS.match(line)]
        answers = {
            name: sorted(map(str, rows_of(database, kept, DAYS)))
            for name, kept in kept_queries().items()
        }
        return own, answers


def test_a_release_that_processes_make_is_the_same(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.releases.tables.answers.FEWEST", 0)
    alone = build(check_records(read_collection(small), open_archive([])), tmp_path / "alone")
    together = build_by_processes(small, tmp_path / "together", monkeypatch)
    assert together.manifest == alone.manifest
    assert tables_of(together) == tables_of(alone)
    assert {path.name for path in together.path.iterdir()} == {
        path.name for path in alone.path.iterdir()
    }


def end_the_process(*_: object) -> None:
    os._exit(9)


ENDED = "a process that did a part was ended from outside, perhaps as no memory was left"


@pytest.mark.parametrize("work", ["releases.tables.row_files._make", "releases.release._write"])
def test_a_build_whose_process_is_killed_says_so_and_leaves_nothing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    monkeypatch.setattr(f"onrecord.{work}", end_the_process)
    with pytest.raises(OnRecordError) as refused:
        build_by_processes(small, tmp_path, monkeypatch)
    assert str(refused.value) == ENDED
    assert list(tmp_path.iterdir()) == []


def test_a_check_whose_process_is_killed_says_so(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sys.modules["onrecord.shacl.validate"], "_results_of_share", end_the_process
    )
    with pytest.raises(OnRecordError) as refused:
        check_records(read_collection(small), open_archive([]), most_in_memory=0)
    assert str(refused.value) == ENDED


def write_script(folder: Path, small: Path) -> Path:
    """Write a script without a guard that builds a release by processes."""
    script = folder / "mine.py"
    script.write_text(
        f"""
import signal
from pathlib import Path
import onrecord.releases.build as building
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection

# The one that runs the tests may ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("building")
for most in {LIMITS}:
    setattr(building, most, 0)
checked = check_records(read_collection(Path("{small}")), open_archive([]), most_in_memory=0)
print(building.build(checked, Path("releases")).name[:4])
"""
    )
    return script


def test_a_script_that_builds_is_not_run_again(small: Path, tmp_path: Path) -> None:
    script = write_script(tmp_path, small)
    ran = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("building\n2026\n", "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_build_that_is_ended(
    small: Path, tmp_path: Path, sent: signal.Signals
) -> None:
    running = subprocess.Popen(
        [sys.executable, write_script(tmp_path, small)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    ends = time.monotonic() + 120
    # They, and one that tracks what they share.
    while len(begun := descendants(running.pid)) <= most_processes():
        assert time.monotonic() < ends
        time.sleep(0.05)
    # What a terminal sends goes to all; what a machine sends, to one.
    (os.killpg if sent == signal.SIGINT else os.kill)(running.pid, sent)
    _, said = running.communicate(timeout=60)
    assert ("KeyboardInterrupt" in said) == (sent == signal.SIGINT)
    while any(alive(process) for process in begun):
        assert time.monotonic() < ends
        time.sleep(0.05)
