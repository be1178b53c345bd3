"""Checking: what is wrong is named with place and remedy, and no finding hides another."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.errors import UsageError
from onrecord.records.archive import open_archive
from onrecord.records.check import CheckedRecords, check_records
from onrecord.records.collection import CollectionError, read_collection
from onrecord.validation.formats.text import render
from sample_release import SAMPLE

Change = Callable[[str], str]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample that a test may spoil."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    return tmp_path / "sample"


def checked(sample: Path) -> CheckedRecords:
    return check_records(read_collection(sample / "records"), open_archive([sample / "archive"]))


def spoil(sample: Path, name: str, old: str, new: str) -> Path:
    path = sample / "records" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    return path.read_text(encoding="utf-8").partition(words)[0].count("\n") + 1


def test_the_sample_conforms_and_every_passage_verifies(sample: Path) -> None:
    report = checked(sample)
    assert report.findings == ()
    assert report.passages == {"verified": 51, "broken": 0, "not checked": 0}


def test_without_an_archive_nothing_is_called_verified(sample: Path) -> None:
    report = check_records(read_collection(sample / "records"), open_archive([]))
    assert report.findings == ()
    assert report.passages == {"verified": 0, "broken": 0, "not checked": 51}


@pytest.mark.slow  # pySHACL takes ten seconds; a dump is checked by it among the fast tests
def test_both_engines_agree_on_a_broken_sample(sample: Path) -> None:
    spoil(sample, "actors.ttl", "    a rec:Actor , schema:Person ;\n", "    a schema:Person ;\n")
    collection, archive = read_collection(sample / "records"), open_archive([sample / "archive"])
    fast = check_records(collection, archive, "fast").findings
    assert fast == check_records(collection, archive, "pyshacl").findings
    assert fast


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "message"),
    [
        (
            "claims/holm-earlier-2024.ttl", "rec:speaker actor:ada-holm",
            "rec:speaker actor:nobody", "actor:nobody", "speaker",
        ),
        (
            "claims/voices.ttl", "rec:modality code:questioned ;\n",
            "rec:modality code:questioned ; schema:statedBy actor:desk ;\n",
            "schema:statedBy", "does not exist",
        ),
        (
            "curations.ttl", '"2024-06-02"^^xsd:date', '"2024-06-31"^^xsd:date',
            '"2024-06-31"', "is not a value of the datatype date",
        ),
        (
            "events.ttl", '"2024-02"^^edtf:EDTF', '"2024-02-31"^^edtf:EDTF',
            '"2024-02-31"', "is not an EDTF date",
        ),
        (
            "claims/voices.ttl", "rec:quantity [", 'rec:quantity "many" , [',
            '"many"', "written in place",
        ),
        (
            "sources/gazette.ttl", "rec:start 31 ;", 'rec:start "31st" ;',
            "rec:start \"31st\"", "its position is not a number",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    sample: Path, name: str, old: str, new: str, at: str, message: str
) -> None:
    path = spoil(sample, name, old, new)
    findings = checked(sample).findings
    line = line_of(path, at)
    column = path.read_text(encoding="utf-8").splitlines()[line - 1].index(at) + 1
    where = (str(path), line, column)
    told = [
        finding.message
        for finding in findings
        if finding.region
        and (finding.region.file, finding.region.line, finding.region.column) == where
    ]
    assert any(message in each for each in told), findings
    assert f"{path}:{line}:{column}: violation: " in render(findings, show_all=True)


def test_a_passage_that_no_record_owns_is_a_finding(sample: Path) -> None:
    path = sample / "records" / "sources" / "gazette.ttl"
    stray = '[] oa:hasSource snapshot:gazette ; rec:start 31 ; rec:end 33 ; rec:words "Su" .\n'
    path.write_text(path.read_text() + stray)
    assert any(finding.shape == "name" for finding in checked(sample).findings)


def test_a_file_that_does_not_parse_does_not_hide_the_findings_of_others(sample: Path) -> None:
    broken = spoil(sample, "topics.ttl", "a skos:Concept ;", "a skos:Concept")
    spoil(sample, "claims/voices.ttl", "rec:modality code:questioned ;\n", "")
    findings = checked(sample).findings
    syntax = [finding for finding in findings if finding.shape == "syntax"]
    assert [finding.region and finding.region.file for finding in syntax] == [str(broken)]
    assert any(finding.shape.endswith("#Claim-modality") for finding in findings)


def test_bytes_that_are_not_utf8_are_a_finding_with_a_place(sample: Path) -> None:
    path = sample / "records" / "topics.ttl"
    path.write_bytes(
        path.read_bytes().replace(b"flare parity", "flare parit\u00e9".encode("latin-1"))
    )
    (finding,) = (finding for finding in checked(sample).findings if finding.shape == "syntax")
    assert finding.region is not None
    assert finding.region.file == str(path)


def test_two_files_that_define_one_iri_are_both_named(sample: Path) -> None:
    other = sample / "records" / "more.ttl"
    other.write_text(
        "@prefix schema: <https://schema.org/> .\n"
        '<https://example.org/harbour/actor/quay> schema:name "Another Quay"@en .\n'
    )
    found = [finding for finding in checked(sample).findings if finding.shape == "definition"]
    assert len(found) == 1
    assert "actors.ttl" in found[0].message
    assert str(other) in found[0].message


def test_a_record_without_an_iri_is_found(sample: Path) -> None:
    (sample / "records" / "more.ttl").write_text(
        "@prefix rec: <https://w3id.org/onrecord/ns#> .\n[] a rec:Claim .\n"
    )
    assert any("without an IRI" in finding.message for finding in checked(sample).findings)


def test_a_changed_byte_in_the_archive_names_every_affected_passage(sample: Path) -> None:
    path = sample / "archive" / "quay.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("Not any longer", "Not any lomger"))
    report = checked(sample)
    evidence = [finding for finding in report.findings if finding.shape == "evidence"]
    focus = {finding.focus.rpartition("/")[2] for finding in evidence}
    assert focus == {"quay", "no-longer-ahead-quay#passage"}
    for finding in evidence:
        assert finding.region is not None
        assert finding.region.file.endswith("sources/quay.ttl")
        assert finding.region.line > 1
    assert report.passages["broken"] == 1
    assert report.passages["not checked"] > 0, "an altered text verifies nothing"


def test_prose_kept_as_words_is_found(sample: Path) -> None:
    path = sample / "records" / "sources" / "quay.ttl"
    text = path.read_text(encoding="utf-8")
    words = "Sundra has phosphorus for decades."
    start = (sample / "archive" / "quay.txt").read_text(encoding="utf-8").index(words)
    head, mark, tail = text.partition(f"rec:start {start} ; rec:end {start + len(words)} ; ")
    assert mark
    path.write_text(f'{head}{mark}rec:words "{words}" ; {tail}', encoding="utf-8")
    messages = [finding.message for finding in checked(sample).findings]
    assert "the words are not in quotation marks in the source" in messages


def test_words_that_a_figure_rests_on_must_stand_in_the_source(sample: Path) -> None:
    spoil(sample, "claims/holm-speech-quayside-2024.ttl", '"a dozen new workshops"', '"12 shops"')
    assert any("'12 shops'" in finding.message for finding in checked(sample).findings)


def test_what_is_no_collection_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        read_collection(tmp_path / "nowhere")
    with pytest.raises(CollectionError, match=r"no \.ttl file"):
        read_collection(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        open_archive([tmp_path / "nowhere"])
