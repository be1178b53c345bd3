"""The draft command: what is said in texts, proposed."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date, datetime
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
    """
    from onrecord.drafting.document import drafted

    if report:
        if sources or lines:
            raise UsageError("--report is of what was reviewed: name no SOURCE beside it")
        _report(archive_of(archives))
        return
    if bool(sources) == bool(lines):
        raise UsageError("name either a SOURCE or --jsonl-in FILE")
    documents = (
        _listed(lines) if lines else _named(sources, archive_of(archives), published, language)
    )
    others = other_drafters(drafters, model, parse)
    for document in documents:
        click.echo(json.dumps(drafted(document, others), ensure_ascii=False))


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


def _listed(path: Path) -> Iterator["Document"]:
    from onrecord.drafting.document import read_documents

    try:
        stdin = nullcontext(sys.stdin)
        with stdin if str(path) == "-" else path.open(encoding="utf-8") as file:
            yield from read_documents(file, str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read, {error}") from error


def _named(
    sources: tuple[str, ...], archive: Archive, published: datetime | None, language: str | None
) -> Iterator["Document"]:
    from onrecord.drafting.document import Document

    for source in sources:
        path = archive.files.get(source, Path(source))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{source}: cannot be read, {error.strerror}") from error
        text, told, blocks = _text_of(source, data, archive)
        day = published.date() if published else None
        day = day or (date.fromisoformat(told["published"]) if "published" in told else None)
        yield Document(source, text, language or _read(told), day, blocks)


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


def _read(metadata: Mapping[str, str]) -> str | None:
    """Return the language that a page says it is in, None where it is not one that is read."""
    named = metadata.get("language", "").partition("-")[0]
    return named if named in ("en", "de", "fr", "it") else None
