"""Mail: the words of a message, and of the messages that it quotes, with who wrote which."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from onrecord.archiving.charset import decoded
from onrecord.archiving.html.page import page_lines
from onrecord.archiving.made_text import LayerWriter, MadeText, TextLayerError

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MARKS = re.compile(r"((?:>[ ]?)+)(.*)", re.DOTALL)
_WROTE = re.compile(
    r"(?P<before>.*?)\s*(?:<[^<>]{3,200}>|\[[^\[\]]{3,200}\])?\s*"
    r"\b(?:wrote|writes|schrieb|a écrit|ha scritto|escribió|napsala?)\s?:"
)
"""The line above quoted words, where the verb comes last."""
_SCHRIEB = re.compile(r".*\bschrieb\s+(?P<before>[^:<]{2,80}?)\s*(?:<[^<>]{3,200}>)?\s?:")
_TIME = re.compile(r".*(?:\d(?:\s*(?:[AP]\.?M\.?|Uhr))?)(?:\s*\([A-Z]+\))?[\s,]*")
_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]*(?:\s+[\w.'’-]+){0,4}")
_HEADERS_OF_QUOTED = re.compile(
    r"(?:-{2,}[^-]{2,60}-{2,}\s+)?(?:From|Von|De|Da):\s(?P<who>.{2,200}?)\s"
    r"(?:Sent|Date|Gesendet|Datum|Envoyé|Inviato|To|An|À|A):\s"
)
"""The headers of a message that is quoted below another, without marks."""
_LONGEST_LINE = 300
_DEEPEST = 20
"""Parts within parts that are looked into."""


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    words: str
    number: int


def mail(data: bytes, version: str) -> MadeText:
    """Return the words of a message. Raises TextLayerError if it has none.

    Marks of quoted lines are left out, and wrapped lines joined: each paragraph has its writer.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        headers = {name: " ".join(str(message[name]).split()) for name in _HEADERS if message[name]}
        body, notes = _body(message)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as error:
        # the parser of headers is not proof against each broken one
        raise TextLayerError(f"the message cannot be read, {error}") from error
    writer = LayerWriter()
    for name, value in headers.items():
        writer.add(f"{name}: {value}", "header", f"header={name}", gap="\n")
    author = parseaddr(headers.get("From", ""))
    _write(writer, body, author[0] or author[1] or None)
    if not any(block.kind != "header" for block in writer.blocks):
        raise TextLayerError("the message has no words")
    return MadeText(
        writer.text, "onrecord", version, "marks of quoted lines left out, wrapped lines joined",
        tuple(writer.blocks), writer.changed, (), notes, _metadata(headers),
    )  # fmt: skip


def _metadata(headers: dict[str, str]) -> dict[str, str]:
    found = {"title": headers.get("Subject", "")}
    found["author"] = parseaddr(headers.get("From", ""))[0]
    with suppress(ValueError, TypeError, IndexError):
        found["published"] = parsedate_to_datetime(headers.get("Date", "")).date().isoformat()
    return {key: value for key, value in found.items() if value}


def _body(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """Return the words of a message, from its plain part if it has one, and what else it holds."""
    plain, page, other = "", "", []
    for part in _parts(message, 0):
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment"
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        charset = str(part.get_content_charset() or "")
        if kind == "text/plain" and not attached and not plain:
            plain = decoded(payload, charset).text
        elif kind == "text/html" and not attached and not page:
            page = decoded(payload, charset, page=True).text
        else:
            other.append(part.get_filename() or kind)
    notes = (f"not read, add each by itself: {', '.join(other[:10])}",) if other else ()
    if plain.strip():
        return plain, notes
    return (page_lines(page) if page.strip() else ""), notes


def _parts(message: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    if not message.is_multipart():
        yield message
    elif depth < _DEEPEST:
        for part in message.get_payload():
            if isinstance(part, EmailMessage):
                yield from _parts(part, depth + 1)


def _write(writer: LayerWriter, body: str, author: str | None) -> None:
    """Write the paragraphs of a message, and who wrote each: depth 0 is the author's."""
    writers: dict[int, str | None] = {0: author}
    paragraph: list[_Line] = []
    quoted: set[int] = set()
    """Depths at which headers of a quoted message have been read."""
    signature = False

    def end() -> None:
        nonlocal signature
        if not paragraph:
            return
        depth, words = paragraph[0].depth, " ".join(line.words for line in paragraph)
        place = f"line={paragraph[0].number},{paragraph[-1].number}"
        paragraph.clear()
        headers = _HEADERS_OF_QUOTED.match(words[:_LONGEST_LINE])
        if headers:
            writers[depth] = parseaddr(headers["who"])[0] or headers["who"]
            quoted.add(depth)
            writer.add(words, "attribution", place)
            return
        introduced = _introduced(words)
        if introduced:
            writers[depth + 1] = introduced
            writer.add(words, "attribution", place)
            return
        signature = (signature or words == "--") and depth == 0 and not quoted
        kind = "quoted message" if depth or quoted else "signature" if signature else "message"
        writer.add(words, kind, place, None if signature else writers.get(depth))

    for number, line in enumerate(body.splitlines(), 1):
        marks = _MARKS.match(line)
        depth = marks[1].count(">") if marks else 0
        words = " ".join((marks[2] if marks else line).split())
        writer.changes["marks of quoted lines left out"] += bool(marks)
        if not words or (paragraph and paragraph[0].depth != depth) or words == "--":
            end()
        if words:
            paragraph.append(_Line(depth, words, number))
            if words == "--" or _introduced(words):
                end()
    end()


def _introduced(words: str) -> str | None:
    """Return who wrote what follows, if a line says so: On Tue, Jonas Vell wrote:."""
    if not words.endswith(":") or len(words) > _LONGEST_LINE:
        return None
    found = _SCHRIEB.fullmatch(words) or _WROTE.fullmatch(words)
    if not found:
        return None
    dated = _TIME.match(found["before"])
    name = found["before"][dated.end() if dated else 0 :]
    first, _, last = name.rpartition(",")
    if dated and _NAME.fullmatch(first.strip()):  # a surname, and a first name
        last = f"{last.strip()} {first.strip()}"
    return last.strip() if _NAME.fullmatch(last.strip()) else None
