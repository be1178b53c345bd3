"""Commands: what all of them share, from options to the way that errors leave the program."""

import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Literal, ParamSpec

import click

from onrecord.errors import OnRecordError, UsageError
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.records.archive import ARCHIVES

P = ParamSpec("P")

FOLDER = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
INTERNAL = 5
"""The exit code of `check` for a mistake of our own."""

collection_option = click.option(
    "--collection",
    type=FOLDER,
    default=BUNDLED_COLLECTION,
    show_default="the bundled one",
    help="Folder of records.",
)
archive_option = click.option(
    "--archive",
    "archives",
    type=FOLDER,
    multiple=True,
    envvar=ARCHIVES,
    help="Folder of source texts; may be given more than once.",
)


releases_option = click.option(
    "--releases",
    type=FOLDER,
    default=Path("releases"),
    show_default=True,
    help="Folder of releases.",
)


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what this package raises on purpose into one line and exit code 1 or 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except OnRecordError as error:
            click.echo(f"onrecord: {error}", err=True)
            sys.exit(2 if error.exit_code == 2 else 1)

    return run


def reported_apart(command: Callable[P, None]) -> Callable[P, None]:
    """Turn each kind of error into an exit code of its own, 5 for a mistake of ours."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with ExitStack() as stack:
            stack.push(_internal)
            try:
                command(*args, **kwargs)
            except OnRecordError as error:
                click.echo(f"onrecord: {error}", err=True)
                sys.exit(error.exit_code)

    return run


def _internal(
    kind: type[BaseException] | None,
    error: BaseException | None,
    _trace: TracebackType | None,
) -> Literal[False]:
    """Exit with INTERNAL if a block ends in an error that was not raised on purpose.

    Python's own exit code for it, 1, would mean to a CI that the data is wrong.
    """
    ours = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)
    if kind is None or not issubclass(kind, Exception) or issubclass(kind, ours):
        return False
    traceback.print_exception(error)
    click.echo(f"onrecord: internal error, please report it: {kind.__name__}: {error}", err=True)
    sys.exit(INTERNAL)


def text_of(path: Path) -> str:
    """Return the text of a file. Raises UsageError."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read, {error}") from error
