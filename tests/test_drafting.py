"""Drafts from plain text: the command, documents as lines, and what bounds them."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from measured_process import measured
from onrecord.cli.main import main
from onrecord.drafting.document import LONGEST, Document, drafted
from onrecord.drafting.draft import draft
from onrecord.drafting.language import language_of
from onrecord.drafting.lexicon import LANGUAGES, lexicon, regular_forms

SENTENCE = (
    "Minister Ada Holm said on Monday that the works would make 12,000 shells a month by 2026. "
    "“We will not wait,” she told reporters in Oslo, “and they will not either.” "
)


def run(*arguments: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["draft", *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_file_is_drafted(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("“We will wait,” said Ada Holm yesterday.", encoding="utf-8")
    (found,) = run(str(page), "--published", "2025-03-12")
    (quote,) = found["quotes"]  # type: ignore[misc]
    assert (quote["speaker"], quote["cue"], quote["rule"]) == ("Ada Holm", "said", "cue behind")
    assert [one["edtf"] for one in found["dates"]] == ["2025-03-11"]  # type: ignore[attr-defined]


def test_documents_are_read_as_lines(tmp_path: Path) -> None:
    lines = tmp_path / "documents.jsonl"
    lines.write_text(
        json.dumps({"id": "a", "text": "Holm said it rained."})
        + "\n\n"
        + json.dumps({"id": "b", "text": "Nothing."})
        + "\n",
        encoding="utf-8",
    )
    found = run("--jsonl-in", str(lines), "--format", "jsonl")
    assert [one["id"] for one in found] == ["a", "b"]
    assert {"start", "end", "type", "speaker_start", "speaker_end", "speaker", "cue"} <= set(
        found[0]["quotes"][0]  # type: ignore[index]
    )
    assert found[1]["quotes"] == []


@pytest.mark.parametrize("line", ["[]", '{"id": "a"}', "{", '{"id": "a", "text": 1}'])
def test_a_line_that_is_no_document_is_named(tmp_path: Path, line: str) -> None:
    lines = tmp_path / "documents.jsonl"
    lines.write_text(f'{{"id": "a", "text": ""}}\n{line}\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["draft", "--jsonl-in", str(lines)])
    assert result.exit_code == 1
    assert f"{lines}:2: this is no document" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("a.txt", "--jsonl-in", "b.jsonl")])
def test_there_is_one_input(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["draft", *arguments])
    assert result.exit_code == 2
    assert "name either a SOURCE or --jsonl-in FILE" in result.stderr


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"GIF89a\0\0", b"WARC/1.0\r\n"])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    page = tmp_path / "page.pdf"
    page.write_bytes(data)
    result = CliRunner().invoke(main, ["draft", str(page)])
    assert result.exit_code == 1
    assert "this is no text" in result.stderr


@pytest.mark.parametrize("is_archived", [True, False])
def test_of_a_page_its_text_is_drafted(tmp_path: Path, is_archived: bool) -> None:
    page = Path(__file__).parent / "archived" / "turns.vtt"
    archive = tmp_path / "texts"
    archive.mkdir()
    if is_archived:
        added = CliRunner().invoke(main, ["archive", "add", str(page), "--archive", str(archive)])
        assert added.exit_code == 0
        (of_hash,) = run(added.stdout.strip(), "--archive", str(archive))
        assert of_hash["quotes"] == run(str(page), "--archive", str(archive))[0]["quotes"]
    (found,) = run(str(page), "--archive", str(archive))
    assert [one["text"] for one in found["quotes"]] == [  # type: ignore[attr-defined]
        "We will not wait & see.",
        "Who pays?",
        "The town does. The town does.",
    ]


def test_the_words_of_a_draft_are_those_of_the_text() -> None:
    text = SENTENCE * 3
    found = drafted(Document("a", text, None, date(2025, 1, 1)))
    for kind in ("quotes", "quantities", "dates"):
        assert found[kind]
        for one in found[kind]:
            assert text[one["start"] : one["end"]] == one["text"]
    assert len(found["quotes"]) == 9


def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    text = SENTENCE * (LONGEST // len(SENTENCE) + 2)
    found = drafted(Document("a", text))
    assert found["read_to"] == LONGEST
    assert found["text"] == text
    assert max(one["end"] for one in found["quotes"]) <= LONGEST
    assert "read_to" not in drafted(Document("a", SENTENCE))


HOSTILE = {
    "one paragraph": SENTENCE,
    "quotation marks": '"',
    "apostrophes": "'",
    "opening marks": "“a ",
    "angular marks": "« ",
    "digits": "1",
    "grouped digits": "1,111",
    "numbers": "one hundred ",
    "tags": '<p><div>"',
    "cues": "said ",
    "according": "according to ",
    "relative clauses": "Ada, who said ",
    "lines": "a\n",
    "no known language": "ሰላም ለዓለም ",
    "months": "May ",
    "ratios": "in three months what ",
}


PROGRAM = """
import sys
from datetime import date
from onrecord.drafting.document import Document, drafted
piece = sys.argv[1]
drafted(Document("a", piece * (10_000_000 // len(piece)), None, date(2025, 1, 1)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=list(HOSTILE))
def test_time_and_memory_are_bounded(piece: str) -> None:
    """Ten million characters take at most ten seconds and 300 MB."""
    found = measured([sys.executable, "-c", PROGRAM, piece])
    assert found.exit_code == 0, found.stderr
    assert found.seconds <= 10
    assert found.memory <= 300_000_000


def test_nested_marks_are_one_quotation() -> None:
    assert len(draft("“" * 5_000 + "We wait," + "”" * 5_000 + " said Holm.", "en")) == 1


def test_a_text_without_speech_has_no_draft() -> None:
    assert draft("", "en") == []
    assert draft("The yard opened in May. Nobody came.", "en") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The yard is open and it is on the sea.", "en"),
        ("Die Werft ist nicht auf dem See, und das ist für den Bau.", "de"),
        ("Le chantier est dans la ville et les ouvriers ne sont pas là.", "fr"),
        ("Il cantiere è nella città e gli operai non sono con la nave.", "it"),
        ("ሰላም", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("base", "doubled", "forms"),
    [
        ("state", False, ("state", "states", "stated", "stating")),
        ("deny", False, ("deny", "denies", "denied", "denying")),
        ("stress", False, ("stress", "stresses", "stressed", "stressing")),
        ("admit", True, ("admit", "admits", "admitted", "admitting")),
    ],
)
def test_forms_of_a_verb(base: str, doubled: bool, forms: tuple[str, ...]) -> None:
    assert regular_forms(base, doubled) == forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_verbs_of_speech(language: str) -> None:
    words = lexicon(language)
    assert any("say" in verb.frames for verb in words.verbs.values())
    assert words.words["determiner"]
