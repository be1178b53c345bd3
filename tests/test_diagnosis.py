"""What has become of a passage that is not where the record says, and moving what drifted."""

import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onrecord.records.archive import open_archive
from onrecord.records.check import CheckedRecords, check_records
from onrecord.records.collection import read_collection
from onrecord.records.diagnosis import diagnose_hash, diagnose_words, difference
from onrecord.records.fix import move_drifted
from sample_release import SAMPLE

TEXT = "The harbour was busy. “We make forty flares a day, all we can,” she said. Rain fell."
OTHERS = {"the tide": "High water. “We have run short of stones,” he said."}
WORDS = "We make forty flares a day, all we can,"


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        (WORDS, "drifted", "it is at 23 to 62"),
        ("We have run short of stones,", "misattributed", "the words are in the tide"),
        (
            "We make fifty flares a day, all we can,",
            "altered",
            "We make [-fifty-] {+forty+} flares",
        ),
        ("Nobody has ever heard of such lanterns", "fabricated", "in no archived text"),
    ],
)
def test_words_that_are_not_there_are_told_apart(words: str, kind: str, found: str) -> None:
    diagnosis = diagnose_words(words, (0, len(words)), TEXT, OTHERS)
    assert diagnosis.kind == kind
    assert found in diagnosis.found


def test_of_several_places_the_nearest_is_taken() -> None:
    diagnosis = diagnose_words("we", (40, 42), "we " * 30, {})
    assert (diagnosis.start, diagnosis.end) == (39, 41)
    assert "nearest of 30 places" in diagnosis.found


def hashed(words: str) -> str:
    return sha256(words.encode()).hexdigest()


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Rain fell.", "drifted"), ("High water.", "misattributed"), ("Snow fell.", "lost")],
)
def test_prose_is_found_by_its_hash_alone(words: str, kind: str) -> None:
    assert diagnose_hash(hashed(words), (0, len(words)), TEXT, OTHERS).kind == kind


def test_what_cannot_be_afforded_is_not_searched_and_that_is_said() -> None:
    text = "b" * 10_000 + "a" * 10_000
    diagnosis = diagnose_hash(hashed("a" * 10_000), (3, 10_003), text, {})
    assert (diagnosis.kind, diagnosis.found[:12]) == ("lost", "not searched")
    long = diagnose_hash(hashed("a" * 10_000), (3, 10_003), text, {}, hash_budget=9_999)
    assert long.found == "not searched for, since the passage is too long"
    hash_budget = 2 * 4 * len(TEXT)
    diagnosis = diagnose_hash(hashed("High"), (0, 4), TEXT, {"one": TEXT, **OTHERS}, hash_budget)
    assert diagnosis.found == "not found, and 1 archived texts were not searched, for they are long"


def test_what_stands_nearly_in_another_source_is_not_called_fabricated() -> None:
    diagnosis = diagnose_words("We have run short of bricks,", (0, 28), TEXT, OTHERS)
    assert diagnosis.kind == "misattributed"
    assert "nearly the words are in the tide" in diagnosis.found
    assert "[-bricks,-] {+stones,+}" in diagnosis.found


def test_white_space_that_differs_is_shown() -> None:
    diagnosis = diagnose_words("forty  flares a\nday", (0, 19), TEXT, {})
    assert diagnosis.kind == "altered"
    assert "'forty flares a day'" in diagnosis.found


LETTERS = st.text(st.characters(categories=("Ll", "Lu", "Zs", "Po", "So")), min_size=1, max_size=60)


@given(LETTERS, LETTERS, LETTERS, st.integers(min_value=0, max_value=200))
def test_what_text_before_it_has_moved_is_found_again(
    before: str, words: str, after: str, start: int
) -> None:
    text = before + words + after
    for diagnosis in (
        diagnose_words(words, (start, start + len(words)), text, {}),
        diagnose_hash(hashed(words), (start, start + len(words)), text, {}),
    ):
        assert diagnosis.kind == "drifted"
        assert text[diagnosis.start : diagnosis.end] == words


PLAIN = st.text("abcdefghij ", min_size=24, max_size=80).map(lambda text: f"x{text}x")


@given(LETTERS, PLAIN, LETTERS, st.data())
def test_words_with_one_letter_changed_are_altered(
    before: str, words: str, after: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(min_value=1, max_value=len(words) - 2))
    changed = f"{words[:place]}Z{words[place + 1 :]}"
    diagnosis = diagnose_words(changed, (0, 1), f"{before} {words} {after}", {})
    assert diagnosis.kind == "altered"
    assert "Z" in diagnosis.found


