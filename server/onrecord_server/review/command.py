"""Command `onrecord review`, registered by the entry-point group `onrecord.commands`."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.cli.drafters import drafter_options, other_drafters
from onrecord.cli.options import archive_option, collection_option, reported
from onrecord.errors import UnwritableError, UsageError

if TYPE_CHECKING:
    from onrecord.reviewing.draft_file import DraftFile


@click.command()
@click.argument("source")
@collection_option
@archive_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any that is free",
    help="Port on 127.0.0.1 to listen on.",
)
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of publication, from which the dates of a new draft are read.",
)
@click.option("--language", help="Language of a new draft: en, de, fr or it; else by its words.")
@drafter_options
@reported
def review(
    source: str,
    collection: Path,
    archives: tuple[Path, ...],
    port: int,
    published: datetime | None,
    language: str | None,
    drafters: tuple[str, ...],
    model: str | None,
    parse: str | None,
) -> None:
    """Judge the drafts of SOURCE, a text of the archive, on a page for this machine alone.

    SOURCE is the SHA-256 of the text, or a file. What is not drafted yet is drafted first; to
    what is drafted, the drafts of others are added if you name them, and your decisions stay. The
    drafts are kept in a file beside the archive; `onrecord accept` records what you accept.
    """
    # Imported late: `onrecord --help` lists this command and needs none of it.
    from importlib.metadata import version

    from onrecord.records.archive import archive_of
    from onrecord.reviewing.cards.drafted_cards import day_of, draft_file
    from onrecord.reviewing.draft_file import read_draft_file
    from onrecord.reviewing.further_drafts import with_further
    from onrecord.reviewing.known_records import read_known_records
    from onrecord.reviewing.reviewed_text import reviewed_text
    from onrecord.reviewing.session import Session
    from onrecord_server.review.app import create_review_app
    from onrecord_server.review.local_server import serve_locally
    from onrecord_server.serve import bind

    reviewed = reviewed_text(archive_of(archives), source)
    known = read_known_records(collection)
    if reviewed.draft.exists():
        if published or language:
            raise UsageError(
                f"{source}: it is drafted, correct day and language on the page, or take out"
                f" {reviewed.draft} to draft it again"
            )
        kept = read_draft_file(reviewed.draft)
        others = other_drafters(drafters, model, parse)
        if others is not None:
            fresh = draft_file(
                reviewed.text,
                kept.name,
                kept.made_with,
                kept.of_article("language"),
                day_of(kept.of_article("published")),
                reviewed.layer,
                others,
            )
            # Read again: another review of it may be open, and a model takes its time.
            further = with_further(read_draft_file(reviewed.draft), fresh)
            _keep(reviewed.draft, further.file)
            click.echo(
                f"{further.added} drafts of others added, {further.agreed} of those that were there"
                " confirmed or disputed by them; what you decided stays",
                err=True,
            )
    else:
        day = published.date() if published else known.published_on(reviewed.sha256)
        made_with = f"onrecord {version('onrecord')}"
        others = other_drafters(drafters, model, parse)
        drafted = draft_file(
            reviewed.text, reviewed.path.name, made_with, language, day, reviewed.layer, others
        )
        _keep(reviewed.draft, drafted)
    session = Session(reviewed.draft, reviewed.text, known, reviewed.spoken)
    listener = bind("127.0.0.1", port)
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    token = secrets.token_urlsafe(24)
    folders = "".join(f" --archive {folder}" for folder in archives)
    command = f"onrecord accept {source} --collection {collection}{folders}"
    # Whoever opens the address as soon as it is shown waits until it is served.
    listener.listen()
    click.echo(f"http://{host}/{token}/")
    click.echo(f"drafts: {reviewed.draft} (stop with Ctrl+C, nothing is lost)", err=True)
    click.echo(f"then: {command}", err=True)
    serve_locally(create_review_app(session, token, host, command), listener)


def _keep(path: Path, file: "DraftFile") -> None:
    from onrecord.reviewing.draft_file import write_draft_file

    try:
        write_draft_file(path, file)
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}") from error
