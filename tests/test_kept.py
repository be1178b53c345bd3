"""What is kept of data between runs: the same findings with it as without, whatever happens."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.cache import reading
from onrecord.conformance import Read, conform
from onrecord.content import read_content
from onrecord.data import data_files, read_data
from onrecord.former import gone
from onrecord.kept import Kept
from onrecord.outcome import Outcome
from onrecord.reports import write
from onrecord.since import change_since
from onrecord.watch import Seen, see

SHAPES = Path(__file__).parent / "since" / "shapes.ttl"
TIDE, XSD = "https://tide.example/", "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"@prefix : <{TIDE}> .\n@prefix xsd: <{XSD}> .\n"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TURTLE = [
    ":a a :Buoy .", ":b a :Mark .", ":a :p :b .", ":b :q :c .", ":c :r :a , :b .",
    ":a :q 1 , 01 .", ":a :q 1.0 .", ":a :q 1.00 .", ':b :q "300"^^xsd:byte .',
    ':a :q "2024-02-30"^^xsd:date .', ':b :q "2024-02-30"^^xsd:date .',
    ":a :q [ a :Buoy ; :p :b ] .", "[] a :Buoy ; :q 4.0 .", "_:x :p _:y . _:y a :Mark .",
    ":Tower <http://www.w3.org/2000/01/rdf-schema#subClassOf> :Mark .", ":c a :Tower .",
    ":a :p", "<< :a :p :b >> :q 1 .",
]  # fmt: skip
LINES = [
    f"<{TIDE}a> {TYPE} <{TIDE}Buoy> .", f"<{TIDE}b>  {TYPE} <{TIDE}Buoy> .",
    f"<{TIDE}b> {TYPE} <{TIDE}Buoy> .", f"<{TIDE}a> <{TIDE}p> <{TIDE}b> .",
    f'<{TIDE}a> <{TIDE}q> "1.0"^^<{XSD}decimal> .', f'<{TIDE}a> <{TIDE}q> "t\\u0069de" .',
    f'<{TIDE}a> <{TIDE}q> "5m"^^<{XSD}integer> .', f'<{TIDE}b> <{TIDE}q> "5m"^^<{XSD}integer> .',
    f"_:x <{TIDE}p> <{TIDE}b> .", f"_:y {TYPE} <{TIDE}Mark> .", "# a remark", "", "no triple",
]  # fmt: skip
NAMES = ["one.ttl", "more/two.ttl", "three.trig", "four.nt", "more/five.nq", "six.nt"]
Rounds = list[list[tuple[str, str]]]
EDITS = st.one_of(
    st.tuples(
        st.just("write"),
        st.sampled_from(NAMES),
        st.lists(st.integers(0, 17), max_size=6),
        st.booleans(),
    ),
    st.tuples(st.just("delete"), st.sampled_from(NAMES)),
    st.tuples(st.just("touch"), st.sampled_from(NAMES)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
)


ROUNDS = st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=4)


def edit(folder: Path, kind: str, name: str, *rest: object) -> None:
    """Change a file; what is written can have size and time of writing of what stood there."""
    path = folder / name
    if kind == "write":
        numbers, unseen = rest
        assert isinstance(numbers, list)
        pool, text = (LINES, "") if path.suffix in (".nt", ".nq") else (TURTLE, PREFIXES)
        text += "".join(f"{pool[number % len(pool)]}\n" for number in numbers)
        before = path.stat() if path.exists() and unseen else None
        if before is not None:
            text = text.ljust(before.st_size)
        path.write_text(text)
        if before is not None:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif path.exists():
        if kind == "delete":
            path.unlink()
        elif kind == "touch":
            path.touch()
        else:
            path.rename(folder / str(rest[0]))


def told(folder: Path, former: Seen | None, read: Read) -> str:
    """Return all that a check says of the data in a folder, in two formats."""
    files = data_files([folder])
    since = None
    if former is not None:
        since = partial(change_since, former, gone(former, [folder], files))
    found = conform(files, [SHAPES], "fast", since, read)
    outcome = Outcome(found.findings, tuple(map(str, files)))
    return write(outcome, "json", True) + write(outcome, "turtle", True)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of data; stamps are believed after a moment, so that tests need not wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onrecord.content._FRESH", 20_000_000)
        yield tmp_path_factory.mktemp("data")


def begin(folder: Path) -> Seen:
    """Put the files of the beginning into a folder, and return them as they were."""
    shutil.rmtree(folder)
    (folder / "more").mkdir(parents=True)
    (folder / "always.ttl").write_text(PREFIXES + ":a a :Buoy .")
    for name in NAMES[:4]:
        edit(folder, "write", name, [0, 3, 5, 8, 11], False)
    return see(data_files([folder]))


@settings(max_examples=20, deadline=None)
@given(ROUNDS)
def test_what_is_kept_in_memory_changes_no_finding(data: Path, rounds: Rounds) -> None:
    former, kept = begin(data), Kept()
    for number, edits in enumerate([[], *rounds]):
        for each in edits:
            edit(data, *each)
        since = former if number else None
        assert told(data, since, kept.read) == told(data, since, read_data)


@settings(max_examples=8, deadline=None)
@given(ROUNDS, st.sampled_from([0, 300, 10_000]))
def test_what_is_kept_on_disk_changes_no_finding(data: Path, rounds: Rounds, news: int) -> None:
    """Where there is more news than is read again each time, it is kept."""
    former = begin(data)
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", home)
        patch.setattr("onrecord.cache._NEWS", news)
        for edits in ([], *rounds):
            for each in edits:
                edit(data, *each)
            assert reading([data], partial(told, data, former)) == told(data, former, read_data)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "onrecord" / "kept"


def findings(data: Path, former: Seen, lines: int) -> str:
    """Return what is found by what is kept, which is what is found without."""
    edit(data, "write", "four.nt", [*range(lines)], False)
    found = reading([data], partial(told, data, former))
    assert found == told(data, former, read_data)
    return found


def files_read(data: Path, former: Seen, patch: pytest.MonkeyPatch) -> list[str]:
    """Return which data files a check reads for what is kept."""
    read: list[str] = []

    def noted(path: Path) -> bytes:
        read.append(path.name)
        return read_content(path)

    with patch.context() as only_here:
        only_here.setattr("onrecord.kept.read_content", noted)
        found = reading([data], partial(told, data, former))
    assert found == told(data, former, read_data)
    return read


def test_only_what_has_changed_is_read(
    data: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.content._FRESH", 0)
    former = begin(data)
    everything = [path.name for path in data_files([data])]
    sleep(0.1)
    assert files_read(data, former, monkeypatch) == everything
    assert files_read(data, former, monkeypatch) == []
    edit(data, "write", "four.nt", [1, 2], True)
    assert files_read(data, former, monkeypatch) == ["four.nt"]
    assert files_read(data, former, monkeypatch) == ["four.nt"], "it is not much"
    monkeypatch.setattr("onrecord.cache._NEWS", 0)
    monkeypatch.setattr("onrecord.content._FRESH", 10**12)
    assert files_read(data, former, monkeypatch) == ["four.nt"]
    monkeypatch.setattr("onrecord.content._FRESH", 0)
    assert files_read(data, former, monkeypatch) == ["four.nt"], "it was too new to be believed"
    assert files_read(data, former, monkeypatch) == []
    monkeypatch.setattr("onrecord.cache.ox.__version__", "0")
    assert files_read(data, former, monkeypatch) == everything


def garble(path: Path) -> None:
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [garble, halve, Path.unlink])
@pytest.mark.parametrize(
    "pattern",
    ["index.json", "contents/*", "store-*/*", "store-*/*.sst", "store-*/MANIFEST*"],
)
def test_what_is_broken_is_not_believed(
    data: Path, home: Path, harm: Callable[[Path], None], pattern: str
) -> None:
    former = begin(data)
    findings(data, former, 3)
    findings(data, former, 5)
    broken = [path for path in home.glob(f"*/{pattern}") if path.is_file()]
    assert broken
    for path in broken:
        harm(path)
    assert len({findings(data, former, lines) for lines in (2, 6, 3)}) > 1


KILLED = """
import os, signal, sys
import onrecord.cache
from functools import partial
from pathlib import Path
from onrecord.cache import reading
from onrecord.data import data_files
import {module} as module
import test_kept
def killed(*arguments, real={name}, **named):
    if {after}:
        real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
{name} = killed
onrecord.cache._NEWS = 0
data = Path(sys.argv[1])
reading([data], partial(test_kept.told, data, test_kept.see(data_files([data]))))
"""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("onrecord.cache", "module._link"),
        ("onrecord.shacl.parts", "module._take_out"),
        ("onrecord.shacl.parts", "module._put_in"),
        ("onrecord.conformance", "module.notes"),
        ("onrecord.cache", "module.forget"),
        ("onrecord.cache", "module._write_index"),
        ("onrecord.cache", "module._drop_others"),
        ("pathlib", "module.Path.rename"),
    ],
)
def test_who_is_killed_leaves_nothing_that_is_believed(
    data: Path, home: Path, module: str, name: str, after: bool
) -> None:
    former = begin(data)
    findings(data, former, 3)
    edit(data, "write", "four.nt", [0, 1, 3], False)
    edit(data, "write", "one.ttl", [1, 2], False)
    program = KILLED.format(module=module, name=name, after=after)
    ran = subprocess.run(
        [sys.executable, "-c", program, str(data)],
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    assert ran.returncode == -signal.SIGKILL
    findings(data, former, 3)
    findings(data, former, 4)


@pytest.mark.parametrize("news", [0, 10_000])
def test_two_runs_at_the_same_time_do_not_meet(
    data: Path, home: Path, monkeypatch: pytest.MonkeyPatch, news: int
) -> None:
    monkeypatch.setattr("onrecord.cache._NEWS", news)
    former = begin(data)
    findings(data, former, 3)

    def look(read: Read) -> str:
        read(data_files([data]))
        inner = findings(data, former, 4)
        assert told(data, former, read) == inner
        return inner

    assert reading([data], look) == findings(data, former, 4)
    assert len(list(home.glob("*/store-*"))) == 1


@pytest.mark.parametrize("place", ["no folder", "no store"])
def test_where_nothing_can_be_kept_it_goes_without(data: Path, home: Path, place: str) -> None:
    former = begin(data)
    if place == "no folder":
        home.parent.parent.write_text("a file")
    else:
        findings(data, former, 3)
        (store,) = home.glob("*/store-*")
        shutil.rmtree(store)
        store.write_text("a file")
    findings(data, former, 3)


def test_only_some_data_are_kept(tmp_path: Path, home: Path) -> None:
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "one.ttl").write_text("")
        reading([folder], lambda read, folder=folder: read(data_files([folder])))
    assert len(list(home.iterdir())) == 8


def test_what_killed_runs_have_left_is_dropped(
    data: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = begin(data)
    findings(data, former, 3)
    (folder,) = home.iterdir()
    (folder / "run-old").mkdir()
    (folder / "run-index").write_text("")
    for name in ("run-old", "run-index"):
        os.utime(folder / name, (0, 0))
    (folder / "run-new").mkdir()
    monkeypatch.setattr("onrecord.cache._NEWS", 0)
    findings(data, former, 4)
    assert [path.name for path in folder.glob("run-*")] == ["run-new"]
    assert len(list(folder.glob("store-*"))) == 1
