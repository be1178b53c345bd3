"""Texts that can be reviewed: those of an archive, named by hash or by file."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from onrecord.archiving.layer_file import KeptLayer, layer_of, layer_of_bytes
from onrecord.errors import OnRecordError, UsageError
from onrecord.records.archive import Archive, Stretches, decode, is_text
from onrecord.reviewing.draft_file import draft_path

_PREFIX = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """A text of an archive, and where its drafts are kept."""

    sha256: str
    path: Path
    text: str
    draft: Path
    layer: KeptLayer | None
    """None if the text was not made from other bytes."""

    @property
    def spoken(self) -> Stretches:
        """Where the bytes behind the text mark words as a speaker's."""
        return self.layer.spoken if self.layer else ()


def reviewed_text(archive: Archive, source: str) -> ReviewedText:
    """Return the archived text that SOURCE names: its SHA-256 or the beginning, or a file.

    Bytes that a text was made from are taken for this text.
    Raises UsageError if the archive does not have it, OnRecordError if it is no text.
    """
    digest = _digest(archive, source)
    layer = layer_of_bytes(archive, digest)
    if layer is not None and layer.sha256 in archive.files:
        digest = layer.sha256
    else:
        layer = layer_of(archive, digest)
    path = archive.files[digest]
    data = path.read_bytes()
    if not is_text(data):
        raise OnRecordError(f"{source}: this is no text, name the text that is made from it")
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
