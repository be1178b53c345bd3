"""Releases whose files and tables processes make: the same ones, and whole or not at all."""

import copy
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from endpoint_release import alive, descendants
from onrecord.cli.main import main
from onrecord.errors import OnRecordError, SyntaxProblem
from onrecord.files.http_client import RedirectError, TimeLimitError
from onrecord.rdf.processes import EndedProcessError, apart, most_processes
from onrecord.rdf.region import Region
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.records.synthesis.collection import write_synthetic_collection
from onrecord.releases.build import RefusedError, build, build_checked
from onrecord.releases.lost_iris import LostIriError
from onrecord.releases.release import Release, release_names
from onrecord.releases.tables.answers import kept_queries, rows_of
from onrecord.releases.tables.projection import TABLES
from onrecord.shacl.errors import ShapesError
from onrecord.validation.finding import Finding

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


@pytest.mark.parametrize("work", ["releases.tables.row_source._make", "releases.release._write"])
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


# A process of its own


def test_a_process_of_its_own_ends_with_its_task() -> None:
    process = apart(os.getpid)
    assert process != os.getpid()
    assert not alive(process)


def test_a_process_of_its_own_starts_further_ones(small: Path) -> None:
    collection, archive = read_collection(small), open_archive([])
    here = check_records(collection, archive)
    # Of more triples than 0 the shapes are checked by processes.
    there = apart(check_records, collection, archive, "fast", None, 0)
    assert there.findings == here.findings
    assert there.verdicts == here.verdicts != ()


def test_a_process_of_its_own_that_is_killed_says_so() -> None:
    with pytest.raises(EndedProcessError, match=ENDED):
        apart(os._exit, 9)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_process_of_its_own_ends_at_once_with_what_waits_for_it(
    tmp_path: Path, sent: signal.Signals
) -> None:
    script = tmp_path / "waits.py"
    script.write_text(
        """
import signal, time
from onrecord.rdf.processes import apart

signal.signal(signal.SIGINT, signal.default_int_handler)
apart(time.sleep, 600)
"""
    )
    running = subprocess.Popen(
        [sys.executable, script], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    ends = time.monotonic() + 120
    while len(begun := descendants(running.pid)) < 2:  # it, and one that tracks what they share
        assert time.monotonic() < ends
        time.sleep(0.05)
    time.sleep(2)  # until the task is begun
    running.send_signal(sent)
    _, said = running.communicate(timeout=60)
    assert ("KeyboardInterrupt" in said) == (sent == signal.SIGINT)
    while any(alive(process) for process in begun):
        assert time.monotonic() < ends
        time.sleep(0.05)


REGION = Region("a.ttl", 1, 2, 3, 4)


@pytest.mark.parametrize(
    "error",
    [
        OnRecordError("a.ttl: wrong"),
        SyntaxProblem("a.ttl", 1, 2, "wrong"),
        ShapesError(None, "wrong", REGION),
        RefusedError(Path("records"), (Finding("violation", "wrong", "term", region=REGION),)),
        TimeLimitError(2.5),
        RedirectError("http://a.example", "/b"),
    ],
)
def test_an_error_is_the_same_in_another_process(error: OnRecordError) -> None:
    again = copy.copy(error)  # as pickle does
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


WRONG: dict[str, Callable[[Path], object]] = {
    "of no folder": shutil.rmtree,
    "of no records": lambda made: [path.unlink() for path in made.rglob("*.ttl")],
    "of no description": lambda made: (made / "collection.ttl").unlink(),
    "that does not parse": lambda made: (made / "more.ttl").write_text("<a> <b> .\n"),
    "whose featured question is none": lambda made: feature(made, "no-such-query"),
    "that breaks shapes": lambda made: (made / "topics.ttl").write_text(""),
}
"""What makes a collection one of which no release is made."""


def feature(made: Path, query: str) -> None:
    with (made / "collection.ttl").open("a") as file:
        file.write(FEATURED.format(query))


FEATURED = """
<https://example.org/synthetic/> <https://w3id.org/onrecord/ns#features>
    [ <https://w3id.org/onrecord/ns#savedQuery> "{}" ] .
"""


@pytest.mark.parametrize("problem", WRONG)
def test_a_collection_is_refused_alike_in_a_process_of_its_own(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    made = tmp_path / "made"
    shutil.copytree(small, made)
    WRONG[problem](made)
    command = ["build", "--collection", str(made), "--releases", str(tmp_path / "releases")]
    here = CliRunner().invoke(main, command)
    monkeypatch.setattr("onrecord.releases.build._LARGE_COLLECTION", 0)
    there = CliRunner().invoke(main, command)
    assert (there.exit_code, there.output) == (here.exit_code, here.output)
    assert here.exit_code > 0
    assert here.output.splitlines()[-1].startswith(f"onrecord: {made}: ")
    assert not (tmp_path / "releases").exists()


def test_a_collection_that_is_checked_in_a_process_of_its_own_gives_the_same_release(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = build_checked(small, [], tmp_path / "here")
    monkeypatch.setattr("onrecord.releases.build._LARGE_COLLECTION", 0)
    checked_here: list[object] = []
    monkeypatch.setattr("onrecord.releases.build.check_records", checked_here.append)
    there = build_checked(small, [], tmp_path / "there")
    assert there.manifest == here.manifest
    assert not checked_here
    assert {path.name for path in there.path.parent.iterdir()} == {
        path.name for path in here.path.parent.iterdir()
    }


def test_lost_records_are_refused_alike_in_a_process_of_its_own(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, releases = tmp_path / "made", tmp_path / "releases"
    shutil.copytree(small, made)
    unused = made / "unused.ttl"
    topic = (made / "topics.ttl").read_text().replace("topic:t0 ", "topic:unused ")
    unused.write_text(topic[: topic.index("\n", topic.index("topic:unused "))])
    earlier = build_checked(made, [], releases)
    unused.unlink()
    said = set()
    for most in (1_000_000, 0):
        monkeypatch.setattr("onrecord.releases.build._LARGE_COLLECTION", most)
        with pytest.raises(LostIriError) as refused:
            build_checked(made, [], releases)
        said.add(str(refused.value))
    (only,) = said
    assert only.startswith(f"{made}: topic/unused of release {earlier.name} is gone")
    assert release_names(releases) == [earlier.name]
