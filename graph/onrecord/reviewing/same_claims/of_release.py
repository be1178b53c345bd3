"""Claims of a release that drafts may be further reports of, for lines of drafts."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from onrecord.drafting.batch.document_line import Task
from onrecord.releases.tables.search import claims_alike, open_tables
from onrecord.reviewing.same_claims.said_again import (
    SameClaim,
    are_put_alike,
    best_match,
    likeliest,
    wordings_of,
)
from onrecord.reviewing.same_claims.wording import ClaimWording, read_wording


def with_claims_on_record(line: str, tables: sqlite3.Connection) -> str:
    """Return a line of drafts with the claims on record that each may be a further report of.

    They are in `onRecord` of a draft whose `person` is an actor by exactly this name.
    """
    value: dict[str, Any] = json.loads(line)
    found = False
    for quote in value.get("quotes", ()):
        claims = _claims(quote, value, tables)
        if claims:
            found = True
            quote["onRecord"] = [
                {"claim": one.iri, "text": one.text, "likeness": round(one.likeness)}
                | ({"inPart": True} if one.in_part else {})
                for one in claims
            ]
    return json.dumps(value, ensure_ascii=False) if found else line


def _claims(
    quote: dict[str, Any], document: dict[str, Any], tables: sqlite3.Connection
) -> list[SameClaim]:
    actor = _actor(quote.get("person"), tables)
    if actor is None:
        return []
    words = str(quote["text"]).strip(" “”„\"'‘’«»,")
    written = document.get("published")
    published = date.fromisoformat(written) if written else None
    language = str(document.get("lang", "en"))
    wordings = wordings_of(words, language, published)
    found = []
    for iri in claims_alike(tables, words, actor):
        text, modality, said = tables.execute(
            "SELECT text, modality_code, said_from FROM claim WHERE claim = ?", (iri,)
        ).fetchone()
        said_from = _day(said)
        if published and said_from and said_from > published:
            continue
        if not are_put_alike(modality.rpartition("#")[2], quote.get("modality", "asserted")):
            continue
        reference = said_from if published else None  # where one "last year" is words, so are all
        match = best_match(iri, text, wordings, _wordings(iri, text, reference, language, tables))
        if match is not None:
            found.append(match)
    return likeliest(found)


def _actor(name: object, tables: sqlite3.Connection) -> str | None:
    """Return the one actor of a name, None if there is none or several."""
    rows = tables.execute(
        "SELECT thing FROM thing WHERE kind = 'actor' AND name = ? LIMIT 2", (name,)
    ).fetchall()
    return rows[0][0] if len(rows) == 1 else None


def _wordings(
    claim: str, text: str, said: date | None, language: str, tables: sqlite3.Connection
) -> Iterator[ClaimWording]:
    """Yield the text of a claim, of the time at which it was made, and its words in a language."""
    if language == "en":
        yield read_wording(text, "en", said)
    rows = tables.execute(
        "SELECT DISTINCT words, published_on FROM passage"
        " WHERE claim = ? AND words IS NOT NULL AND substr(language, 1, 2) = ?",
        (claim, language),
    )
    for words, published in rows.fetchall():
        yield read_wording(words, language, _day(published) if said else None)


def _day(edtf: str | None) -> date | None:
    try:
        return date.fromisoformat(edtf) if edtf else None
    except ValueError:
        return None  # known by year or month, or in bounds


def prepared_with_record(
    prepare: Callable[[], Callable[[Task], str]], release: Path
) -> Callable[[Task], str]:
    """Return the function that drafts a task and names claims of a release, for one process."""
    work, tables = prepare(), open_tables(release)

    def done(task: Task) -> str:
        line = work(task)
        return line if tables is None else with_claims_on_record(line, tables)

    return done
