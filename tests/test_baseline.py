"""Baselines: what was accepted once passes, what is new fails, what is gone must be taken out."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.findings import Finding
from onrecord.fingerprint import fingerprint

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <https://tide.example/> .\n"
SHAPES = (
    f"{PREFIXES}:s sh:targetClass :C ; sh:property [ sh:path :p ; sh:maxInclusive 5 ;"
    ' sh:message "At most five." ] .'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with shapes, two files of data with a violation each, and a baseline of both."""
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "a.ttl").write_text(f"{PREFIXES}:a a :C ; :p 7 .")
    (tmp_path / "b.ttl").write_text(f"{PREFIXES}:b a :C ; :p 8 .")
    assert run(tmp_path, "a.ttl", "b.ttl").returncode == 1
    made = run(tmp_path, "a.ttl", "b.ttl", "--write-baseline", "known.json")
    assert (made.returncode, made.stdout) == (0, "")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def with_baseline(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    return run(folder, *files, "--baseline", "known.json")


def test_what_was_accepted_passes(folder: Path) -> None:
    result = with_baseline(folder, "a.ttl", "b.ttl")
    assert (result.returncode, result.stdout) == (0, "")


def test_a_baseline_is_one_readable_line_for_each_finding(folder: Path) -> None:
    text = (folder / "known.json").read_text()
    assert len(text.splitlines()) == 4
    first = json.loads(text)["findings"][0]
    assert (first["file"], first["focus"], first["message"]) == (
        "a.ttl",
        "https://tide.example/a",
        "At most five.",
    )


def test_moved_lines_and_other_words_do_not_make_a_finding_new(folder: Path) -> None:
    path = folder / "a.ttl"
    path.write_text("\n\n# moved\n" + path.read_text().replace(":p 7", "\n    :p   7"))
    shapes = folder / "shapes.ttl"
    shapes.write_text(shapes.read_text().replace("At most five.", "Five, no more."))
    assert with_baseline(folder, "a.ttl", "b.ttl").returncode == 0


def test_a_finding_that_moves_to_another_file_stays_accepted(folder: Path) -> None:
    (folder / "c.ttl").write_text((folder / "a.ttl").read_text())
    (folder / "a.ttl").write_text(PREFIXES)
    assert with_baseline(folder, "a.ttl", "b.ttl", "c.ttl").returncode == 0


def test_what_is_new_fails_alone(folder: Path) -> None:
    (folder / "b.ttl").write_text(f"{PREFIXES}:b a :C ; :p 8 , 9 .")
    result = with_baseline(folder, "a.ttl", "b.ttl")
    assert result.returncode == 1
    assert [line for line in result.stdout.splitlines() if "violation" in line] == [
        "b.ttl:3:18: violation: At most five. (value 9; shape https://tide.example/s)"
    ]


def test_what_is_gone_must_leave_the_baseline(folder: Path) -> None:
    (folder / "a.ttl").write_text(f"{PREFIXES}:a a :C ; :p 1 .")
    result = with_baseline(folder, "a.ttl", "b.ttl")
    assert result.returncode == 1
    assert result.stdout.startswith(
        "known.json:2:3: violation: accepted, but this is no longer found: At most five."
    )
    lines = (folder / "known.json").read_text().splitlines()
    (folder / "known.json").write_text("\n".join([lines[0], *lines[2:]]))
    assert with_baseline(folder, "a.ttl", "b.ttl").returncode == 0


def test_what_is_gone_with_its_file_must_leave_too(folder: Path) -> None:
    (folder / "a.ttl").unlink()
    assert with_baseline(folder, "b.ttl").returncode == 1


def test_what_was_accepted_in_a_file_that_is_not_checked_is_left_alone(folder: Path) -> None:
    assert with_baseline(folder, "b.ttl").returncode == 0


def test_findings_that_are_alike_are_counted(folder: Path) -> None:
    (folder / "a.ttl").write_text(f"{PREFIXES}[] a :C ; :p 7 .\n[] a :C ; :p 7 .")
    run(folder, "a.ttl", "b.ttl", "--write-baseline", "known.json")
    assert with_baseline(folder, "a.ttl", "b.ttl").returncode == 0
    (folder / "a.ttl").write_text(f"{PREFIXES}[] a :C ; :p 7 .")
    result = with_baseline(folder, "a.ttl", "b.ttl")
    assert result.returncode == 1
    assert "1 of 2 of these are no longer found" in result.stdout
    (folder / "a.ttl").write_text(PREFIXES + "[] a :C ; :p 7 .\n" * 3)
    assert with_baseline(folder, "a.ttl", "b.ttl").returncode == 1


def test_a_file_that_does_not_parse_is_never_accepted(folder: Path) -> None:
    (folder / "a.ttl").write_text(f"{PREFIXES}:a a")
    assert run(folder, "a.ttl", "--write-baseline", "known.json").returncode == 4
    assert with_baseline(folder, "a.ttl").returncode == 4


def test_where_a_file_does_not_parse_nothing_is_taken_for_gone(folder: Path) -> None:
    (folder / "c.ttl").write_text(f"{PREFIXES}:c a")
    before = (folder / "known.json").read_text()
    result = with_baseline(folder, "a.ttl", "b.ttl", "c.ttl")
    assert result.returncode == 4
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["c.ttl"]
    again = run(folder, "a.ttl", "b.ttl", "c.ttl", "--write-baseline", "known.json")
    assert again.returncode == 4
    assert (folder / "known.json").read_text() == before


def test_a_node_without_a_name_is_accepted_in_its_own_file_only(folder: Path) -> None:
    (folder / "a.ttl").write_text(f"{PREFIXES}[] a :C ; :p 7 .")
    run(folder, "a.ttl", "b.ttl", "--write-baseline", "known.json")
    (folder / "c.ttl").write_text(f"{PREFIXES}[] a :C ; :p 7 .")
    (folder / "a.ttl").write_text(PREFIXES)
    result = with_baseline(folder, "a.ttl", "b.ttl", "c.ttl")
    found = [line.split(":")[0] for line in result.stdout.splitlines() if "violation" in line]
    assert found == ["c.ttl", "known.json"]


def test_a_passage_that_drifted_is_another_finding_than_one_that_is_fabricated() -> None:
    drifted = Finding("violation", "drifted: elsewhere", "evidence", focus="urn:p", path="urn:q")
    fabricated = replace(drifted, message="fabricated: nowhere")
    assert fingerprint(drifted) != fingerprint(fabricated)
    shape = replace(drifted, component="urn:c")
    assert fingerprint(shape) == fingerprint(replace(shape, message="in other words"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"findings": [{}]}', '{"findings": [1]}'])
def test_what_is_no_baseline_is_a_wrong_command(folder: Path, text: str) -> None:
    (folder / "known.json").write_text(text)
    result = with_baseline(folder, "a.ttl")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "not a baseline" in result.stderr
