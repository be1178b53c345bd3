"""Keeping: bytes and the text that is made of them, written to an archive by their SHA-256."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath

from onrecord.archiving.extraction import extract
from onrecord.archiving.kind import DocumentKind, kind_of
from onrecord.archiving.layer_file import layer_bytes, read_layer
from onrecord.archiving.made_text import MadeText, TextLayerError
from onrecord.errors import OnRecordError
from onrecord.records.archive import add_text, layer_name

LARGEST = 64 * 1024 * 1024
"""Maximum size in bytes of what is kept: larger files of an archive are not read."""
_SUFFIXES: dict[DocumentKind, str] = {
    "html": ".html", "pdf": ".pdf", "vtt": ".vtt", "srt": ".srt", "eml": ".eml", "txt": ".txt",
}  # fmt: skip
_FETCHED = ".fetched.jsonl"


class TooLargeToKeepError(OnRecordError):
    """A file is larger than the archive reads."""


@dataclass(frozen=True, slots=True)
class Original:
    """Bytes as they came, with what is known of them."""

    name: str
    """What the user called it: a file or an address."""
    data: bytes = field(repr=False)
    address: str = ""
    """Where they are on the web, empty if that is not known."""
    at: datetime | None = None
    """When they were fetched."""
    media_type: str = ""
    charset: str = ""
    robots: tuple[str, ...] = ()
    """What the robots.txt of each host on the way said."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes in an archive, and the text in which passages are anchored."""

    original: Original
    kind: DocumentKind
    folder: Path
    bytes_sha256: str
    text_sha256: str | None
    """None: the bytes have no text. That of the bytes: they are a text themselves."""
    text: str = field(repr=False)
    made: MadeText | None = field(repr=False)
    """None: the bytes are a text, or have none."""
    layer_sha256: str = ""
    """Of the layer file, if there is one."""
    is_new: bool = True
    """Whether the archive did not have these bytes."""
    problem: str = ""
    """Why there is no text."""


def keep(original: Original, folder: Path, charset: str = "") -> Kept:
    """Keep bytes and their text in a folder.

    Raises OnRecordError or OSError, and then nothing is kept. Bytes of which no text can be made,
    such as a picture, a scan or a broken file, are kept alone, with the reason.
    """
    data = original.data
    if len(data) > LARGEST:
        raise TooLargeToKeepError(
            f"{original.name}: larger than {LARGEST >> 20} MB, which is the most that is kept"
        )
    kind = kind_of(data, original.name, original.media_type)
    if kind == "txt" and not charset and _is_utf8(data):
        path, is_new = _added(folder, data, ".txt")
        return Kept(
            original, kind, folder, path.stem, path.stem, data.decode(), None, is_new=is_new
        )
    made, problem = None, ""
    if kind == "other":
        problem = "this is no text"
    else:
        try:
            made = extract(data, kind, original.charset, charset)
        except TextLayerError as error:
            problem = str(error)
    path, is_new = _added(folder, data, _SUFFIXES.get(kind) or PurePath(original.name).suffix)
    if original.at is not None:
        _note_fetch(folder / f"{path.stem}{_FETCHED}", original)
    if made is None:
        return Kept(
            original, kind, folder, path.stem, None, "", None, is_new=is_new, problem=problem
        )
    text = add_text(folder, made.text.encode("utf-8", "replace"), ".txt")
    layer = folder / layer_name(text.stem, path.stem)
    if not layer.exists():  # what is on record by its hash stays, whatever would be written now
        partial = layer.with_suffix(".partial")
        partial.write_bytes(layer_bytes(made, text.stem, path.stem))
        partial.replace(layer)
    return Kept(
        original, kind, folder, path.stem, text.stem, made.text, made,
        read_layer(layer).file_sha256, is_new,
    )  # fmt: skip


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _added(folder: Path, data: bytes, suffix: str) -> tuple[Path, bool]:
    path = folder / f"{sha256(data).hexdigest()}{suffix}"
    is_new = not path.exists()
    return add_text(folder, data, suffix), is_new


def _note_fetch(path: Path, original: Original) -> None:
    """Note when and where bytes were fetched, and what robots.txt said; once for each fetch."""
    value = {
        "address": original.address,
        "at": original.at.isoformat(timespec="seconds") if original.at else "",
        "media_type": original.media_type,
        "robots": original.robots,
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value, ensure_ascii=False) + "\n")
