"""Documents to drafts, a line of JSON each: plain functions, for any engine that maps lines.

`drafted_line("{…}")` is all that a cluster has to call. What cannot be drafted is a line, too: it
has the `id`, and in `error` why.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from onrecord.archiving.extraction import made_here
from onrecord.archiving.kind import kind_of
from onrecord.archiving.made_text import TextLayerError
from onrecord.archiving.warc import WarcDocument
from onrecord.drafting.document import Document, document_of, drafted, language_told
from onrecord.drafting.drafters.other_drafters import OtherDrafters, one_line
from onrecord.records.archive import decode, is_text

NO_DOCUMENT = "this is no document, write a JSON object with `id` and `text`"
_LONGEST_FAILURE = 4096
"""Characters of a line that its error would have, if it had one."""
Others = Callable[[], OtherDrafters | None]
"""What gives the drafters beside the rules, in the process that asks them."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of a file that should have a document, and its place."""

    text: str
    place: str
    """File and number; the id of a line that has none."""
    problem: str = ""
    """Why it was not read; then there is no text."""


Task = DocumentLine | WarcDocument


def drafted_line(line: str, place: str = "", others: OtherDrafters | None = None) -> str:
    """Return the drafts of a document, both as a line of JSON without its end.

    Raises nothing for a line: of one that cannot be drafted, the answer says why in `error`.
    """
    name = place
    try:
        value = json.loads(line)
        name = str(value["id"])
        document = document_of(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return failed(name, NO_DOCUMENT, place)
    return _written(document, others, place)


def drafted_page(page: WarcDocument, others: OtherDrafters | None = None) -> str:
    """Return the drafts of a page or document of a WARC file as a line of JSON without its end.

    Its text is made in this process. Raises nothing, as `drafted_line` does not.
    """
    if page.problem:
        return failed(page.address, page.problem)
    try:
        document = _document_of(page)
    except TextLayerError as error:
        return failed(page.address, str(error))
    except Exception as error:  # bytes from anywhere; the next ones are drafted
        return failed(page.address, f"no text could be made of it, {_said(error)}")
    return _written(document, others, recorded=page.at)


def _document_of(page: WarcDocument) -> Document:
    """Return the text of bytes with what they say of themselves. Raises TextLayerError, and any."""
    kind = kind_of(page.data, page.address, page.media_type)
    if kind in ("other", "warc"):
        raise TextLayerError("this is no text")
    if kind == "txt" and is_text(page.data):
        return Document(page.address, decode(page.data))
    made = made_here(page.data, kind, page.charset)
    published = made.metadata.get("published")
    day = date.fromisoformat(published) if published else None
    return Document(page.address, made.text, language_told(made.metadata), day, made.blocks)


def _written(document: Document, others: OtherDrafters | None, place: str = "", **more: str) -> str:
    try:
        value: dict[str, Any] = drafted(document, others)
        return json.dumps(value | more, ensure_ascii=False)
    except Exception as error:  # a fault of ours in one document must not lose the others
        return failed(document.id, f"it cannot be drafted, {_said(error)}", place)


def _said(error: Exception) -> str:
    return one_line(f"{type(error).__name__} {error}".strip())


def failed(name: str, why: str, place: str = "") -> str:
    """Return the line of a document that is not drafted."""
    at = {"at": place} if place else {}
    return json.dumps({"id": name, **at, "error": why}, ensure_ascii=False)


def failure(line: str) -> str:
    """Return where and why a document was not drafted, by its line; empty of one that was."""
    if '"error": ' not in line[:_LONGEST_FAILURE]:
        return ""
    value = json.loads(line)
    return f"{value.get('at') or value['id']}: {value['error']}" if "error" in value else ""


def drafted_task(task: Task, others: OtherDrafters | None = None) -> str:
    """Return the line of a line or a page."""
    if isinstance(task, WarcDocument):
        return drafted_page(task, others)
    if task.problem:
        return failed(task.place, task.problem)
    return drafted_line(task.text, task.place, others)


def prepared(others: Others) -> Callable[[Task], str]:
    """Return the function that drafts a task with other drafters, which are made here and now."""
    return partial(drafted_task, others=others())


def rules_alone() -> None:
    """Return no drafters beside the rules."""


def failed_task(task: Task, why: str) -> str:
    """Return the line of a task that was given up."""
    place = "" if isinstance(task, WarcDocument) else task.place
    return failed(name_of(task), f"given up: {why}", place)


def name_of(task: Task) -> str:
    """Return the id of a task, as its line has it."""
    if isinstance(task, WarcDocument):
        return task.address
    try:
        return str(json.loads(task.text)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return task.place
