"""Archive of source texts: folders of files that are identified by SHA-256, not by name."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from onrecord.errors import UsageError

ARCHIVES = "ONRECORD_ARCHIVE"
"""The environment variable that names folders of source texts."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 64 * 1024 * 1024
"""Maximum size in bytes of a source text; larger files are ignored."""


@dataclass(frozen=True)
class Archive:
    """Folders of source texts."""

    folders: tuple[Path, ...]

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file of the archive by the SHA-256 of its bytes."""
        return {
            sha256(path.read_bytes()).hexdigest(): path
            for folder in self.folders
            for path in sorted(folder.iterdir())
            if path.is_file() and path.stat().st_size <= _LARGEST
        }

    @cached_property
    def altered(self) -> dict[str, Path]:
        """Files whose name is the SHA-256 of other bytes, by that SHA-256."""
        return {
            path.stem: path
            for digest, path in self.files.items()
            if _SHA256.fullmatch(path.stem) and path.stem != digest
        }

    def text(self, digest: str) -> str | None:
        """Return the text with this SHA-256, None if it is not in the archive.

        Line ends are unchanged, so that offsets count the code points of the file.
        """
        path = self.files.get(digest)
        return None if path is None else decode(path.read_bytes())


Stretches = tuple[tuple[int, int], ...]
"""Starts and ends of parts of a text."""
_SPOKEN = frozenset(["cue", "message", "quoted message"])
"""Kinds of blocks that are a speaker's words if the bytes name who speaks or writes."""


def spoken(layer: bytes) -> Stretches:
    """Return the stretches of a text that the bytes behind it mark as a speaker's words.

    A layer file lists them: block quotations, and what a named voice or writer says. Blocks of one
    speaker that follow one another are one stretch. Without any, or of a broken file, it is empty.
    """
    found: list[tuple[int, int]] = []
    former = None
    try:
        for block in json.loads(layer)["blocks"]:
            kind, speaker = block["kind"], block["speaker"]
            if kind != "block quotation" and not (kind in _SPOKEN and speaker):
                former = None
                continue
            start, end = int(block["start"]), int(block["end"])
            if former == (kind, speaker):
                start = found.pop()[0]
            found.append((start, end))
            former = kind, speaker
    except (ValueError, KeyError, TypeError):
        return ()
    return tuple(found)


def layer_name(text_sha256: str, bytes_sha256: str) -> str:
    """Return the name of the file that says how a text was made of bytes.

    One page can give the same text twice, with other advertisements: so both are in the name.
    """
    return f"{text_sha256}.{bytes_sha256[:16]}.layer.json"


def decode(data: bytes) -> str:
    """Return archived bytes as text; invalid UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", errors="replace")


def is_text(data: bytes) -> bool:
    """Return whether words can be found in bytes: not in a PDF, nor where there are NULs.

    Text that is not UTF-8 is text: what `decode` can read of it is found.
    """
    return not data.startswith(b"%PDF-") and b"\0" not in data


def open_archive(folders: Iterable[Path]) -> Archive:
    """Return the archive in these folders. Raises UsageError for a missing folder."""
    named = tuple(folders)
    for folder in named:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder, name a folder of source texts")
    return Archive(named)


def archive_of(
    folders: Iterable[Path] | None, environment: Mapping[str, str] = os.environ
) -> Archive:
    """Return the archive of some folders and of the texts that `archive add` has kept.

    None for folders means those that the environment names.
    """
    from onrecord.files.user_folders import user_archive

    if folders is None:
        folders = map(Path, filter(None, environment.get(ARCHIVES, "").split(os.pathsep)))
    named = tuple(folders)
    with suppress(OSError):  # who has no home has added nothing to it
        added = user_archive()
        if added.is_dir() and added not in named:
            named = (*named, added)
    return open_archive(named)


def add_text(folder: Path, data: bytes, suffix: str = ".txt") -> Path:
    """Write bytes to a folder, in a file named by their SHA-256; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(data).hexdigest()}{suffix}"
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(path)
    return path