@given(PLAIN, st.text("klmnopqrst", max_size=200))
def test_words_of_other_letters_are_fabricated(words: str, text: str) -> None:
    assert diagnose_words(words, (0, 1), text, {"other": text[::-1]}).kind == "fabricated"


@given(st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1), st.data())
def test_a_difference_gives_both_sides_back(kept: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(min_value=0, max_value=len(kept) - 1))
    found = [*kept[:place], "seven", *kept[place + 1 :]]
    shown = difference(" ".join(kept), " ".join(found))
    # What is put in at an end is not told.
    assume("seven" in shown)
    ours = re.sub(r"\[-(.*?)-\]", r"\1", re.sub(r"\{\+.*?\+\}", "", shown))
    theirs = re.sub(r"\{\+(.*?)\+\}", r"\1", re.sub(r"\[-.*?-\]", "", shown))
    assert ours.split() == kept
    assert " ".join(theirs.split()) in " ".join(found)


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A copy of the sample to whose archived text a line was added, and its hash with it."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    text = tmp_path / "sample" / "archive" / "quay.txt"
    old = sha256(text.read_bytes()).hexdigest()
    text.write_bytes(b"Printed anew, \xc3\xa4 line longer.\n\n" + text.read_bytes())
    record = tmp_path / "sample" / "records" / "sources" / "quay.ttl"
    new = sha256(text.read_bytes()).hexdigest()
    record.write_bytes(record.read_bytes().replace(old.encode(), new.encode()))
    return tmp_path / "sample"


def checked(folder: Path) -> CheckedRecords:
    return check_records(read_collection(folder / "records"), open_archive([folder / "archive"]))


def test_drifted_passages_are_moved_and_nothing_else_changes(moved: Path) -> None:
    record = moved / "records" / "sources" / "quay.ttl"
    before = record.read_bytes()
    report = checked(moved)
    assert report.passages["broken"] == len(report.drifted) > 10
    assert all("drifted: " in finding.message for finding in report.findings)
    number = move_drifted(report.collection, report.assembly.records, report.drifted)
    assert number == len(report.drifted)
    assert checked(moved).findings == ()
    after = record.read_bytes()
    changed = [
        (old, new)
        for old, new in zip(before.splitlines(), after.splitlines(), strict=True)
        if old != new
    ]
    digits = bytes.maketrans(b"123456789", b"000000000")
    assert all(
        old.translate(digits).replace(b"0", b"") == new.translate(digits).replace(b"0", b"")
        for old, new in changed
    )
    assert [path.name for path in record.parent.glob("*.partial")] == []


def test_what_is_altered_is_not_moved(moved: Path) -> None:
    record = moved / "records" / "sources" / "gazette.ttl"
    text = record.read_text(encoding="utf-8")
    assert "one and a half times as many" in text
    record.write_text(text.replace("and a half times", "and a third times"), "utf-8")
    report = checked(moved)
    move_drifted(report.collection, report.assembly.records, report.drifted)
    (finding,) = checked(moved).findings
    assert "altered: " in finding.message
    assert "[-third-] {+half+}" in finding.message


def one_line(data: bytes) -> bytes:
    return b" ".join(line for line in data.splitlines() if not line.startswith(b"#"))


def quoted(data: bytes) -> bytes:
    """Return a record file with its numbers written at length, a comment in between."""
    declared = b"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + data
    long = b"rec:start # of 7\n  '''\\1'''^^xsd:integer"
    return re.sub(rb"rec:start ([0-9]+)", long, declared)


@pytest.mark.parametrize(
    ("rewritten", "kept"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), b"\r"),
        (lambda data: data.replace(b"\n", b"\r"), b"\r"),
        (lambda data: b"\xef\xbb\xbf" + data, b"\xef\xbb\xbf"),
        (one_line, b" "),
        (quoted, b"'''^^xsd:integer"),
    ],
    ids=["CR LF", "CR", "byte order mark", "one line", "numbers at length"],
)
def test_files_of_any_make_are_fixed(
    moved: Path, rewritten: Callable[[bytes], bytes], kept: bytes
) -> None:
    record = moved / "records" / "sources" / "quay.ttl"
    before = rewritten(record.read_bytes())
    record.write_bytes(before)
    report = checked(moved)
    assert move_drifted(report.collection, report.assembly.records, report.drifted) > 10
    assert checked(moved).findings == ()
    after = record.read_bytes()
    assert after.count(kept) == before.count(kept) > 0
    assert re.sub(rb"[0-9]+", b"", after) == re.sub(rb"[0-9]+", b"", before)
