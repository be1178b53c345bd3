"""Batches of documents: each is drafted once and in order, whatever ends a process among them."""

import fcntl
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.warcwriter import WARCWriter

import poison
from conftest import REPOSITORY
from measured_process import measured
from onrecord.archiving.warc import read_warc
from onrecord.cli.main import main
from onrecord.drafting.batch import input_lines
from onrecord.drafting.batch.document_line import DocumentLine, drafted_line, failed_task, failure
from onrecord.drafting.batch.input_lines import read_lines
from onrecord.drafting.batch.output_file import done_before
from onrecord.drafting.batch.worker_pool import TaskLimits, in_order

TEXT = (
    "Minister Ada Holm said that shop {0} would make {0},000 shells a month. “We wait,” she said."
)


def document(number: int, **more: object) -> str:
    """Return a document as a line of JSON."""
    return json.dumps({"id": f"d{number}", "text": TEXT.format(number), **more})


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    """Run `onrecord draft`."""
    return CliRunner().invoke(main, ["draft", *arguments], input=stdin)


def ids(path: Path) -> list[str]:
    """Return the id of each line of a file."""
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def pages(path: Path, bodies: Iterable[tuple[str, str, bytes]]) -> Path:
    """Write a WARC file of addresses, media types and bodies."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for address, kind, body in bodies:
            writer.write_record(
                writer.create_warc_record(
                    address,
                    "resource",
                    payload=BytesIO(body),
                    length=len(body),
                    warc_content_type=kind,
                    warc_headers_dict={"WARC-Date": "2025-03-12T10:00:00Z"},
                )
            )
    return path


# Processes ------------------------------------------------------------------------------


def batch(
    folder: Path, lines: Iterable[str], jobs: int = 2, seconds: float | None = 60
) -> Iterator[dict[str, object]]:
    """Draft lines in processes, as the documents say of themselves."""
    tasks = (DocumentLine(line, f"in:{number}") for number, line in enumerate(lines, 1))
    prepare = partial(poison.prepared, str(folder))
    limits = TaskLimits(seconds, 1 << 30)
    for line in in_order(prepare, tasks, failed_task, jobs, limits):
        yield json.loads(line)


def test_a_document_that_ends_its_process_is_named_and_the_others_are_drafted(
    tmp_path: Path,
) -> None:
    kinds = [None, "dies", None, "killed", "large", None]
    found = list(batch(tmp_path, (document(n, kind=kind) for n, kind in enumerate(kinds))))
    assert [one["id"] for one in found] == [f"d{n}" for n in range(len(kinds))]
    errors = {one["id"]: one.get("error") for one in found if "error" in one}
    assert errors == {
        "d1": "given up: its process ended",
        "d4": "given up: its process ended",
    }
    assert all(one["quotes"] for one in found if "error" not in one)


def test_no_more_is_read_than_is_drafted_soon(tmp_path: Path) -> None:
    read = []

    def lines() -> Iterator[str]:
        for number in range(200):
            read.append(number)
            yield document(number)

    found = batch(tmp_path, lines(), jobs=1)
    next(found)
    assert len(read) <= 20
    found.close()


@pytest.mark.slow
def test_of_two_thousand_articles_none_is_lost(tmp_path: Path) -> None:
    """A poisonous one, workers that are killed and two runs that are: each output is there once."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [document(number) for number in range(2000)]
    lines[700] = "{"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    command = [sys.executable, "-m", "onrecord", "draft", "--jsonl-in", str(source)]
    command += ["--jobs", "2", "--out", str(out)]
    for least in (300, 900):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        killed = 0
        while (written := lines_of(out)) < least:
            # Not before the documents of the last one that was killed are behind.
            if written >= killed + 40 and (workers := children(process.pid)):
                os.kill(workers[0], signal.SIGKILL)
                killed = written
            time.sleep(0.02)
        process.kill()
        process.communicate()
    with out.open("ab") as file:
        file.write(b'{"id": "d9')
    rest = measured(command)
    assert rest.exit_code in (0, 1)  # 1 if the line that is no document was left for this run
    assert rest.memory <= 150 << 20
    assert ids(out) == [f"d{n}" if n != 700 else f"{source}:701" for n in range(2000)]
    alone = invoke("--jsonl-in", str(source)).stdout
    assert out.read_text("utf-8") == alone


def lines_of(path: Path) -> int:
    """Return how many lines a file has; none if there is no file yet."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def children(parent: int) -> list[int]:
    """Return the processes that draft for a batch: those of its fork server."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(path.parent.name), int(fields[1])))
    servers = {child for child, of in found if of == parent}
    return [child for child, of in found if of in servers]


