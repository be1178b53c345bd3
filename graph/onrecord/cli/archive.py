"""The archive commands: what claims rest on, kept by its hash."""

import os
import shlex
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.cli.options import FOLDER, reported
from onrecord.errors import OnRecordError, UsageError
from onrecord.records.archive import ARCHIVES, archive_of, open_archive

if TYPE_CHECKING:
    from onrecord.archiving.keeping import Kept, Original
    from onrecord.archiving.made_text import Omission
    from onrecord.archiving.source_records import ArchivedSource

_MOST_SHOWN = 5
"""Quotations and passages that are shown one by one."""


@click.group()
def archive() -> None:
    """Keep the texts of sources, known by their hash."""


@archive.command("add")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--archive", "folder", type=FOLDER, help="Folder of source texts.")
@click.option(
    "--collection",
    type=FOLDER,
    help="Folder of records, into which the source and its snapshots are written.",
)
@click.option("--source", default="", metavar="NAME", help="The source on record that this is.")
@click.option("--title", default="", help="Title of the source, if the page gives a wrong one.")
@click.option("--publisher", default="", help="Publisher of the source, by name.")
@click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), help="Day of publication, as YYYY-MM-DD."
)
@click.option("--language", default="", help="Language of the source, such as en.")
@click.option("--charset", default="", help="Encoding of the bytes, if it is guessed wrong.")
@click.option(
    "--warc",
    type=click.Path(path_type=Path, dir_okay=False),
    help="WARC file to which each fetched page is added, with the headers of its server.",
)
@click.option("--private", is_flag=True, help="Fetch from private networks and this machine, too.")
@reported
def archive_add(
    sources: tuple[str, ...],
    folder: Path | None,
    collection: Path | None,
    source: str,
    title: str,
    publisher: str,
    published: datetime | None,
    language: str,
    charset: str,
    warc: Path | None,
    private: bool,
) -> None:
    """Keep each FILE or URL and its text under their SHA-256, and print that of the text.

    A page, PDF, captions (WebVTT, SubRip) or mail is kept as it came, and beside it a text in which
    passages stand; what was left out is said. Of a WARC file every page is kept.

    They are kept in the folder that --archive names, else in the first one of ONRECORD_ARCHIVE,
    else in the user's data folder, where every command looks.
    """
    from onrecord.archiving.keeping import keep
    from onrecord.archiving.source_records import SourceDetails, record
    from onrecord.files.user_folders import user_archive

    one_source = bool(source or title or publisher or published or language)
    if one_source and collection is None:
        raise UsageError("name the collection of the source with --collection DIR")
    if one_source and len(sources) > 1:
        raise UsageError("--source, --title and the like are of one source: add one at a time")
    told = SourceDetails(
        source, title, publisher, published.date().isoformat() if published else "", language
    )
    try:
        folder = folder or _first_archive() or user_archive()
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error
    problems: list[OnRecordError] = []
    for original in _originals(sources, warc, private, problems):
        try:
            kept = keep(original, folder, charset)
            click.echo(kept.text_sha256 or kept.bytes_sha256)
            _say_kept(kept, named=len(sources) > 1)
            if collection is not None:
                texts = open_archive(dict.fromkeys([folder, *archive_of(None).folders]))
                done = record(kept, told, collection, texts, date.today())
                _say_recorded(done)
                _say_lacking(kept, done)
            _say_next(kept, collection)
        except OnRecordError as error:
            problems.append(error)
        except OSError as error:
            problems.append(UsageError(f"{error.filename}: {error.strerror}"))
    _say_former(folder)
    for problem in problems[:-1]:
        click.echo(f"onrecord: {problem}", err=True)
    if problems:
        raise problems[-1]


def _originals(
    sources: tuple[str, ...], warc: Path | None, private: bool, problems: list[OnRecordError]
) -> Iterator["Original"]:
    """Yield the bytes of each file and address; what cannot be had is put among the problems."""
    from onrecord.archiving.fetching import Fetcher, is_address
    from onrecord.archiving.keeping import LARGEST, Original, TooLargeToKeepError
    from onrecord.archiving.kind import kind_of
    from onrecord.archiving.warc import read_warc, write_warc

    fetcher = Fetcher(private)
    for source in sources:
        try:
            if is_address(source):
                got = fetcher.fetch(source)
                if warc is not None:
                    write_warc(warc, got)
                yield Original(
                    source, got.data, got.address, got.at, got.media_type, got.charset, got.robots
                )
                continue
            path = Path(source)
            with path.open("rb") as file:
                start = file.read(8192)
            if kind_of(start, source) == "warc":
                for one in read_warc(path):
                    if one.problem:
                        click.echo(f"{one.address}: left out, {one.problem}", err=True)
                        continue
                    at = datetime.fromisoformat(one.at) if one.at else None
                    yield Original(
                        one.address, one.data, one.address, at, one.media_type, one.charset
                    )
            elif path.stat().st_size > LARGEST:
                raise TooLargeToKeepError(
                    f"{source}: larger than {LARGEST >> 20} MB, which is the most that is kept"
                )
            else:
                yield Original(source, path.read_bytes())
        except OnRecordError as error:
            problems.append(error)
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or error
            problems.append(UsageError(f"{source}: cannot be read, {said}"))


