"""Texts made from bytes: each file of tests/archived, and beside it all that is made of it.

`ONRECORD_WRITE_EXPECTED=1` writes what is expected: read the difference.
"""

import json
import os
import zlib
from pathlib import Path

import pytest

from onrecord.archiving.extraction import extract
from onrecord.archiving.html.page import page_text, parse_page
from onrecord.archiving.kind import kind_of
from onrecord.archiving.made_text import MadeText, TextBlock, TextLayerError, place_of
from onrecord.records.passage import find_printed
from simple_pdf import pdf_of, pdf_with

FILES = sorted(
    path for path in (Path(__file__).parent / "archived").iterdir() if path.suffix != ".json"
)


def as_value(kind: str, made: MadeText) -> dict[str, object]:
    return {
        "kind": kind,
        "text": made.text.split("\n"),
        "form": made.form,
        "blocks": [
            [made.text[one.start : one.end][:30], one.kind, one.place, one.speaker]
            for one in made.blocks
        ],
        "words": made.words,
        "quotations": made.quotations,
        "changes": made.changes,
        "omissions": [[one.why, one.words, one.place] for one in made.omissions],
        "notes": made.notes,
        "metadata": made.metadata,
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_made_of_a_file(path: Path) -> None:
    data = path.read_bytes()
    kind = kind_of(data, path.name)
    expected = path.with_name(f"{path.name}.json")
    found = json.loads(json.dumps(as_value(kind, extract(data, kind))))
    if os.environ.get("ONRECORD_WRITE_EXPECTED"):
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_a_word_broken_at_a_line_of_a_pdf_is_left_so_and_found_whole() -> None:
    made = extract(pdf_of(["“We want no prom-", "ises,” Holm told the com-", "mittee."]), "pdf")
    assert "“We want no prom-\nises,” Holm told the com-\nmittee." in made.text
    (place,) = find_printed(made.text, "We want no promises")
    assert made.text[place.start : place.end] == "We want no prom-\nises"
    assert place_of(made.blocks, place.start, place.end) == "page=1"


def test_lines_of_a_pdf_are_joined_to_paragraphs_and_pages_told_apart() -> None:
    first = ["Fuse line to open", "The plant at the harbour will make thirty thousand fuses,",
             "and its director expects the first of them in the month", "of May.",
             "Nobody had expected that so early in the year, and so few"]  # fmt: skip
    made = extract(pdf_of(first, ["people had come to the quay."]), "pdf")
    assert made.text == (
        "Fuse line to open\n\nThe plant at the harbour will make thirty thousand fuses, and its"
        " director expects the first of them in the month of May.\n\nNobody had expected that so"
        " early in the year, and so few people had come to the quay.\n"
    )
    assert [block.place for block in made.blocks] == ["page=1", "page=1", "page=1", "page=2"]


def test_a_passage_over_two_cues_has_the_time_of_both() -> None:
    blocks = (TextBlock(0, 7, "cue", "t=1,2"), TextBlock(8, 17, "cue", "t=2,3.5"))
    assert place_of(blocks, 3, 12) == "t=1,3.5"
    assert place_of(blocks, 0, 7) == "t=1,2"


@pytest.mark.parametrize("depth", [500, 5000])
def test_deep_nesting_is_read_or_refused_and_never_cut_short(depth: int) -> None:
    page = f"<p>One line.</p>{'<div>' * depth}<p>“We will not wait,” said Holm.</p>"
    if depth > 2000:
        with pytest.raises(TextLayerError, match="nested too deeply"):
            extract(page.encode(), "html")
    else:
        assert "“We will not wait,” said Holm." in extract(page.encode(), "html").text


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("html", b"", "empty"),
        ("html", b"<html><body><script>x()</script></body></html>", "no words that a reader sees"),
        ("pdf", b"%PDF-1.7\nnothing of the kind", "the PDF cannot be read"),
        ("pdf", pdf_of([]), "it is a scan"),
        ("vtt", b"WEBVTT\n\n", "no words"),
        ("vtt", b"no captions at all", "cannot be read"),
        ("eml", b"From: a@example.org\nMessage-ID: <1>\n\n", "no words"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bytes_without_a_text_are_refused_in_one_line(kind: str, data: bytes, said: str) -> None:
    with pytest.raises(TextLayerError) as refused:
        extract(data, kind)  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b" " * 1_000_000) for _ in range(300)) + packer.flush()
    with pytest.raises(TextLayerError, match=r"cannot be read|no text could be made"):
        extract(pdf_with(bomb, "/FlateDecode"), "pdf")