@pytest.mark.slow
def test_poison_among_two_thousand_is_named(tmp_path: Path) -> None:
    kinds = {10: "dies", 500: "killed", 501: "killed", 900: "large", 1400: "hangs"}
    lines = (document(number, kind=kinds.get(number)) for number in range(2000))
    found = list(batch(tmp_path, lines, seconds=5))
    assert [one["id"] for one in found] == [f"d{n}" for n in range(2000)]
    errors = {one["id"]: one["error"] for one in found if "error" in one}
    assert list(errors) == ["d10", "d900", "d1400"]
    assert errors["d1400"] == "given up: it took more than 5 seconds"


@pytest.mark.slow
def test_a_process_that_hangs_does_not_outlive_a_batch_that_was_killed(tmp_path: Path) -> None:
    """It waits for the limit of the document and the two seconds behind it."""
    program = (
        "from pathlib import Path; import test_drafting_batch as t\n"
        f"next(t.batch(Path({str(tmp_path)!r}), [t.document(1, kind='hangs')], seconds=1.0))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parent)
    ends = time.monotonic() + 60
    while not (workers := children(process.pid)):
        assert time.monotonic() < ends
    process.kill()
    process.wait()
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < ends
        time.sleep(0.1)


# Lines ----------------------------------------------------------------------------------


def test_several_processes_draft_as_one_does(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(document(n) + "\n" for n in range(5)), "utf-8")
    alone = invoke("--jsonl-in", str(source))
    assert alone.exit_code == 0
    assert invoke("--jsonl-in", str(source), "--jobs", "2").stdout == alone.stdout
    assert [json.loads(line)["id"] for line in alone.stdout.splitlines()] == [
        f"d{n}" for n in range(5)
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "in.jsonl:2: this is no document"),
        ('{"id": "x"}', "in.jsonl:2: this is no document"),
        ('{"id": "x", "text": 1}', "in.jsonl:2: this is no document"),
        ('{"id": "x", "text": "", "published": "May"}', "in.jsonl:2: this is no document"),
        ('{"id": "x", "text": "", "lang": ["en"]}', "in.jsonl:2: it cannot be drafted"),
        ("[" * 100_000, "in.jsonl:2: this is no document"),
    ],
)
def test_a_line_that_cannot_be_drafted_is_a_line_of_its_own(
    tmp_path: Path, line: str, why: str
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join([document(1), line, document(3)]), "utf-8")
    done = invoke("--jsonl-in", str(source))
    found = [json.loads(each) for each in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [one["id"] for one in found[::2]] == ["d1", "d3"]
    assert found[1]["error"] in done.stderr
    assert why in done.stderr
    assert done.stderr.splitlines()[-1] == "onrecord: 1 of 3 documents are not drafted"


def test_a_line_without_end_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_lines, "LONGEST_LINE", 100)
    file = BytesIO(b"a" * 100 + b"b" * 50 + b"\nshort\n\xff\n")
    found = list(read_lines(file, "in"))
    assert [(one.text, one.place) for one in found] == [
        ("", "in:1"),
        ("short", "in:2"),
        ("", "in:3"),
    ]
    assert [bool(one.problem) for one in found] == [True, False, True]


def test_half_a_surrogate_pair_is_written_as_json_has_it(tmp_path: Path) -> None:
    line = '{"id": "a\\ud800", "text": "“We wait \\udc00,” said Holm."}'
    out = tmp_path / "out.jsonl"
    assert invoke("--jsonl-in", "-", "--out", str(out), stdin=line).exit_code == 0
    assert json.loads(out.read_bytes())["text"] == "“We wait \udc00,” said Holm."
    again = invoke("--jsonl-in", "-", "--out", str(out), stdin=line)
    assert (again.exit_code, len(out.read_bytes().splitlines())) == (0, 1)


def test_the_function_of_a_line_is_plain() -> None:
    found = json.loads(drafted_line(document(4)))
    assert (found["id"], len(found["quotes"])) == ("d4", 2)
    assert failure(drafted_line("nothing")) == ": this is no document, write a JSON object with" + (
        " `id` and `text`"
    )


# A file that grows ----------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Six documents."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(document(n) + "\n" for n in range(6)), "utf-8")
    return path


def test_a_second_run_goes_on_where_the_first_one_ended(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert invoke("--jsonl-in", str(source), "--out", str(out)).exit_code == 0
    whole = out.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 10]
    for left in (0, ends[2], ends[2] + 100, ends[5]):
        out.write_bytes(whole[:left])
        assert invoke("--jsonl-in", str(source), "--out", str(out)).exit_code == 0
        assert out.read_bytes() == whole
    assert (done_before(out).lines, done_before(out).last) == (6, "d5")


@pytest.mark.parametrize("there", ['{"id": "other"}\n', "plain words\n", '{"id": "d0"}\n' * 7])
def test_a_file_with_something_else_is_left_alone(source: Path, tmp_path: Path, there: str) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(there, "utf-8")
    done = invoke("--jsonl-in", str(source), "--out", str(out))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "name another file" in done.stderr
    assert out.read_text("utf-8") == there


