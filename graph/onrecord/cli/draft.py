"""The draft command: what is said in texts, proposed."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.cli.drafters import drafter_options, other_drafters
from onrecord.cli.options import archive_option, reported
from onrecord.errors import OnRecordError, UsageError
from onrecord.records.archive import Archive, archive_of, decode, is_text

if TYPE_CHECKING:
    from onrecord.archiving.made_text import TextBlock
    from onrecord.drafting.batch.document_line import Task
    from onrecord.drafting.document import Document


@click.command("draft")
@click.argument("sources", nargs=-1, metavar="SOURCE…")
@click.option(
    "--jsonl-in",
    "lines",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File of documents, one JSON object with id and text a line; - for stdin.",
)
@click.option(
    "--warc",
    "warcs",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="WARC file whose pages and documents to draft; may be given more than once.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Draft documents of --jsonl-in or --warc in N processes, each with limits of time and"
    " memory.  [default: for --warc 1]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the lines; the same command again goes on behind those that it has.",
)
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of releases: name the claims of the newest one that a draft may report again.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="How to write the drafts.",
)
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of publication of each SOURCE, from which its dates are read.",
)
@click.option("--language", help="Language of each SOURCE: en, de, fr or it; else by its words.")
@click.option(
    "--report", is_flag=True, help="List how the drafts beside the archives were judged, by rule."
)
@drafter_options
@archive_option
@reported
def draft_command(
    sources: tuple[str, ...],
    lines: Path | None,
    warcs: tuple[Path, ...],
    jobs: int | None,
    out: Path | None,
    releases: Path | None,
    format_name: str,
    published: datetime | None,
    language: str | None,
    report: bool,
    drafters: tuple[str, ...],
    model: str | None,
    parse: str | None,
    archives: tuple[Path, ...],
) -> None:
    """Propose who says what in each SOURCE: quotations, indirect speech, figures and dates.

    SOURCE is a text, page, PDF, captions or mail, or the SHA-256 of one that is archived. Nothing
    is recorded: the drafts are printed, one JSON object for each document, for a person to judge.

    Of many documents none is lost: one that cannot be drafted is a line with its id and the error,
    and the exit code is 1.
    """
    if report:
        if sources or lines or warcs:
            raise UsageError("--report is of what was reviewed: name no SOURCE beside it")
        _report(archive_of(archives))
        return
    if sum(map(bool, (sources, lines, warcs))) != 1:
        raise UsageError("name either a SOURCE or --jsonl-in FILE or --warc FILE")
    if sources and (jobs or out):
        raise UsageError("--jobs and --out are for --jsonl-in and --warc")
    if not sources:
        _draft_many(lines, warcs, jobs, out, _release(releases), drafters, model, parse)
        return
    from onrecord.drafting.document import drafted
    from onrecord.releases.tables.search import open_tables
    from onrecord.reviewing.same_claims.of_release import with_claims_on_record

    others = other_drafters(drafters, model, parse)
    release = _release(releases)
    tables = open_tables(release) if release else None
    for document in _named(sources, archive_of(archives), published, language):
        value = drafted(document, others)
        line = json.dumps(value, ensure_ascii=False)
        click.echo(with_claims_on_record(line, tables) if tables else line)
        for note in value.get("notes", ()):
            click.echo(f"{document.id}: {note}", err=True)


def _release(releases: Path | None) -> Path | None:
    """Return the folder of the newest release, None if no releases are named."""
    from onrecord.releases.release import open_release
    from onrecord.releases.tables.projection import TABLES

    if releases is None:
        return None
    path = open_release(releases).path
    if not (path / TABLES).is_file():
        raise UsageError(f"{path}: it was built without tables, build it again")
    return path


def _draft_many(
    lines: Path | None,
    warcs: tuple[Path, ...],
    jobs: int | None,
    out: Path | None,
    release: Path | None,
    drafters: tuple[str, ...],
    model: str | None,
    parse: str | None,
) -> None:
    from onrecord.drafting.batch.document_line import failed_task, failure, prepared, rules_alone
    from onrecord.drafting.batch.output_file import append, done_before, encoded, not_done
    from onrecord.drafting.batch.worker_pool import OF_RULES, UNLIMITED, in_order
    from onrecord.reviewing.same_claims.of_release import prepared_with_record

    others = partial(other_drafters, drafters, model, parse)
    is_alone = not (drafters or model or parse)
    tasks = _tasks(lines, warcs)
    if out is not None:
        tasks = not_done(tasks, done_before(out), out)
    prepare = partial(prepared, rules_alone if is_alone else others)
    if release is not None:
        prepare = partial(prepared_with_record, prepare, release)
    if jobs is None and not warcs:
        drafts: Iterator[str] = map(prepare(), tasks)
    else:
        if not is_alone:
            others()  # what cannot be asked is said once, and not by each process
        limits = OF_RULES if is_alone else UNLIMITED
        drafts = in_order(prepare, tasks, failed_task, jobs or 1, limits)
    total = failures = 0
    for line in drafts if out is None else append(out, drafts):
        total += 1
        if out is None:
            click.echo(encoded(line), nl=False)
        if why := failure(line):
            failures += 1
            click.echo(f"onrecord: {why}", err=True)
    if failures:
        click.echo(f"onrecord: {failures:,} of {total:,} documents are not drafted", err=True)
        sys.exit(1)


def _report(archive: Archive) -> None:
    from onrecord.reviewing.draft_file import draft_folder
    from onrecord.reviewing.review_log import report_by_rule

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["rule", "drafts", "accepted", "rejected", "corrected", "accept_rate", "seconds_per_card"]
    )
    for one in report_by_rule(map(draft_folder, archive.folders)):
        decided = one.accepted + one.rejected
        rate = f"{one.accepted / decided:.2f}" if decided else ""
        seconds = "" if one.seconds is None else f"{one.seconds:.1f}"
        writer.writerow(
            [one.rule, one.drafts, one.accepted, one.rejected, one.fixed, rate, seconds]
        )


def _tasks(lines: Path | None, warcs: tuple[Path, ...]) -> "Iterator[Task]":
    from onrecord.drafting.batch.input_lines import read_lines, read_pages

    if lines is None:
        yield from read_pages(warcs)
        return
    try:
        stdin = nullcontext(sys.stdin.buffer)
        with stdin if str(lines) == "-" else lines.open("rb") as file:
            yield from read_lines(file, str(lines))
    except OSError as error:
        raise UsageError(f"{lines}: cannot be read, {error.strerror}") from error


def _named(
    sources: tuple[str, ...], archive: Archive, published: datetime | None, language: str | None
) -> Iterator["Document"]:
    from onrecord.drafting.document import Document, language_told

    for source in sources:
        path = archive.files.get(source, Path(source))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{source}: cannot be read, {error.strerror}") from error
        text, told, blocks = _text_of(source, data, archive)
        day = published.date() if published else None
        day = day or (date.fromisoformat(told["published"]) if "published" in told else None)
        yield Document(source, text, language or language_told(told), day, blocks)


def _text_of(
    source: str, data: bytes, archive: Archive
) -> tuple[str, Mapping[str, str], tuple["TextBlock", ...]]:
    """Return the text of bytes, what they say of themselves, and its blocks.

    A page, a PDF, captions and mail have the text of the archive, else the one that `archive add`
    would make of them.
    """
    from onrecord.archiving.extraction import extract
    from onrecord.archiving.kind import kind_of
    from onrecord.archiving.layer_file import layer_of, layer_of_bytes
    from onrecord.archiving.made_text import TextLayerError

    digest = sha256(data).hexdigest()
    layer = layer_of(archive, digest)
    if layer is not None:
        return decode(data), layer.metadata, layer.blocks
    layer = layer_of_bytes(archive, digest)
    text = archive.text(layer.sha256) if layer else None
    if layer is not None and text is not None:
        return text, layer.metadata, layer.blocks
    kind = kind_of(data, source)
    if kind in ("other", "warc"):
        raise OnRecordError(f"{source}: this is no text, name the text that is made from it")
    if kind == "txt" and is_text(data):
        return decode(data), {}, ()
    try:
        made = extract(data, kind)
    except TextLayerError as error:
        raise OnRecordError(f"{source}: this is no text, {error}") from error
    return made.text, made.metadata, made.blocks
