"""Texts that can be reviewed: those of an archive, named by hash or by file."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from onrecord.errors import OnRecordError, UsageError
from onrecord.records.archive import Archive, decode, is_text
from onrecord.reviewing.draft_file import draft_path
from onrecord.reviewing.text_layer import TextProvenance, layer_of_bytes, layer_of_text

_PREFIX = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """A text of an archive, and where its drafts are kept."""

    sha256: str
    path: Path
    text: str
    draft: Path
    layer: TextProvenance | None
    """None if the text was not made from other bytes."""


def reviewed_text(archive: Archive, source: str) -> ReviewedText:
    """Return the archived text that SOURCE names: its SHA-256 or the beginning, or a file.

    Bytes that a text was made from stand for this text.
    Raises UsageError if the archive does not have it, OnRecordError if it is no text.
    """
    digest = _digest(archive, source)
    made = layer_of_bytes(archive.files[digest].parent, digest)
    if made is not None and made.text_sha256 in archive.files:
        digest = made.text_sha256
    path = archive.files[digest]
    data = path.read_bytes()
    if not is_text(data):
        raise OnRecordError(f"{source}: this is no text, name the text that is made from it")
    layer = layer_of_text(path.parent, digest)
    return ReviewedText(digest, path, decode(data), draft_path(path.parent, digest), layer)


def _digest(archive: Archive, source: str) -> str:
    if _PREFIX.fullmatch(source):
        found = [digest for digest in archive.files if digest.startswith(source)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{source}: {len(found)} texts begin so, write more of the hash")
    try:
        digest = sha256(Path(source).read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"{source}: neither a text of the archive nor a file") from error
    if digest not in archive.files:
        raise UsageError(
            f"{source}: not in the archive, keep it with `onrecord archive add {source}`"
        )
    return digest
