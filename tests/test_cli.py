"""The command line: data on stdout, one line on stderr for what is wrong, and exit codes."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from onrecord.cli.main import main
from onrecord.records.archive import decode
from sample_release import SAMPLE
from small_store import basic, small_store

RECORDS, ARCHIVE = str(SAMPLE / "records"), str(SAMPLE / "archive")


class Ran(NamedTuple):
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, environment: dict[str, str] | None = None) -> Ran:
    """Run a command in this process: to start another one takes longer than what it does."""
    result = CliRunner().invoke(main, arguments, prog_name="onrecord", env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def run_process(*arguments: str) -> Ran:
    """Run a command as a user does."""
    command = [sys.executable, "-m", "onrecord", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a release of the sample."""
    folder = tmp_path_factory.mktemp("releases")
    run_process("build", "--collection", RECORDS, "--archive", ARCHIVE, "--releases", str(folder))
    return str(folder)


def commands(group: click.Group) -> list[click.Command]:
    found: list[click.Command] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += commands(command) if isinstance(command, click.Group) else [command]
    return found


@pytest.mark.parametrize("command", commands(main), ids=lambda command: str(command.name))
def test_every_command_and_option_says_what_it_does(command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_check_says_what_it_looked_at() -> None:
    result = run_process("check", "--collection", RECORDS, "--archive", ARCHIVE)
    assert (result.returncode, result.stdout) == (0, "")
    assert "51 verified, 0 broken, 0 not checked" in result.stderr


def test_what_is_not_checked_is_said() -> None:
    result = run("check", "--collection", RECORDS, environment={"HOME": "/nonexistent"})
    assert result.returncode == 0
    assert "51 not checked" in result.stderr
    assert "not passed" in result.stderr


def test_the_archive_may_be_named_by_the_environment() -> None:
    result = run("check", "--collection", RECORDS, environment={"ONRECORD_ARCHIVE": ARCHIVE})
    assert "51 verified" in result.stderr


def test_findings_go_to_stdout_and_the_exit_code_is_1(tmp_path: Path) -> None:
    subprocess.run(["cp", "-r", RECORDS, str(tmp_path / "records")], check=True)
    path = tmp_path / "records" / "topics.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\n<urn:x> <urn:p> 1 .", encoding="utf-8")
    result = run_process("check", "--collection", str(tmp_path / "records"))
    assert result.returncode == 1
    assert f"{path}:" in result.stdout
    one = run("check", "--collection", str(tmp_path / "records"), str(path))
    assert one.returncode == 1
    assert {line.partition(":")[0] for line in one.stdout.splitlines() if line[0] != " "} == {
        str(path)
    }
    other = run(
        "check", "--collection", str(tmp_path / "records"), str(path.with_name("products.ttl"))
    )
    assert (other.returncode, other.stdout) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "--collection", "nowhere"], 2, "no such folder"),
        (["check", "--collection", RECORDS, "--archive", "nowhere"], 2, "no such folder"),
        (["check", "--collection", RECORDS, "elsewhere.ttl"], 2, "not a record file"),
        (["check", "--engine", "slow"], 2, "fast"),
        (["check", "--collection", ARCHIVE], 4, "no .ttl file"),
        (["build", "--collection", ARCHIVE], 1, "no .ttl file"),
        (["query", "nope"], 2, "no release yet"),
        (["locate", "nowhere.txt", "words"], 2, "cannot be read"),
        (["locate", f"{ARCHIVE}/quay.txt", "no such words"], 1, "does not have the words"),
        (["archive", "add", "nowhere.txt"], 2, "No such file"),
        (["serve", "--collection", "nowhere"], 2, "no such folder"),
        (["push", "127.0.0.1/sparql"], 2, "it begins with http"),
        (["push", "http://127.0.0.1:9/sparql"], 2, "no release yet"),
        (["serve", "--endpoint", "127.0.0.1/sparql"], 2, "it begins with http"),
        (["serve", "--endpoint", "http://127.0.0.1:9/sparql"], 1, "cannot be reached"),
        (["serve", "--release", "2026-01-02-0123abcd"], 2, "--release goes with --endpoint"),
        (
            ["serve", "--endpoint", "http://127.0.0.1:9/", "--release", "2026-01-02-0123abcd"],
            1,
            "cannot be reached",
        ),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    takes_releases = arguments[0] in ("build", "query", "serve", "push")
    extra = ["--releases", str(tmp_path / "releases")] if takes_releases else []
    # What would begin to serve by mistake, would not end.
    result = (run_process if arguments[0] == "serve" else run)(*arguments, *extra)
    assert result.returncode == code
    assert words in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_query_writes_a_table_csv_and_json(releases: str) -> None:
    asked = ["query", "claims-on-topic-by-date", "--param", "topic=topic/flare-parity"]
    table = run(*asked, "--releases", releases).stdout
    assert table.splitlines()[0].split()[:2] == ["said_on", "date_basis"]
    rows = run(*asked, "--releases", releases, "--format", "csv").stdout
    assert len(rows.splitlines()) == len(table.splitlines()) == 9
    data = json.loads(run(*asked, "--releases", releases, "--format", "json").stdout)
    assert len(data["results"]["bindings"]) == 8
    (link,) = data["head"]["link"]
    assert "/q/claims-on-topic-by-date?topic=topic%2Fflare-parity&release=" in link


