"""Kind of a document: page, PDF, captions, mail, WARC or text, by its first bytes and its name."""

import re
from pathlib import PurePath
from typing import Literal, get_args

DocumentKind = Literal["html", "pdf", "vtt", "srt", "eml", "warc", "txt", "other"]
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
_SUFFIXES: dict[str, DocumentKind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".vtt": "vtt", ".srt": "srt", ".eml": "eml",
    ".txt": "txt", ".md": "txt",
}  # fmt: skip
_MEDIA_TYPES: dict[str, DocumentKind] = {
    "text/html": "html", "application/xhtml+xml": "html", "text/vtt": "vtt",
    "application/x-subrip": "srt", "message/rfc822": "eml", "text/plain": "txt",
}  # fmt: skip
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SUBTITLE = re.compile(rb"\s*\d+[ \t]*\r?\n\d\d:\d\d:\d\d[,.]\d{3}[ \t]+-->")
_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_OF_MAIL = re.compile(rb"^(?:Message-ID|MIME-Version|Received|Return-Path):", re.I | re.MULTILINE)
_FROM = re.compile(rb"^From:", re.I | re.MULTILINE)
_MARKED = ("\ufeff".encode(), "\ufeff".encode("utf-16-le"), "\ufeff".encode("utf-16-be"))


def kind_of(data: bytes, name: str = "", media_type: str = "") -> DocumentKind:
    """Return the kind of a document; `other` of what has no words that can be read."""
    start = data[:8192]
    bare = start.removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if bare.startswith(b"WEBVTT"):
        return "vtt"
    if start.startswith(b"WARC/1.") or (start.startswith(b"\x1f\x8b") and _is_warc(name)):
        return "warc"
    told = _SUFFIXES.get(PurePath(name).suffix.lower()) or _MEDIA_TYPES.get(media_type.lower())
    if b"\0" in start and not start.startswith(_MARKED) and told not in ("html", "eml"):
        return "other"
    if _SUBTITLE.match(bare):
        return "srt"
    if _PAGE.match(bare):
        return "html"
    header = _HEADER.match(bare)
    if header and _FROM.search(header[0]) and _OF_MAIL.search(header[0]):
        return "eml"
    return told or ("txt" if b"\0" not in data or start.startswith(_MARKED) else "other")


def _is_warc(name: str) -> bool:
    return name.lower().endswith((".warc.gz", ".warc"))
