"""Baselines: what was accepted once passes, what is new fails, what is gone must be taken out."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.validation.finding import Finding
from onrecord.validation.fingerprint import fingerprint

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <https://kiln.example/> .\n"
SHAPES = f"""{PREFIXES}
:Pot-glaze a sh:PropertyShape ; sh:targetClass :Pot ; sh:path :glaze ;
    sh:minCount 1 ; sh:pattern "^[a-z]+$" .
"""
POTS = f"""{PREFIXES}
:bowl a :Pot .
:jug a :Pot ; :glaze "Salt 7" .
[] a :Pot ; :glaze "8" .
"""
Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Check a folder of pots, with what options are given."""
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(SHAPES)
    Path("pots").mkdir()
    Path("pots/a.ttl").write_text(POTS)

    def run(*options: str) -> Result:
        return CliRunner().invoke(main, ["check", "--shapes", "shapes.ttl", "pots", *options])

    return run


def findings(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)["findings"]
    return found


def change(old: str, new: str) -> None:
    text = Path("pots/a.ttl").read_text()
    assert old in text
    Path("pots/a.ttl").write_text(text.replace(old, new, 1))


def test_what_is_known_is_accepted_and_the_check_conforms(check: Check) -> None:
    assert check().exit_code == 1
    written = check("--write-baseline", "known.json")
    assert (written.exit_code, written.stdout) == (0, "")
    again = check("--baseline", "known.json")
    assert (again.exit_code, again.stdout) == (0, "")


def test_a_baseline_is_one_readable_line_for_each_finding(check: Check) -> None:
    check("--write-baseline", "known.json")
    text = Path("known.json").read_text()
    accepted = json.loads(text)["findings"]
    assert len(text.splitlines()) == len(accepted) + 2
    assert (accepted[1]["file"], accepted[1]["focus"], accepted[1]["value"]) == (
        "pots/a.ttl",
        "https://kiln.example/bowl",
        "",
    )
    assert "needs at least 1 value" in accepted[1]["message"]


def test_a_baseline_survives_that_lines_move_and_words_of_messages_change(check: Check) -> None:
    check("--write-baseline", "known.json")
    change(":bowl a", "\n\n# a new shelf\n:vase a :Pot ; :glaze 'ash' .\n\n:bowl   a")
    Path("shapes.ttl").write_text(
        SHAPES.replace("sh:minCount", 'sh:message "Glaze it." ; sh:minCount')
    )
    assert check("--baseline", "known.json").exit_code == 0


def test_a_finding_that_moves_to_another_file_stays_accepted(check: Check) -> None:
    check("--write-baseline", "known.json")
    change(":bowl a :Pot .", "")
    Path("pots/b.ttl").write_text(f"{PREFIXES}:bowl a :Pot .\n")
    assert check("--baseline", "known.json").exit_code == 0


def test_what_is_new_is_found(check: Check) -> None:
    check("--write-baseline", "known.json")
    change(":bowl a :Pot .", ":bowl a :Pot . :cup a :Pot .")
    result = check("--baseline", "known.json", "--format", "json")
    assert result.exit_code == 1
    assert [each["focus"] for each in findings(result)] == ["https://kiln.example/cup"]


def test_another_value_is_another_finding(check: Check) -> None:
    check("--write-baseline", "known.json")
    change("Salt 7", "Salt 9")
    result = check("--baseline", "known.json", "--format", "json")
    assert [(each["shape"], each["file"]) for each in findings(result)] == [
        ("https://kiln.example/Pot-glaze", "pots/a.ttl"),
        ("baseline", "known.json"),
    ]


def test_what_is_gone_from_the_data_has_to_leave_the_baseline(check: Check) -> None:
    check("--write-baseline", "known.json")
    change('"Salt 7"', '"salt"')
    result = check("--baseline", "known.json")
    assert result.exit_code == 1
    (line, remedy) = result.stdout.splitlines()
    accepted = Path("known.json").read_text().splitlines()
    (number,) = [n for n, text in enumerate(accepted, start=1) if "Salt 7" in text]
    assert line.startswith(f"known.json:{number}:3: violation: accepted, but this is no longer")
    assert "--write-baseline" in remedy
    assert check("--write-baseline", "known.json").exit_code == 0
    assert "Salt 7" not in Path("known.json").read_text()
    assert check("--baseline", "known.json").exit_code == 0


