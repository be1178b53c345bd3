"""The command line: data goes to stdout, everything else to stderr."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from onrecord.archive import Archive, add_text, open_archive
from onrecord.errors import OnRecordError, UsageError
from onrecord.paths import BUNDLED_COLLECTION, QUERIES
from onrecord.progress import step

P = ParamSpec("P")

_FOLDER = click.Path(path_type=Path)


def _default_archive() -> Path:
    """Return where `archive add` keeps texts unless told otherwise."""
    return Path(click.get_app_dir("onrecord")) / "archive"


def _archive(folders: tuple[Path, ...]) -> Archive:
    default = _default_archive()
    return open_archive(folders or ((default,) if default.is_dir() else ()))


def _reported(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what this package raises on purpose into one line and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except OnRecordError as error:
            failure = click.ClickException(str(error))
            failure.exit_code = error.exit_code
            raise failure from error

    return run


collection_option = click.option(
    "--collection",
    type=_FOLDER,
    default=BUNDLED_COLLECTION,
    show_default="the bundled one",
    help="Folder of records.",
)
archive_option = click.option(
    "--archive",
    "archives",
    type=_FOLDER,
    multiple=True,
    envvar="ONRECORD_ARCHIVE",
    help="Folder of source texts; may be given more than once.",
)
releases_option = click.option(
    "--releases",
    type=_FOLDER,
    default=Path("releases"),
    show_default=True,
    help="Folder of releases.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """Keep public statements on the record: check, build, query and serve them."""


@main.command()
@collection_option
@archive_option
@releases_option
@_reported
def build(collection: Path, archives: tuple[Path, ...], releases: Path) -> None:
    """Build a release, unless the records have violations."""
    from onrecord.build import build as build_release
    from onrecord.check import check as check_collection
    from onrecord.collection import read_collection

    with step("checking"):
        report = check_collection(read_collection(collection), _archive(archives))
    for violation in report.violations[:10]:
        click.echo(violation.message, err=True)
    with step("building"):
        release = build_release(report, releases)
    click.echo(release.path)
