"""Exit codes of `check`: 0 conforms, 1 findings, 2 command, 3 shapes, 4 data, 5 our mistake."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from onrecord.cli.check import check
from onrecord.cli.main import main
from onrecord.cli.options import reported_apart
from onrecord.errors import OnRecordError
from onrecord.records.assembly import SHAPE_FILES
from sample_release import SAMPLE

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <https://tide.example/> .\n"
SHAPES = f"{PREFIXES}:s sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 SEVERITY ] ."
GOOD, BAD, BROKEN = f"{PREFIXES}:x a :C ; :p 1 .", f"{PREFIXES}:x a :C .", f"{PREFIXES}:x a"


def run(tmp_path: Path, shapes: str, data: str, *options: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "shapes.ttl").write_text(shapes)
    (tmp_path / "data.ttl").write_text(data)
    command = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl", "data.ttl"]
    return subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("severity", "data", "options", "code"),
    [
        ("", GOOD, [], 0),
        ("", BAD, [], 1),
        ("; sh:severity sh:Warning", BAD, [], 0),
        ("; sh:severity sh:Warning", BAD, ["--fail-on", "warning"], 1),
        ("; sh:severity sh:Info", BAD, ["--fail-on", "warning"], 0),
        ("; sh:severity sh:Info", BAD, ["--fail-on", "info"], 1),
        ("; sh:severity :Grave", BAD, [], 1),
        ("", BAD, ["--fail-on", "nothing"], 2),
        ("", BAD, ["nowhere.ttl"], 2),
        ("", BAD, ["--baseline", "shapes.ttl"], 2),
        ("; sh:minCout 2", GOOD, [], 1),
        ("; sh:minCout 2", GOOD, ["--strict"], 3),
        ("; sh:singleLine true", GOOD, [], 0),
        ("; sh:singleLine true", GOOD, ["--fail-on", "warning"], 1),
        ("; sh:singleLine true", GOOD, ["--strict"], 3),
        ('; sh:minCount "2"', GOOD, [], 3),
        ("; sh:path", GOOD, [], 3),
        ("", BROKEN, [], 4),
        ("", BROKEN, ["--engine", "pyshacl"], 4),
        ("", BAD, ["--engine", "pyshacl"], 1),
    ],
)
def test_check_exits_as_it_says(
    tmp_path: Path, severity: str, data: str, options: list[str], code: int
) -> None:
    result = run(tmp_path, SHAPES.replace("SEVERITY", severity), data, *options)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert bool(result.stdout) == ((data != GOOD and code != 2) or code == 3 or "sh:" in severity)


def test_a_file_of_records_that_does_not_parse_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "collection.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<urn:x> a dcat:Dataset\n"
    )
    result = CliRunner().invoke(main, ["check", "--collection", str(tmp_path)])
    assert result.exit_code == 4


def test_shapes_without_data_are_a_wrong_command(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(PREFIXES)
    result = CliRunner().invoke(check, ["--shapes", str(tmp_path / "shapes.ttl")])
    assert result.exit_code == 2
    assert "name the data too" in result.stderr


def test_a_mistake_of_ours_is_5_and_says_so() -> None:
    @click.command()
    @reported_apart
    def wrong() -> None:
        raise KeyError("lost")

    result = CliRunner().invoke(wrong)
    assert result.exit_code == 5
    assert "internal error, please report it: KeyError: 'lost'" in result.stderr
    assert "Traceback" in result.stderr


def test_what_is_raised_on_purpose_is_one_line() -> None:
    @click.command()
    @reported_apart
    def wrong() -> None:
        raise OnRecordError("here: wrong, do it otherwise")

    result = CliRunner().invoke(wrong)
    assert (result.exit_code, result.stderr) == (1, "onrecord: here: wrong, do it otherwise\n")


def test_data_that_cannot_be_opened_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace("SEVERITY", ""))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gone.ttl").symlink_to("nowhere.ttl")
    result = CliRunner().invoke(
        check, ["--shapes", str(tmp_path / "shapes.ttl"), str(tmp_path / "data")]
    )
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.endswith("data/gone.ttl: No such file or directory\n")


def test_records_that_cannot_be_opened_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gone.ttl").symlink_to("nowhere.ttl")
    assert CliRunner().invoke(check, ["--collection", str(tmp_path)]).exit_code == 4


def test_shapes_that_cannot_be_opened_are_wrong_shapes(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(GOOD)
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "gone.ttl").symlink_to("nowhere.ttl")
    result = CliRunner().invoke(
        check, ["--shapes", str(tmp_path / "shapes"), str(tmp_path / "data.ttl")]
    )
    assert result.exit_code == 3


def test_our_own_shapes_are_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "shapes.ttl"
    text = SHAPE_FILES[0].read_text(encoding="utf-8")
    wrong.write_text(text + "\nsh:x sh:minCout 1 .\n", encoding="utf-8")
    for module in ("assembly", "check"):
        monkeypatch.setattr(f"onrecord.records.{module}.SHAPE_FILES", (wrong,))
    result = CliRunner().invoke(check, ["--collection", str(SAMPLE / "records")])
    assert result.exit_code == 3
    (line,) = result.stdout.splitlines()[:1]
    number = len(text.splitlines()) + 2
    assert f"{wrong.name}:{number}:6: violation: sh:minCout" in line
    assert "the shapes are wrong, so nothing was said about the data" in result.stderr
