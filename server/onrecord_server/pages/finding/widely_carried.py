"""The claim that most outlets carry, with the words that most of them print: for the home page."""

from dataclasses import dataclass

from onrecord.releases.release import Release
from onrecord.releases.tables.search import open_tables
from onrecord_server.pages.carriage.wording import MarkedPart, common_wording, marked
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of


@dataclass(frozen=True, slots=True)
class WidelyCarried:
    """A claim in its exact words."""

    address: str
    text: str
    speakers: str
    said_on: str
    outlets: int
    language: str
    spoken: tuple[MarkedPart, ...]


def widely_carried(release: Release) -> WidelyCarried | None:
    """Return the claim that stands and that most outlets carry, of those that are quoted.

    Of several it is the one with the first IRI. None if no claim is quoted, or without tables.
    """
    tables = open_tables(release.path)
    if tables is None:
        return None
    try:
        row = tables.execute(
            "SELECT claim, text, speakers, said_on, outlets FROM claim WHERE NOT taken_back"
            " AND EXISTS (SELECT 1 FROM passage AS p WHERE p.claim = claim.claim"
            " AND p.words IS NOT NULL) ORDER BY outlets DESC, claim LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        claim, text, speakers, said_on, outlets = row
        quoted = tables.execute(
            "SELECT words, language FROM passage WHERE claim = ? AND words IS NOT NULL"
            " ORDER BY rendering IN ('translated', 'respun'), source, start",
            (claim,),
        ).fetchall()
        figures = tables.execute("SELECT words FROM figure WHERE claim = ?", (claim,)).fetchall()
    finally:
        tables.close()
    language = quoted[0][1] or ""
    words = common_wording(words for words, of in quoted if (of or "") == language)
    return WidelyCarried(
        address_of(claim, base_of(release)),
        text or "",
        speakers or "",
        said_on or "",
        int(outlets or 0),
        language,
        tuple(marked(words, [figure for (figure,) in figures if figure])),
    )
