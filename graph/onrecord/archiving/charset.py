"""Character encoding of archived bytes: as declared, if that can be, else as the bytes look."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from onrecord.errors import UsageError

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_AS_ON_THE_WEB = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""Encodings that pages name for one with more characters, as browsers read them (WHATWG)."""
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([-\w:]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([-\w:]{2,40})")
_SAMPLE = 200_000
"""Bytes by which an encoding is guessed."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text."""

    text: str
    charset: str
    """As Python calls it."""
    how: str
    """On what ground: asked for, byte order mark, declared, by its bytes, guessed."""
    notes: tuple[str, ...] = ()


def decoded(data: bytes, declared: str = "", asked: str = "", *, page: bool = False) -> Decoded:
    """Return bytes as text by the encoding asked for, a mark, a declaration, or by a guess.

    A declaration that the bytes refute is not followed. Raises UsageError for an unknown encoding
    that was asked for.
    """
    if asked:
        if _codec(asked) is None:
            raise UsageError(f"--charset {asked}: no such encoding, name one such as windows-1251")
        return _read(data, str(_codec(asked)), "asked for")
    for mark, charset in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _read(data[len(mark) :], charset, "byte order mark")
    if page:
        found = _XML.search(data[:1024]) or _META.search(data[:4096])
        declared = declared or (found[1].decode("ascii", "replace") if found else "")
    notes: tuple[str, ...] = ()
    codec = _codec(declared) if declared else None
    if declared and codec is None:
        notes = (f"it declares the encoding {declared!r}, which is unknown",)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if codec in (None, "utf-8") or data.isascii():
            return Decoded(text, "utf-8", "declared" if codec else "by its bytes", notes)
        if codec == "cp1252":  # what is valid UTF-8 with more than ASCII is hardly anything else
            return Decoded(
                text, "utf-8", "by its bytes", (f"it declares {declared}, but is UTF-8",)
            )
    if codec is not None and codec not in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        return _read(data, codec, "declared")
    if codec is not None:
        notes = (f"it declares {declared}, but is not",)
    read = _read(data, _guess(data[:_SAMPLE]), "guessed")
    note = f"its encoding is a guess, {read.charset}: name another with --charset if it reads wrong"
    return Decoded(read.text, read.charset, read.how, (*notes, note))


def _guess(sample: bytes) -> str:
    """Return the encoding that bytes look like; of Latin script, windows-1252.

    Its encodings differ in a few letters, which no short text tells apart.
    """
    best = from_bytes(sample).best() if b"\0" not in sample else None
    charset = _codec(best.encoding) if best else None
    if charset is None:
        return "cp1252"
    letters = [one for one in sample.decode(charset, "replace") if one.isalpha() and one > "\x7f"]
    latin = sum(unicodedata.name(one, "").startswith("LATIN") for one in letters)
    return "cp1252" if 2 * latin >= len(letters) else charset


def _codec(name: str) -> str | None:
    """Return the encoding that a name stands for on the web, None if there is none of text."""
    try:
        found = codecs.lookup(name.strip().replace(":", "-"))
        "".encode(found.name)
    except (LookupError, ValueError):
        return None
    return _AS_ON_THE_WEB.get(found.name, found.name)


def _read(data: bytes, charset: str, how: str) -> Decoded:
    text = data.decode(charset, "replace")
    lost = text.count("\ufffd")
    notes = (f"{lost} bytes are no {charset}, and are replaced by U+FFFD",) if lost else ()
    return Decoded(text, charset, how, notes)