def test_two_runs_do_not_write_one_file(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with out.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = invoke("--jsonl-in", str(source), "--out", str(out))
    assert done.exit_code == 2
    assert "another run is writing it" in done.stderr
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["a.txt", "--jobs", "2"], "--jobs and --out are for"),
        (["a.txt", "--out", "o"], "--jobs and --out are for"),
        (["--jsonl-in", "a", "--warc", "b"], "name either"),
        (["--jsonl-in", "absent.jsonl"], "absent.jsonl: cannot be read"),
    ],
)
def test_what_does_not_go_together_is_said(arguments: list[str], problem: str) -> None:
    done = invoke(*arguments)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert problem in done.stderr


# WARC -----------------------------------------------------------------------------------

PAGE = (
    "<!doctype html><html lang=en><title>T</title><article><h1>T</h1><p>Minister Ada Holm spoke in"
    " Oslo on Monday, and many people came to hear what she had to say of the works.</p><p>“We"
    " will not wait for the others,” said Ada Holm. She said that the line would open in May, and"
    " that the works would make 12,000 shells a month by then.</p></article>"
)


def test_pages_of_warc_files_are_drafted(tmp_path: Path) -> None:
    first = pages(
        tmp_path / "a.warc.gz",
        [
            ("https://example.org/1", "text/html", PAGE.encode()),
            ("https://example.org/2", "application/pdf", b"GIF89a\0\0"),
            ("https://example.org/3", "text/plain", "“We wait,” said Holm.".encode()),
        ],
    )
    broken = tmp_path / "b.warc.gz"
    broken.write_bytes(b"WARC/9.9 or not")
    done = invoke("--warc", str(first), "--warc", str(broken))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in found[:3]] == [f"https://example.org/{n}" for n in (1, 2, 3)]
    assert [len(one.get("quotes", ())) for one in found[:3]] == [2, 0, 1]
    assert found[0]["recorded"] == "2025-03-12T10:00:00Z"
    assert found[0]["quotes"][0]["place"]
    assert found[1]["error"] == "this is no text"
    assert found[-1]["id"] == str(broken)
    assert done.exit_code == 1


def test_a_page_that_a_web_archive_has_in_part_is_not_taken_for_a_whole_one(
    tmp_path: Path,
) -> None:
    whole = pages(tmp_path / "a.warc", [("https://example.org/1", "text/html", PAGE.encode())])
    for name, kept in (("a.warc.gz", -40), ("b.warc", -60)):
        cut = tmp_path / name
        data = whole.read_bytes()
        cut.write_bytes((data if name == "a.warc.gz" else gzip.decompress(data))[:kept])
        found = list(read_warc(cut))
        assert [(one.address, bool(one.problem), one.data) for one in found] == [
            ("https://example.org/1", True, b"")
        ]
        assert "ends within it" in found[0].problem


# docs/draft.md --------------------------------------------------------------------------

DOCS = (REPOSITORY / "docs" / "draft.md").read_text(encoding="utf-8")


def test_the_example_of_the_docs_is_what_is_printed() -> None:
    (line, expected), *_ = re.findall(r"\$ echo '(.*)' \| onrecord .*\n(.*)\n", DOCS)
    assert invoke("--jsonl-in", "-", stdin=line).stdout.strip() == expected


def test_every_key_of_a_line_is_in_the_docs() -> None:
    text = (
        "“We will wait,” said Ada Holm, according to a transcript. Holm told the council that Bo"
        " Lind had denied that it would cost 3 million euros a month by May. “It is “late”,” he"
        " said."
    )
    value = json.loads(drafted_line(json.dumps({"id": "a", "text": text * 20, "lang": "xx"})))
    keys = set(value) | {
        key for kind in ("quotes", "quantities") for one in value[kind] for key in one
    }
    plain = {"start", "end", "speaker_start", "speaker_end"}
    assert [key for key in sorted(keys - plain) if f"`{key}`" not in DOCS] == []


class Spark(list[str]):
    """What of Spark the recipe uses."""

    sparkContext = property(lambda self: self)  # noqa: N815

    def textFile(self, path: str) -> "Spark":  # noqa: N802
        """Return the lines of a file."""
        return Spark(Path(path).read_text("utf-8").splitlines())

    def filter(self, keep: Callable[[str], object]) -> "Spark":
        """Return some of the lines."""
        return Spark(filter(keep, self))

    def map(self, work: Callable[[str], str]) -> "Spark":
        """Return what becomes of each line."""
        return Spark(map(work, self))

    def saveAsTextFile(self, path: str) -> None:  # noqa: N802
        """Write the lines."""
        Path(path).write_text("\n".join(self) + "\n", "utf-8")


def test_the_recipes_of_the_docs_draft_as_the_command_does(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    source.rename("articles.jsonl")
    expected = invoke("--jsonl-in", "articles.jsonl").stdout
    plain, spark = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    exec(plain)  # noqa: S102
    assert Path("drafts.jsonl").read_text("utf-8") == expected
    exec(spark, {"spark": Spark()})  # noqa: S102
    assert Path("drafts").read_text("utf-8") == expected
