"""`onrecord new`: a collection that the check passes, and what it refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.records.archive import open_archive
from onrecord.records.check import CheckedRecords, check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.features import FeatureError


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments])


def checked(folder: Path) -> CheckedRecords:
    return check_records(read_collection(folder), open_archive([folder / "archive"]))


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--contact", "desk@example.org", "--base", "https://example.org/d"),
        ("--contact", "https://example.org/contact?a=b", "--desk", 'The "night" desk \\'),
        ("--title", "Ærlig talt, “på norsk”\nand on two lines"),
    ],
)
def test_the_check_finds_nothing_and_verifies_the_passage(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    folder = tmp_path / "a desk & more"
    result = new(str(folder), *options)
    assert result.exit_code == 0, result.output
    report = checked(folder)
    assert report.findings == ()
    assert report.passages == {"verified": 1, "broken": 0, "not checked": 0}
    description = report.assembly.description
    assert description.base.startswith("https://example.org/")
    assert description.base.endswith("/")
    titles = dict(zip(options[::2], options[1::2], strict=True))
    assert description.title == titles.get("--title", "a desk & more")


def test_a_folder_that_is_empty_is_filled(tmp_path: Path) -> None:
    assert new(str(tmp_path)).exit_code == 0
    assert checked(tmp_path).findings == ()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "not an empty folder"),
        (("--base", "desk"), "not the beginning of IRIs"),
        (("--base", "https://example.org/a b/"), "not the beginning of IRIs"),
        (("--base", "https://example.org/#"), "not the beginning of IRIs"),
        (("--contact", "desk"), "neither an e-mail address nor the address of a page"),
    ],
)
def test_what_it_refuses_it_says_in_one_line_and_writes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    folder = tmp_path / "desk"
    if not arguments:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
    result = new(str(folder), *arguments)
    assert result.exit_code == 2
    assert problem in result.output
    assert len(result.output.splitlines()) == 1
    assert sorted(tmp_path.rglob("*.*")) == ([] if arguments else [folder / "mine.txt"])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ('"witnessess"', "no such query"),
        ('"witnesses" ; rec:arguments "topic=topic/bread"', "no parameter 'topic'"),
        ('"disagreements" ; rec:arguments "year=soon"', "is not a number"),
    ],
)
def test_a_featured_question_that_cannot_be_asked_is_not_released(
    tmp_path: Path, wrong: str, problem: str
) -> None:
    new(str(tmp_path / "desk"))
    path = tmp_path / "desk" / "collection.ttl"
    path.write_text(path.read_text("utf-8").replace('"witnesses"', wrong), encoding="utf-8")
    with pytest.raises(FeatureError, match=problem):
        build(checked(tmp_path / "desk"), tmp_path / "releases")
