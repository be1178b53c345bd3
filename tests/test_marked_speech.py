"""Drafts of words that only the bytes behind a text mark as somebody's."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord.archiving.extraction import extract
from onrecord.archiving.kind import kind_of
from onrecord.cli.main import main
from onrecord.drafting.document import Document, drafted

PAGES = Path(__file__).parent / "archived"


def quotes(data: bytes, name: str) -> list[dict[str, str | None]]:
    made = extract(data, kind_of(data, name))
    found = drafted(Document(name, made.text, "en", None, made.blocks))["quotes"]
    for one in found:
        assert made.text[one["start"] : one["end"]] == one["text"]
        if one["speaker"] is not None:
            assert made.text[one["speaker_start"] : one["speaker_end"]] == one["speaker"]
    return [
        {key: one.get(key) for key in ("text", "speaker", "via", "media", "place")}
        for one in found
        if one.get("via") in ("blockquote", "voice", "message")
    ]


def page(*parts: str) -> bytes:
    return f"<html><body><article><h1>Line</h1>{''.join(parts)}</article></body></html>".encode()


WORDS = "The line opens in May and will make two million fuses a year."
REST = "<p>Nobody answered him before the evening, and the gates of the plant stayed closed.</p>"


@pytest.mark.parametrize(
    ("before", "speaker"),
    [
        ("<p>Jonas Vell wrote to the staff on the same evening:</p>", "Jonas Vell"),
        (
            "<p>Jonas Vell said that he was tired. The letter is short.</p>",
            "Jonas Vell",
        ),
        ("<p>The letter to the staff is short, and hangs beside the gate.</p>", None),
        (
            "<p>Jonas Vell said that he was tired. Ada Holm said that she had slept.</p>",
            None,
        ),
    ],
)
def test_a_block_quotation_without_marks_is_somebodys_words(
    before: str, speaker: str | None
) -> None:
    (found,) = quotes(page(before, f"<blockquote>{WORDS}</blockquote>", REST), "a.html")
    assert (found["text"], found["via"]) == (WORDS, "blockquote")
    assert found["speaker"] == speaker
    assert str(found["place"]).endswith("/blockquote[1]")


def test_a_block_quotation_with_marks_is_drafted_once() -> None:
    data = page(
        "<p>Jonas Vell wrote to the staff:</p>", f"<blockquote>“{WORDS}”</blockquote>", REST
    )
    assert quotes(data, "a.html") == []
    made = extract(data, "html")
    (found,) = drafted(Document("a", made.text, "en", None, made.blocks))["quotes"]
    assert (found["text"], found["speaker"]) == (f"“{WORDS}”", "Jonas Vell")


def test_places_behind_a_block_quotation_are_those_of_the_text() -> None:
    data = page(
        "<p>Jonas Vell wrote to the staff:</p>",
        f"<blockquote><p>{WORDS}</p><p>It closes in June.</p></blockquote>",
        "<p>“We will not wait,” said Ada Holm.</p>",
    )
    made = extract(data, "html")
    found = drafted(Document("a", made.text, "en", None, made.blocks))["quotes"]
    last = found[-1]
    assert (last["text"], last["speaker"]) == ("“We will not wait,”", "Ada Holm")
    assert made.text[last["start"] : last["end"]] == last["text"]


def test_a_voice_says_what_its_cues_say() -> None:
    found = quotes((PAGES / "turns.vtt").read_bytes(), "turns.vtt")
    assert [(one["text"], one["speaker"], one["media"]) for one in found] == [
        ("We will not wait & see.", "Ada Holm", "t=1,3.5"),
        ("Who pays?", "Jonas Vell", "t=4,6"),
        ("The town does. The town does.", "Ada Holm", "t=4,7"),
    ]


def test_quoted_lines_are_the_words_of_who_wrote_them() -> None:
    found = quotes((PAGES / "reply.eml").read_bytes(), "reply.eml")
    assert [(one["text"], one["speaker"]) for one in found] == [
        ("We cannot, since the floor is still wet.", "Tove Ek"),
        ("Can you open in May, as you told the town?", "Jonas Vell"),
        ("The floor is wet.", "Ada Holm"),
    ]


def test_draft_reads_an_archived_page_with_its_day_and_marks(tmp_path: Path) -> None:
    archive = ["--archive", str(tmp_path)]
    added = CliRunner().invoke(main, ["archive", "add", str(PAGES / "quotations.html"), *archive])
    result = CliRunner().invoke(main, ["draft", added.stdout.strip(), *archive])
    found = json.loads(result.stdout)
    (block,) = [one for one in found["quotes"] if one.get("via") == "blockquote"]
    assert (block["text"], block["speaker"]) == (WORDS, "Vell")
    assert "2025-03-12" in [one["edtf"] for one in found["dates"]]
