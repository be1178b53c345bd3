"""The migrate command: records of an older form become records of this version's."""

import sys
from pathlib import Path

import click

from onrecord.cli.options import reported
from onrecord.cli.progress import step
from onrecord.errors import UsageError


@click.command()
@click.argument("collection", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--dry-run",
    "--check",
    "dry_run",
    is_flag=True,
    help="Show what would change and write nothing; the exit code is 1 if something would.",
)
@reported
def migrate(collection: Path, dry_run: bool) -> None:
    """Rewrite the records in the folder COLLECTION in the form of this version, in place.

    Comments, order and layout are kept. Nothing is written if any file does not parse.
    """
    from onrecord.files.replacement import replace_files
    from onrecord.rdf.term_text import abbreviated
    from onrecord.records.migration import migrations, read_renamings

    with step("reading"):
        found = list(migrations(collection, read_renamings()))
    if not dry_run:
        try:
            replace_files({migration.path: migration.content for migration in found})
        except OSError as error:
            raise UsageError(f"{error.filename}: cannot be written, {error.strerror}") from error
    for migration in found:
        changes = (
            f"{number} {abbreviated(renaming.old)} → {abbreviated(renaming.new)}"
            for renaming, number in migration.replaced.items()
        )
        click.echo(f"{migration.path}: {', '.join(changes)}")
    terms = sum(sum(migration.replaced.values()) for migration in found)
    verb = "would be replaced" if dry_run else "replaced"
    click.echo(f"{terms} terms {verb} in {len(found)} files", err=True)
    if dry_run and found:
        sys.exit(1)
