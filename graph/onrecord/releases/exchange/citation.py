"""Citations of claims, sources and answers: items of CSL-JSON, and the same as BibTeX.

Names are given as they are on record, in one piece, since no record says which part is which.
"""

import json
import re
from collections.abc import Mapping, Sequence

from onrecord.releases.exchange.record import Agent, ClaimRecord, ReleaseNote, SourceRecord

CslItem = Mapping[str, object]
"""An item of CSL-JSON."""

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)")
_KEY = re.compile(r"[^A-Za-z0-9-]+")
_ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def claim_item(claim: ClaimRecord, note: ReleaseNote) -> CslItem:
    """Return the item of a claim: what was said, by whom, when and at which event."""
    said = "withdrawn from the record; " if claim.withdrawn else ""
    return _without_empty(
        {
            "id": claim.iri,
            "type": "speech",
            "title": claim.text,
            "author": _names(claim.speakers),
            "issued": csl_date(claim.said_on),
            "event-title": claim.event,
            "publisher": note.title,
            "URL": claim.iri,
            "note": f"{said}release {note.name}",
        }
    )


def source_item(source: SourceRecord) -> CslItem:
    """Return the item of a source."""
    publishers = [agent.name for agent in source.publishers]
    return _without_empty(
        {
            "id": source.iri,
            "type": "webpage" if source.address else "article",
            "title": source.title,
            "author": _names(source.authors),
            "issued": csl_date(source.published_on),
            "container-title": "; ".join(publishers),
            "publisher": "; ".join(publishers),
            "language": source.language,
            "URL": source.address or source.iri,
        }
    )


def answer_item(title: str, address: str, note: ReleaseNote) -> CslItem:
    """Return the item of the answer to a saved query, at its permanent address."""
    return _without_empty(
        {
            "id": address,
            "type": "dataset",
            "title": title,
            "author": [{"literal": note.publisher}],
            "issued": csl_date(note.issued),
            "publisher": note.publisher,
            "container-title": note.title,
            "version": note.name,
            "URL": address,
        }
    )


def csl_date(edtf: str) -> dict[str, object]:
    """Return a date of EDTF as CSL has it; what it has no words for stays as it is written."""
    matches = [_PLAIN.fullmatch(part) for part in edtf.split("/")]
    if not edtf:
        return {}
    if len(matches) > 2 or not all(matches):
        return {"literal": edtf}
    found: dict[str, object] = {
        "date-parts": [
            [int(part) for part in match.groups()[:3] if part] for match in matches if match
        ]
    }
    return found | ({"circa": True} if any(match and match[4] for match in matches) else {})


def render_csl(item: CslItem) -> bytes:
    """Return an item as a file of CSL-JSON, which is a list."""
    return (json.dumps([item], indent=1, ensure_ascii=False) + "\n").encode()


def render_bibtex(item: CslItem) -> bytes:
    """Return an item as BibTeX, with the date as biblatex reads it, and the year for others."""
    authors = item.get("author", [])
    names = [each["literal"] for each in authors] if isinstance(authors, list) else []
    issued = item.get("issued", {})
    date = _bibtex_date(issued if isinstance(issued, dict) else {})
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in names),
        "title": f"{{{_escaped(str(item.get('title', '')))}}}",
        "date": date,
        "year": date[:4] if date[:4].isdecimal() else "",
        "eventtitle": _escaped(str(item.get("event-title", ""))),
        "publisher": _escaped(str(item.get("publisher", ""))),
        "version": _escaped(str(item.get("version", ""))),
        "note": _escaped(str(item.get("note", ""))),
        "langid": str(item.get("language", "")),
        "url": str(item["URL"]).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
    }
    key = _KEY.sub("-", str(item["id"]).partition("://")[2]).strip("-")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    # BibTeX has no other kind for what is no book, paper or thesis.
    return "\n".join([f"@misc{{{key},", *lines, "}\n"]).encode()


def _bibtex_date(issued: Mapping[str, object]) -> str:
    parts = issued.get("date-parts", [])
    if not isinstance(parts, list):
        return ""
    days = ("-".join([f"{part[0]:04}", *(f"{each:02}" for each in part[1:])]) for part in parts)
    return "/".join(days) + ("~" if issued.get("circa") and len(parts) == 1 else "")


def _names(agents: Sequence[Agent]) -> list[dict[str, str]]:
    return [{"literal": agent.name} for agent in agents]


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(character, character) for character in text)


def _without_empty(item: CslItem) -> CslItem:
    return {name: value for name, value in item.items() if value}