def test_a_query_says_what_it_was_asked_with(releases: str) -> None:
    """On stderr, so that the answer stays what a program reads; a default is told as one."""
    asked = run("query", "said-at-event", "--releases", releases, "--format", "csv")
    assert "asked with event=event/" in asked.stderr
    assert asked.stderr.endswith(" (by default)\n")
    given = ["--param", "event=event/quayside-forum-2024"]
    chosen = run("query", "said-at-event", *given, "--releases", releases)
    assert chosen.stderr == "asked with event=event/quayside-forum-2024\n"
    assert run("query", "witnesses", "--releases", releases).stderr == ""


def test_push_prints_what_it_sent_and_says_who_could_not_be_reached(releases: str) -> None:
    with small_store() as store:
        store.authorization = basic("ana", "s3cret")
        asked = ["push", f"http://127.0.0.1:{store.port}/query", "--releases", releases]
        asked += ["--update", f"http://127.0.0.1:{store.port}/update"]
        named = {"ONRECORD_STORE_USER": "ana", "ONRECORD_STORE_PASSWORD": "s3cret"}
        result = run(*asked, environment=named)
        assert result.returncode == 0, result.stderr
        header, *rows = [line.split(",") for line in result.stdout.splitlines()]
        assert header == ["graph", "triples", "sent"]
        assert rows[-1][0].endswith("graph/merged")
        assert all(int(triples) == int(sent) > 0 for _, triples, sent in rows)
        unnamed = run(*asked)
        assert unnamed.returncode == 1
        assert "ONRECORD_STORE_USER" in unnamed.stderr
        assert len(unnamed.stderr.splitlines()) == 1
        half = run(*asked, environment={"ONRECORD_STORE_USER": "ana"})
        assert (half.returncode, half.stdout) == (2, "")


def test_query_asks_what_a_file_says(releases: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("ASK { ?s ?p ?o }")
    assert run("query", str(file), "--releases", releases).stdout == "true\n"
    file.write_text("CONSTRUCT { ?s a ?k } WHERE { ?s a ?k } LIMIT 1")
    assert " <http" in run("query", str(file), "--releases", releases).stdout
    file.write_text("SELECT nonsense")
    wrong = run_process("query", str(file), "--releases", releases)
    assert wrong.returncode == 2
    assert "does not parse" in wrong.stderr
    assert wrong.stderr.splitlines()[1:] == ["SELECT nonsense", "       ^"]


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("topic", "NAME=VALUE"),
        ("nope=1", "there are: from, to, topic"),
        ("topik=topic/flare-parity", "'topik', perhaps topic is meant"),
        ("from=soon", "not a date"),
        (
            "topic=topic/flare-party",
            "is no skos:Concept of this release; the nearest are: topic/fl",
        ),
        ("topic=flare-parity", "the nearest are: topic/flare-parity"),
        ("topic=actor/oster", "'actor/oster' is no skos:Concept"),
        ("topic=topic/zzzzzz", "of this release; there are: topic/"),
    ],
)
def test_a_wrong_parameter_is_refused(releases: str, parameter: str, words: str) -> None:
    result = run("query", "claims-on-topic-by-date", "--param", parameter, "--releases", releases)
    assert result.returncode == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_an_answer_without_rows_says_so(releases: str, format: str) -> None:
    asked = ["query", "claims-on-topic-by-date", "--param", "to=1999-12-31", "--format", format]
    result = run(*asked, "--releases", releases)
    assert result.returncode == 0
    told, *others = result.stderr.splitlines()
    assert told.startswith("asked with topic=topic/workshops (by default), ")
    assert told.endswith("to=1999-12-31")
    assert others == ["no rows"]
    assert "said_on" in result.stdout


def test_a_table_keeps_to_the_width_of_the_terminal(releases: str) -> None:
    asked = ["query", "claims-on-topic-by-date", "--param", "topic=topic/flare-parity"]
    command = [sys.executable, "-m", "onrecord", *asked, "--releases", releases]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80"}
    result = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=environment)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode().splitlines()
    os.close(ours)
    assert shown[0].startswith("said_on")
    assert len(shown) == 9
    assert max(map(len, shown)) <= 80
    assert result.stderr.decode().splitlines()[-1].startswith("not shown, empty or too wide: ")


def test_locate_gives_what_a_passage_needs() -> None:
    result = run("locate", f"{ARCHIVE}/quay.txt", "keep the workshops busy")
    header, *rows = result.stdout.splitlines()
    assert header == "start,end,line,sha256"
    assert len(rows) == 2


def test_locate_says_what_is_nearest() -> None:
    result = run("locate", f"{ARCHIVE}/quay.txt", "Keep the workshops  busy!")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "nearest is, in line" in result.stderr
    assert "'keep the workshops busy" in result.stderr


