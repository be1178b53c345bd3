"""`onrecord synth`: a collection of any size that the check passes, the same one for one seed."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.records.archive import open_archive
from onrecord.records.assembly import assemble
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.records.synthesis.collection import ARCHIVE
from onrecord.releases.build import triples_of


def synth(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["synth", *arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*.*")
        if path.is_file()
    }


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_check_finds_nothing_and_verifies_each_passage(tmp_path: Path, seed: str) -> None:
    folder = tmp_path / "made"
    result = synth(str(folder), "--claims", "60", "--seed", seed)
    assert result.exit_code == 0, result.output
    assert "60 claims, " in result.output
    report = check_records(read_collection(folder), open_archive([folder / ARCHIVE]))
    assert report.findings == ()
    assert report.passages["verified"] >= 60
    assert report.passages["broken"] == report.passages["not checked"] == 0


def test_one_seed_gives_one_collection(tmp_path: Path) -> None:
    for name, seed in (("one", "3"), ("again", "3"), ("other", "4")):
        assert synth(str(tmp_path / name), "--claims", "20", "--seed", seed).exit_code == 0
    assert files(tmp_path / "one") == files(tmp_path / "again")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = synth(str(tmp_path))
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f"onrecord: {tmp_path}: not an empty folder, name one that is not there yet"
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthesis") / "made"
    assert synth(str(folder), "--claims", "20").exit_code == 0
    return folder


def test_what_is_checked_on_disk_has_the_same_findings(small: Path) -> None:
    collection = read_collection(small)
    parts = [file for file in collection.files if file.path.name != "series.ttl"]
    broken = replace(collection, files=tuple(parts))
    found = check_records(broken, open_archive([])).findings
    assert found
    assert check_records(broken, open_archive([]), most_in_memory=0).findings == found


def test_what_is_derived_by_parts_is_what_is_derived_of_all(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assembly = assemble(read_collection(small))
    in_memory = triples_of(assembly)
    assert any(str(name).endswith("/comparison") and graph for name, graph in in_memory.items())
    monkeypatch.setattr("onrecord.releases.build._MOST_IN_MEMORY", 0)
    assert triples_of(assembly) == in_memory
