"""Edited data files: what is found of them since, few lines edited or most of them."""

import math
import re
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.files.revision import removed_files
from onrecord.files.watch import WatchedFiles, watch_files
from onrecord.validation.changes import Edits, edits_since
from onrecord.validation.data_files import DataFiles, data_files
from onrecord.validation.finding import SYNTAX, Finding
from onrecord.validation.validate_files import validate_files

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
NAMES = ["one.ttl", "two.trig", "three.nt", "four.nq"]
BLANK = re.compile(r"f[0-9a-f]{23}")
"""A name that a blank node goes by; another triple before it gives it another."""
CONTENTS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.integers(0, 17), max_size=6), max_size=4
)


def write(folder: Path, contents: dict[str, list[int]]) -> None:
    """Put files of some lines, by their numbers, into a folder, and no others."""
    for path in folder.iterdir():
        path.unlink()
    (folder / "always.ttl").write_text(f"{PREFIXES}:a a :Buoy .\n")
    for name, numbers in contents.items():
        of_lines = name.endswith((".nt", ".nq"))
        pool, start = (LINES, "") if of_lines else (TURTLE, PREFIXES)
        lines = (f"{pool[number % len(pool)]}\n" for number in numbers)
        (folder / name).write_text(start + "".join(lines))


def found(
    folder: Path, former: WatchedFiles | None = None, shapes: Path = SHAPES
) -> tuple[tuple[Finding, ...], list[Edits]]:
    """Return what is found in the files of a folder, and what was edited in them since."""
    files, edits = data_files([folder]), list[Edits]()
    if former is None:
        return validate_files(files, [shapes], "fast").findings, edits

    def since(data: DataFiles) -> Edits:
        edits.append(edits_since(former, removed_files(former, [folder], files), data))
        return edits[-1]

    return validate_files(files, [shapes], "fast", since).findings, edits


@settings(max_examples=30)
@given(CONTENTS, CONTENTS)
def test_nothing_that_edits_make_is_missed_however_many_they_are(
    then: dict[str, list[int]], now: dict[str, list[int]]
) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        write(folder, then)
        before, _ = found(folder)
        former = watch_files(data_files([folder]))
        write(folder, now)
        everything, _ = found(folder)
        patch.setattr("onrecord.validation.changes._LARGE_SHARE", math.inf)
        narrowed, _ = found(folder, former)
        patch.setattr("onrecord.validation.changes._LARGE_SHARE", -1)
        patch.setattr("onrecord.validation.changes._LARGE_SIZE", -1)
        assert found(folder, former)[0] == everything
        assert set(narrowed) <= set(everything)
        if SYNTAX not in {finding.shape for finding in before}:
            assert named(everything) - named(before) <= named(narrowed)


def named(findings: Iterable[Finding]) -> set[tuple[str, ...]]:
    """Return findings without their places, but those about blank nodes, which are renumbered."""
    told = {
        (finding.shape, finding.focus, finding.path, finding.value, finding.message)
        for finding in findings
    }
    return {words for words in told if not BLANK.search(" ".join(words))}


SIMPLE = f"""\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <{TIDE}> .

:Buoy-depth sh:targetClass :Buoy ; sh:path :depth ; sh:minCount 1 .
"""


def buoys(numbers: Iterable[int], depth: bool = True) -> str:
    """Return a file of buoys, which conform if they have a depth."""
    lines = []
    for number in numbers:
        lines.append(f"<{TIDE}{number}> {TYPE} <{TIDE}Buoy> .\n")
        if depth:
            lines.append(f'<{TIDE}{number}> <{TIDE}depth> "{number}"^^<{XSD}integer> .\n')
    return "".join(lines)


KEPT, FAULTY = buoys(range(50)), buoys([99], depth=False)
EDITS = {
    "emptied": (buoys(range(100, 200)), KEPT, "", True),
    "emptied, a fault elsewhere": (buoys(range(100, 200)), KEPT + FAULTY, "", True),
    "rewritten": (buoys(range(100, 200)), KEPT, buoys(range(200, 300)), True),
    "rewritten with faults": (
        buoys(range(100, 200)), KEPT + FAULTY, buoys(range(100, 200), depth=False), True,
    ),
    "one line": (buoys(range(100, 200)), KEPT + FAULTY, buoys(range(100, 199)), False),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".nt", ".ttl"])
@pytest.mark.parametrize(("then", "other", "now", "much"), EDITS.values(), ids=EDITS)
def test_if_much_was_edited_all_is_checked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    then: str,
    other: str,
    now: str,
    much: bool,
) -> None:
    """Then no triple of former times is read, and old faults are reported too."""
    monkeypatch.setattr("onrecord.validation.changes._LARGE_SIZE", 0)
    shapes, folder = tmp_path / "shapes.ttl", tmp_path / "data"
    folder.mkdir()
    shapes.write_text(SIMPLE)
    (folder / "other.nt").write_text(other)
    path = folder / f"edited{suffix}"
    path.write_text(then)
    former = watch_files(data_files([folder]))
    path.write_text(now)
    everything, _ = found(folder, shapes=shapes)
    findings, (edits,) = found(folder, former, shapes)
    assert ("change" not in vars(edits)) == much
    assert findings == (everything if much else ())
