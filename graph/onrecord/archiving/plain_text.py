"""Plain text: bytes that are a text already, or become one by their encoding."""

from onrecord.archiving.charset import decoded
from onrecord.archiving.made_text import MadeText
from onrecord.records.archive import decode


def plain_text(data: bytes, declared: str, charset: str, version: str) -> MadeText:
    """Return the text of bytes, with every character and line end as it is."""
    read = decoded(data, declared, charset)
    text = decode(data) if read.charset == "utf-8" else read.text
    return MadeText(text, "onrecord", version, f"charset={read.charset}", notes=read.notes)
