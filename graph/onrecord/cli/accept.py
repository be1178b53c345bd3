"""The accept command: the records of what a reviewer has accepted."""

import sys
from datetime import date
from pathlib import Path

import click

from onrecord.cli.options import archive_option, collection_option, reported
from onrecord.cli.progress import step
from onrecord.errors import UsageError


@click.command()
@click.argument("source")
@collection_option
@archive_option
@reported
def accept(source: str, collection: Path, archives: tuple[Path, ...]) -> None:
    """Record the accepted drafts of SOURCE, a text of the archive, and check the collection.

    SOURCE is the SHA-256 of the text, or a file. The records are checked first, and written all or
    none; what is on record already stays as it is. Exit code 1 if the collection does not conform.
    """
    from onrecord.records.archive import archive_of
    from onrecord.reviewing.acceptance import record_accepted
    from onrecord.reviewing.reviewed_text import reviewed_text
    from onrecord.validation.formats import write

    archive = archive_of(archives)
    reviewed = reviewed_text(archive, source)
    if not reviewed.draft.exists():
        raise UsageError(f"{source}: nothing is drafted of it, begin with `onrecord review`")
    with step("checking"):
        done = record_accepted(reviewed.draft, collection, archive, date.today())
    for claim in done.claims:
        click.echo(claim)
    for claim in done.retractable:
        click.echo(f"{claim}: on record, and rejected now: retract it, or accept it", err=True)
    where = f"{done.path}: {len(done.claims)} claims recorded" if done.path else "nothing new"
    click.echo(
        f"{where}; {done.on_record} on record before, {done.rejected} rejected, "
        f"{done.pending} not decided",
        err=True,
    )
    if done.report.findings:
        click.echo(write(done.report, "text", False), nl=False, err=True)
    counts, passages = done.report.counts, done.report.passages
    told = ", ".join(f"{number} {status}" for status, number in passages.items())
    click.echo(
        f"{len(done.report.files)} files, {counts['violation']} violations,"
        f" {counts['warning'] + counts['info']} other findings; passages: {told}",
        err=True,
    )
    if done.report.exit_code:
        sys.exit(1)
