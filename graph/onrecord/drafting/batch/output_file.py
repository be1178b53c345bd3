"""Output of a batch: a file with a line for each document, to which a later run adds the rest."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from onrecord.drafting.batch.document_line import Task, name_of
from onrecord.errors import UnwritableError, UsageError

Named = TypeVar("Named", bound=Task)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Done:
    """What an earlier run has left in a file."""

    lines: int
    last: str
    """The id in the last line, empty if there is none."""


def done_before(path: Path) -> Done:
    """Return what is in a file already, and take out a last line that was cut off.

    Raises UsageError for a file that is no such output, UnwritableError if it cannot be mended.
    """
    if not path.exists():
        return Done(0, "")
    try:
        with path.open("r+b") as file:
            lines, start, end = _ends(file)
            file.truncate(end)
            file.seek(start)
            last = file.read(end - start)
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}") from error
    if not lines:
        return Done(0, "")
    try:
        name = json.loads(last)["id"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: its lines are no drafts, name another file") from error
    return Done(lines, str(name))


def _ends(file: IO[bytes]) -> tuple[int, int, int]:
    """Return how many whole lines a file has, and where the last of them begins and ends."""
    lines = start = end = place = 0
    while chunk := file.read(_CHUNK):
        at = chunk.find(b"\n")
        while at >= 0:
            lines += 1
            start, end = end, place + at + 1
            at = chunk.find(b"\n", at + 1)
        place += len(chunk)
    return lines, start, end


def not_done(tasks: Iterable[Named], done: Done, path: Path) -> Iterator[Named]:
    """Yield the tasks behind those that are done; the last of these has to be the one that was.

    Raises UsageError if it is another.
    """
    number, name = 0, ""
    for number, task in enumerate(tasks, 1):
        if number > done.lines:
            yield task
        elif number == done.lines:
            name = name_of(task)
            if name != done.last:
                break
    if number < done.lines or name != done.last:
        raise UsageError(
            f"{path}: it has the drafts of other documents (line {done.lines} is of {done.last}),"
            " name another file"
        )


def append(path: Path, lines: Iterable[str]) -> Iterator[str]:
    """Add lines to a file, each of them whole when it is yielded, and all on disk at the end.

    Raises UnwritableError.
    """
    try:
        with path.open("ab") as file:
            _lock(file, path)
            for line in lines:
                file.write(encoded(line))
                file.flush()
                yield line
            os.fsync(file.fileno())
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}") from error


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep other runs from writing the same file, where the platform can. Raises UsageError."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{path}: another run is writing it, wait for it or end it") from error


def encoded(line: str) -> bytes:
    """Return a line of JSON as bytes; half of a surrogate pair stays an escape of JSON."""
    return line.encode("utf-8", "backslashreplace") + b"\n"
