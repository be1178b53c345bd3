"""Input of a batch: lines of documents, and pages of WARC files, one after the other."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from onrecord.archiving.warc import WarcDocument, WarcError, read_warc
from onrecord.drafting.batch.document_line import DocumentLine

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line that is read; a longer one is passed over, and named."""


def read_lines(file: IO[bytes], name: str) -> Iterator[DocumentLine]:
    """Yield the lines of a file that are not blank, with the place of each."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        place = f"{name}:{number}"
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            _skip_rest(file)
            yield DocumentLine("", place, f"longer than {LONGEST_LINE >> 20} MB, so it is not read")
        elif line.strip():
            try:
                yield DocumentLine(line.decode("utf-8").rstrip("\r\n"), place)
            except UnicodeDecodeError:
                yield DocumentLine("", place, "this is not UTF-8")


def _skip_rest(file: IO[bytes]) -> None:
    while (more := file.readline(1 << 20)) and not more.endswith(b"\n"):
        pass


def read_pages(paths: Iterable[Path]) -> Iterator[WarcDocument]:
    """Yield the pages and documents of WARC files; a file that is broken is one with a problem."""
    for path in paths:
        try:
            yield from read_warc(path)
        except WarcError as error:
            why = str(error).removeprefix(f"{path}: ")
            yield WarcDocument(str(path), "", "", "", b"", why)