def test_findings_that_are_alike_are_counted(check: Check) -> None:
    change('[] a :Pot ; :glaze "8" .', '[] a :Pot ; :glaze "8" .\n[] a :Pot ; :glaze "8" .')
    check("--write-baseline", "known.json")
    assert check("--baseline", "known.json").exit_code == 0
    change('[] a :Pot ; :glaze "8" .', "")
    result = check("--baseline", "known.json")
    assert result.exit_code == 1
    assert "1 of 2 of these are no longer found" in result.stdout
    change('[] a :Pot ; :glaze "8" .', '[] a :Pot ; :glaze "8" .\n' * 3)
    result = check("--baseline", "known.json", "--format", "json")
    assert [each["focus"] for each in findings(result)] == ["[]"]


def test_a_node_without_a_name_is_known_in_its_own_file_only(check: Check) -> None:
    check("--write-baseline", "known.json")
    change('[] a :Pot ; :glaze "8" .', "")
    Path("pots/b.ttl").write_text(f'{PREFIXES}[] a :Pot ; :glaze "8" .\n')
    result = check("--baseline", "known.json", "--format", "json")
    assert {(each["shape"], each["file"]) for each in findings(result)} == {
        ("https://kiln.example/Pot-glaze", "pots/b.ttl"),
        ("baseline", "known.json"),
    }


def test_what_was_accepted_in_files_that_are_not_checked_is_left_alone(check: Check) -> None:
    Path("pots/b.ttl").write_text(f"{PREFIXES}:tile a :Pot .\n")
    check("--write-baseline", "known.json")
    command = ["check", "--shapes", "shapes.ttl", "pots/b.ttl", "--baseline", "known.json"]
    assert CliRunner().invoke(main, command).exit_code == 0
    Path("pots/b.ttl").unlink()
    result = check("--baseline", "known.json")
    assert result.exit_code == 1
    assert "no longer found" in result.stdout


def test_where_data_cannot_be_read_nothing_is_accepted_and_nothing_is_gone(check: Check) -> None:
    check("--write-baseline", "known.json")
    before = Path("known.json").read_text()
    change(":bowl a :Pot .", ":bowl a :Pot")
    result = check("--baseline", "known.json", "--format", "json")
    assert result.exit_code == 4
    assert [each["shape"] for each in findings(result)] == ["syntax"]
    assert check("--write-baseline", "known.json").exit_code == 4
    assert Path("known.json").read_text() == before


def test_a_baseline_is_the_same_bytes_whatever_the_order_of_findings(check: Check) -> None:
    check("--write-baseline", "one.json")
    check("--write-baseline", "two.json", "--engine", "pyshacl")
    one, two = (json.loads(Path(f"{name}.json").read_text()) for name in ("one", "two"))
    kept = [
        [(each["focus"], each["path"], each["value"]) for each in it["findings"]]
        for it in (one, two)
    ]
    assert kept[0] == kept[1]
    check("--write-baseline", "three.json")
    assert Path("one.json").read_bytes() == Path("three.json").read_bytes()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"findings": [{}]}', '{"findings": [1]}', "not JSON", "\xff"],
)
def test_what_is_no_baseline_is_a_wrong_command(check: Check, text: str) -> None:
    Path("known.json").write_bytes(text.encode("latin-1"))
    result = check("--baseline", "known.json")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "known.json: " in result.stderr


def test_a_baseline_that_is_not_there_is_a_wrong_command(check: Check) -> None:
    assert check("--baseline", "nowhere.json").exit_code == 2
    assert check("--write-baseline", "no/folder.json").exit_code == 2


def test_a_passage_that_drifted_is_another_finding_than_one_that_is_fabricated() -> None:
    drifted = Finding("violation", "drifted: elsewhere", "evidence", focus="urn:p", path="urn:q")
    fabricated = replace(drifted, message="fabricated: nowhere")
    assert fingerprint(drifted) != fingerprint(fabricated)
    shape = replace(drifted, component="urn:c")
    assert fingerprint(shape) == fingerprint(replace(shape, message="in other words"))