def test_coverage_lists_sentences_without_a_claim(tmp_path: Path) -> None:
    result = run("coverage", "--collection", RECORDS, "--archive", ARCHIVE)
    assert (result.returncode, result.stdout) == (0, "")
    subprocess.run(["cp", "-r", RECORDS, str(tmp_path / "records")], check=True)
    path = tmp_path / "records" / "sources" / "lantern.ttl"
    text = path.read_text(encoding="utf-8")
    block = text[text.index("attestation:will-it-last-lantern") :].partition("\n\n")[0]
    path.write_text(text.replace(block, ""), encoding="utf-8")
    told = run("coverage", "--collection", str(tmp_path / "records"), "--archive", ARCHIVE).stdout
    assert told == "lantern:3: 46–65: Will the lead last?\n"


def test_archive_add_keeps_bytes_under_their_hash(tmp_path: Path) -> None:
    result = run("archive", "add", f"{ARCHIVE}/quay.txt", "--archive", str(tmp_path / "mine"))
    kept = tmp_path / "mine" / f"{result.stdout.strip()}.txt"
    assert kept.read_bytes() == (SAMPLE / "archive" / "quay.txt").read_bytes()
    said, following = result.stderr.splitlines()
    assert said == f"kept in {tmp_path / 'mine'}"
    assert following == (
        f"next: onrecord review {kept.stem} --archive {tmp_path / 'mine'}, and behind it"
        " --collection with the folder of your records"
    )


def test_archive_add_tells_of_what_is_no_text_that_its_text_is_missing(tmp_path: Path) -> None:
    bulletin = SAMPLE.parent / "clinic" / "texts" / "lake-fever-bulletin.pdf"
    result = run("archive", "add", str(bulletin), "--archive", str(tmp_path))
    kept = tmp_path / f"{result.stdout.strip()}.pdf"
    assert kept.read_bytes() == bulletin.read_bytes()
    assert "make a text from it, add that too" in result.stderr
    for source in (str(bulletin), result.stdout.strip()):
        found = run("locate", source, "Lake Fever", "--archive", str(tmp_path))
        assert (found.returncode, found.stdout) == (1, "")
        assert "this is no text, name the text that is made from it" in found.stderr


def test_what_is_added_is_verified_without_an_option(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    texts = sorted((SAMPLE / "archive").glob("*.txt"))
    for text in texts:
        result = run("archive", "add", str(text), environment=environment)
        said = result.stderr.splitlines()[0]
        assert said == f"kept in {tmp_path / 'data' / 'onrecord' / 'archive'}"
    check = run("check", "--collection", RECORDS, environment=environment)
    assert (check.returncode, check.stdout) == (0, "")
    assert "51 verified, 0 broken, 0 not checked" in check.stderr
    beside = {**environment, "ONRECORD_ARCHIVE": str(SAMPLE / "records")}
    assert "51 verified" in run("check", "--collection", RECORDS, environment=beside).stderr
    built = run(
        "build", "--collection", RECORDS, "--releases", str(tmp_path), environment=environment
    )
    report = json.loads((Path(built.stdout.strip()) / "report.json").read_bytes())
    assert report["passages"]["verified"] == 51
    whole = run("coverage", "--collection", RECORDS, environment=environment)
    assert (whole.returncode, whole.stdout) == (0, "")
    name = result.stdout.strip()
    place = run("locate", name, texts[-1].read_text("utf-8")[:20], environment=environment)
    assert place.stdout.splitlines()[1].startswith("0,20,1,")


def test_the_first_folder_of_the_environment_takes_what_is_added(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    environment = {"ONRECORD_ARCHIVE": f"{first}{os.pathsep}{second}"}
    added = ("archive", "add", f"{ARCHIVE}/quay.txt")
    assert run(*added, environment=environment).stderr.startswith(f"kept in {first}\n")
    assert len(list(first.iterdir())) == 1
    third = tmp_path / "third"
    assert run(*added, "--archive", str(third), environment=environment).returncode == 0
    assert len(list(third.iterdir())) == 1
    assert not second.exists()


def test_archive_add_tells_of_texts_where_they_once_were_kept(tmp_path: Path) -> None:
    former = tmp_path / ".config" / "onrecord" / "archive"
    former.mkdir(parents=True)
    environment = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    added = ("archive", "add", f"{ARCHIVE}/quay.txt")
    assert "no longer looked in" not in run(*added, environment=environment).stderr
    (former / "old.txt").write_text("old")
    told = run(*added, environment=environment).stderr.splitlines()[-1]
    assert told == f"{former}: no longer looked in, add what you need of it"


def test_locate_counts_as_check_does_whatever_the_bytes(tmp_path: Path) -> None:
    text = tmp_path / "old.txt"
    text.write_bytes(b"\xef\xbb\xbfCaf\xe9:\r\nAll is well.\n")
    result = run("locate", str(text), "All is well.")
    assert result.stdout.splitlines()[1].startswith("8,20,2,")
    assert decode(text.read_bytes())[8:20] == "All is well."
