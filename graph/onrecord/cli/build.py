"""The build command: from records to a release."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from onrecord.cli.options import (
    archive_option,
    collection_option,
    releases_option,
    reported,
)
from onrecord.cli.progress import step


@click.command()
@collection_option
@archive_option
@releases_option
@click.option("--all", "all_forms", is_flag=True, help="Make the further forms of the dumps too.")
@reported
def build(collection: Path, archives: tuple[Path, ...], releases: Path, all_forms: bool) -> None:
    """Build a release of a collection, unless its records have violations."""
    release = build_collection(collection, archives, releases)
    if all_forms:
        from onrecord.releases.forms.kept import make_all

        with step("compressing"):
            left_out = make_all(release)
        for problem in left_out:
            click.echo(f"left out: {problem}", err=True)
    click.echo(release)


def build_collection(collection: Path, archives: tuple[Path, ...], releases: Path) -> Path:
    """Check a collection, show its violations, and return the folder of the release made of it."""
    from onrecord.releases.build import RefusedError, build_checked
    from onrecord.releases.release import BuildNote, digest_of, note_build
    from onrecord.validation.formats.text import render

    with garbage_left(), step("building"):
        digest = digest_of(collection)
        try:
            release = build_checked(collection, archives, releases)
        except RefusedError as error:
            click.echo(render(error.violations), nl=False, err=True)
            raise
    note_build(releases, BuildNote(release.name, str(collection.resolve()), digest))
    return release.path


@contextmanager
def garbage_left() -> Iterator[None]:
    """Do not look for garbage in cycles.

    A build makes millions of terms and hardly any cycles, and looking through them again and again
    took a quarter of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
