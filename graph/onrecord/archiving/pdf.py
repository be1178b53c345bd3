"""PDF: the text of its pages by pypdf, paragraphs put together, words broken at a line left so."""

import logging
import re
from io import BytesIO
from statistics import quantiles

import pypdf
from pypdf.errors import PyPdfError

from onrecord.archiving.made_text import LayerWriter, MadeText, TextLayerError

_LONGEST = 2000
"""Maximum number of pages that are read."""
_BROKEN = re.compile(r"[^\W\d_][-\u2010\xad]$")
_SENTENCE_END = re.compile(r"[.?!:…][\"'”’»)\]]*$")
_ITEM = re.compile(r"\s*(?:[-*•·‣▪–—]\s|\d+[.)]\s)")
_ON_BROKEN_FILES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What pypdf raises besides errors of its own, where the parts of a file do not go together."""
_WIDE = 0.75
"""A line that is shorter than this share of the widest ones may end a paragraph."""
_FULL = 0.9
"""The same for a line that ends a sentence."""


def pdf(data: bytes) -> MadeText:
    """Return the text of a PDF. Raises TextLayerError for a broken, a locked or a scanned one."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a broken file is mended, or an error
    writer = LayerWriter()
    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextLayerError("the PDF is locked with a password, save it without")
        pages = reader.pages
        count = len(pages)
        for number in range(min(count, _LONGEST)):
            _add_page(writer, pages[number].extract_text(), number + 1)
        metadata = _metadata(reader)
    except (PyPdfError, *_ON_BROKEN_FILES) as error:
        raise TextLayerError(f"the PDF cannot be read, {error or type(error).__name__}") from error
    notes = []
    if count > _LONGEST:
        notes.append(f"only the first {_LONGEST} of {count} pages were read")
    if not writer.text:
        raise TextLayerError(
            f"the PDF has no text on its {count} pages: it is a scan, make a text of it by OCR"
        )
    return MadeText(
        writer.text, "pypdf", pypdf.__version__, "lines joined to paragraphs",
        tuple(writer.blocks), writer.changed, tuple(writer.omissions), tuple(notes), metadata,
    )  # fmt: skip


def _add_page(writer: LayerWriter, text: str, page: int) -> None:
    lines = [" ".join(line.split()) for line in text.replace("\0", "").split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return
    widest = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else lengths[0]
    paragraphs: list[list[str]] = []
    for line in lines:
        if not line:
            paragraphs.append([])
        elif paragraphs and _goes_on(paragraphs[-1], line, widest):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    before = writer.blocks[-1:] and writer.text[:-1][-200:]
    for number, paragraph in enumerate(filter(None, paragraphs)):
        joined = paragraph[0]
        for line in paragraph[1:]:
            # a broken word stays as it is printed: whether the hyphen is its own cannot be told
            broken = _BROKEN.search(joined) is not None
            writer.changes["words broken at a line, left so"] += broken
            joined += ("\n" if broken else " ") + line
        runs_on = number == 0 and before and not _SENTENCE_END.search(before)
        gap = " " if runs_on and joined[:1].islower() else "\n\n"
        writer.add(joined, "paragraph", f"page={page}", gap=gap)


def _goes_on(paragraph: list[str], line: str, widest: float) -> bool:
    """Return whether a paragraph goes on in a line, by its last line."""
    if not paragraph or _ITEM.match(line):
        return False
    last = paragraph[-1]
    if _BROKEN.search(last):
        return True
    ends = _SENTENCE_END.search(last) is not None
    return len(last) >= (_FULL if ends else _WIDE) * widest


def _metadata(reader: pypdf.PdfReader) -> dict[str, str]:
    told = reader.metadata
    if told is None:
        return {}
    day = told.creation_date
    found = {
        "title": str(told.title or ""),
        "author": str(told.author or ""),
        "created": day.date().isoformat() if day else "",
    }
    return {key: " ".join(value.split())[:500] for key, value in found.items() if value.strip()}