def _say_kept(kept: "Kept", named: bool) -> None:
    said = f"kept in {kept.folder}"
    if named:
        said = f"{kept.original.name}: {said}"
    if not kept.is_new:
        said += ", as before: the same bytes"
    click.echo(said, err=True)
    if kept.problem:
        click.echo(
            f"{kept.original.name}: {kept.problem}, so no passage can be anchored in it: make a"
            " text from it, add that too, and give its snapshot rec:textOf, rec:madeWith and"
            " schema:softwareVersion",
            err=True,
        )
    made = kept.made
    if made is None:
        return
    click.echo(
        f"the bytes, {kept.kind}: {kept.bytes_sha256}\n"
        f"their text, by {made.made_with} {made.version}: {len(kept.text)} characters in"
        f" {len(made.blocks)} blocks",
        err=True,
    )
    for what, counts in (("words", made.words), ("quotations", made.quotations)):
        if counts is not None:
            click.echo(f"{what}: {counts[0]} in the page, {counts[1]} in the text", err=True)
    _say_omitted([one for one in made.omissions if one.why.endswith("the article")])
    _say_omitted([one for one in made.omissions if not one.why.endswith("the article")])
    if made.changes:
        changes = "; ".join(f"{what} ({count})" for what, count in made.changes.items())
        click.echo(f"changed: {changes}", err=True)
    if made.form != "NFC":
        how = "decomposed (NFD)" if made.form == "NFD" else "composed and decomposed, mixed"
        click.echo(f"its accented letters are {how}, as in the bytes", err=True)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    for rule in kept.original.robots:
        click.echo(f"allowed by {rule}", err=True)


def _say_omitted(omissions: "list[Omission]") -> None:
    for omission in omissions[:_MOST_SHOWN]:
        click.echo(f"not in the text, {omission.why}: {omission.words}", err=True)
    if len(omissions) > _MOST_SHOWN:
        click.echo(f"not in the text: {len(omissions) - _MOST_SHOWN} more places", err=True)


def _say_recorded(done: "ArchivedSource") -> None:
    if done.path is None:
        click.echo(f"on record already: {done.source}", err=True)
        return
    what = "source" if done.is_new else "new snapshot"
    click.echo(f"{what} {done.source} written to {done.path}", err=True)
    for passage in done.fallen:
        place = "" if passage.start is None else f" at {passage.start} to {passage.end}"
        words = f": {passage.words}" if passage.words else ", its text is not archived"
        click.echo(f"no longer stands: {passage.owner}{place}{words}", err=True)
    if not done.is_new and not done.fallen:
        click.echo("every passage on record still stands", err=True)


def _say_lacking(kept: "Kept", done: "ArchivedSource") -> None:
    """Say what a new source lacks for an attestation, which needs an author or publisher."""
    if done.is_new and not done.has_publisher:
        click.echo(
            f"{kept.original.name}: it names no publisher, who must be on record before a claim is:"
            f" name them in the review, or add schema:publisher in {done.path}",
            err=True,
        )


def _say_next(kept: "Kept", collection: Path | None) -> None:
    if kept.text_sha256 is not None:
        archive = shlex.quote(str(kept.folder))
        step = f"next: onrecord review {kept.text_sha256}"
        if collection:
            where = shlex.quote(str(collection))
            click.echo(f"{step} --collection {where} --archive {archive}", err=True)
        else:
            more = "and behind it --collection with the folder of your records"
            click.echo(f"{step} --archive {archive}, {more}", err=True)


def _say_former(folder: Path) -> None:
    former = Path(click.get_app_dir("onrecord")) / "archive"
    if former != folder and former.is_dir() and any(former.iterdir()):
        click.echo(f"{former}: no longer looked in, add what you need of it", err=True)


def _first_archive() -> Path | None:
    """Return the first folder that ONRECORD_ARCHIVE names, None if it names none."""
    first = os.environ.get(ARCHIVES, "").partition(os.pathsep)[0]
    return Path(first) if first else None
