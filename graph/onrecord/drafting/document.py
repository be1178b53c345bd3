"""Documents to draft from, and their drafts, as lines of JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from onrecord.drafting.draft import Draft, draft
from onrecord.errors import OnRecordError


class DocumentError(OnRecordError):
    """A line is no document: no JSON object with an `id` and a `text`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what is known of it."""

    id: str
    text: str
    language: str | None = None
    """None: found by its words."""
    published: date | None = None
    """Without it, no date of the text is resolved."""


def read_documents(lines: Iterable[str], name: str) -> Iterator[Document]:
    """Read documents, one JSON object a line: `id`, `text`, and perhaps `lang` and `published`.

    Raises DocumentError.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            published = value.get("published")
            yield Document(
                str(value["id"]),
                _string(value["text"]),
                value.get("lang"),
                date.fromisoformat(published) if published else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DocumentError(
                f"{name}:{number}: this is no document, write a JSON object with `id` and `text`"
            ) from error


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def drafted(document: Document) -> dict[str, Any]:
    """Return a document with its drafts, in the form of a line."""
    text = document.text
    found = draft(text, document.language)
    return {"id": document.id, "text": text, "quotes": [_quote(text, one) for one in found]}


def _quote(text: str, one: Draft) -> dict[str, Any]:
    start, end = one.speaker or (None, None)
    value: dict[str, Any] = {
        "start": one.start,
        "end": one.end,
        "type": one.type,
        "speaker_start": start,
        "speaker_end": end,
        "speaker": text[start:end] if one.speaker else None,
        "cue": one.cue,
        "rule": one.rule,
    }
    if one.flags:
        value["flags"] = list(one.flags)
    if one.group is not None:
        value["group"] = one.group
    if one.relies_on is not None:
        value["reliesOn"] = text[slice(*one.relies_on)]
    return value