def test_too_many_elements_are_refused_within_memory() -> None:
    page = b"<p>" + b"<b>w</b> " * 900_000
    with pytest.raises(TextLayerError, match="no text could be made of it within"):
        extract(page, "html")


def test_a_long_page_is_read_without_the_library_and_says_so() -> None:
    page = "<article><h1>T</h1>" + "<p>“We need forty more fitters,” said Holm.</p>" * 50_000
    made = extract(page.encode(), "html")
    assert made.quotations == (50_000, 50_000)
    assert "all that looks like text was taken" in made.notes[-1]


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ('<p lang="de">Er sagte <q>Ja, <q>nein</q> doch</q>.</p>', "Er sagte „Ja, ‚nein‘ doch“."),
        ('<p lang="fr">Il dit <q>oui</q>.</p>', "Il dit «oui»."),
        ('<p lang="sv">Hon sa <q>ja</q>.</p>', "Hon sa ”ja”."),
        ("<p>He said <q>“yes”</q>.</p>", "He said “yes”."),
        ("<p>from <del>3,000</del><ins>30,000</ins> to 10<sup>6</sup></p>", "from 30,000 to 10⁶"),
        ("<p>CO<sub>2</sub> in the 5<sup>th</sup> year</p>", "CO2 in the 5th year"),
        ("<p>a\u00a0b  c\n d<wbr>e</p>", "a\u00a0b c de"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("<p hidden>no</p><p>yes</p>", "yes"),
        ("one<br>two<br><br>three", "one two\n\nthree"),
        ("<td>1</td><td>2</td>", "1\t2"),
    ],
    ids=lambda value: value if value.startswith("<") else "",
)  # fmt: skip
def test_words_are_those_that_a_reader_sees(markup: str, printed: str) -> None:
    page = f"<body>{markup}</body>"
    assert page_text(parse_page(page), len(page)).writer.text == f"{printed}\n"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"<!-- x -->\n<!DOCTYPE html><p>x", "html"),
        ("a", b"\xef\xbb\xbf<html>", "html"),
        ("a.htm", b"x", "html"),
        ("a", b"junk\n%PDF-1.4", "pdf"),
        ("a.txt", b"WEBVTT\n", "vtt"),
        ("a", b"1\r\n00:00:01,000 --> 00:00:02,000\r\nx", "srt"),
        ("a", b"From: a@b.c\nMessage-ID: <x>\n\nx", "eml"),
        ("a.txt", b"From: the editor\nTo: all\n\nx", "txt"),
        ("a.docx", b"PK\x03\x04\0\0", "other"),
        ("a.warc.gz", b"\x1f\x8b\x08", "warc"),
        ("a", b"WARC/1.1\r\n", "warc"),
        ("a.txt", "x".encode("utf-16"), "txt"),
    ],
)
def test_a_kind_is_told_by_the_bytes_first(name: str, data: bytes, kind: str) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "charset", "note"),
    [
        ('<meta charset="utf-8"><p>Café'.encode("cp1252"), "cp1252", "declares utf-8, but is not"),
        ('<meta charset="latin1"><p>Café'.encode(), "utf-8", "declares latin1, but is UTF-8"),
        ('<meta charset="nonsense"><p>Café'.encode(), "utf-8", "unknown"),
        ("<p>Café".encode("utf-16"), "utf-16-le", ""),
    ],
)
def test_a_wrong_declaration_is_not_followed(data: bytes, charset: str, note: str) -> None:
    made = extract(data + b" and more of it\0"[: 0 if charset.startswith("utf-16") else 15], "html")
    assert "Café" in made.text
    assert made.options.endswith(f"charset={charset}")
    assert note in " ".join(made.notes)
