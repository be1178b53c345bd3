"""A new collection: a folder with one invented article, claim and figure, to be filled."""

import json
import re
from datetime import date
from pathlib import Path
from string import Template
from urllib.parse import quote

from onrecord.errors import UsageError

_TEMPLATE = Path(__file__).parent / "template"
_BASE = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\?#]+/")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PAGE = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\]+")


def write_collection(
    folder: Path, *, title: str, base: str, desk: str, contact: str, today: date
) -> None:
    """Write a collection that the check passes into a folder that is empty or not there.

    `contact` is an e-mail address, the address of a page, or empty. Raises UsageError.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder}: not an empty folder, name one that is not there yet")
    values = {
        "base": _base(base or f"https://example.org/{quote(folder.resolve().name)}/"),
        "title": _string(title or folder.resolve().name),
        "desk": _string(desk),
        "contact": _contact(desk, contact),
        "today": today.isoformat(),
    }
    try:
        for path in sorted(_TEMPLATE.rglob("*.*")):
            target = folder / path.relative_to(_TEMPLATE)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ttl":
                text = Template(text).substitute(values)
            # A text of the archive is known by the hash of its bytes, so by its line ends as well.
            target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written, {error.strerror}") from error


def _base(base: str) -> str:
    """Return the base IRI with its last slash. Raises UsageError if it is none."""
    whole = base if base.endswith("/") else f"{base}/"
    if not _BASE.fullmatch(whole):
        raise UsageError(
            f"--base {base}: not the beginning of IRIs, write one such as https://example.org/desk/"
        )
    return whole


def _contact(desk: str, contact: str) -> str:
    named = f'schema:name "{_string(desk)}"@en'
    if not contact:
        return named
    if _EMAIL.fullmatch(contact):
        return f'{named} ; schema:email "{_string(contact)}"'
    if _PAGE.fullmatch(contact):
        return f"{named} ; schema:url <{contact}>"
    raise UsageError(
        f"--contact {contact}: neither an e-mail address nor the address of a page, write one such"
        " as desk@example.org or https://example.org/contact"
    )


def _string(text: str) -> str:
    """Return a text as it is written between the quotation marks of Turtle, escaped as in JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
