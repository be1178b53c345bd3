"""The claim that most outlets carry, with the words that most of them print: for the home page."""

from collections import Counter
from dataclasses import dataclass

from onrecord.releases.release import Release
from onrecord_server.pages.carriage.wording import MarkedPart, common_wording, marked
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.sparql.endpoint import Endpoint


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


def widely_carried(endpoint: Endpoint, release: Release) -> WidelyCarried | None:
    """Return the quoted claim, not withdrawn, that more outlets carry than any other.

    Of several it is the first by address; None if no claim is quoted and in two outlets.
    """
    found = named_rows(endpoint, release, "widely-carried")
    if not found:
        return None
    claim = found[0]
    rows = named_rows(endpoint, release, "words-of-claim", claim=claim["claim"])
    quoted = [row for row in rows if not is_true(row["figure"])]
    own = [row for row in quoted if not is_true(row["reworded"])] or quoted
    languages = Counter(row["language"] for row in own)
    language = min(languages, key=lambda each: (-languages[each], each))
    words = common_wording(row["words"] for row in own if row["language"] == language)
    figures = [row["words"] for row in rows if is_true(row["figure"])]
    return WidelyCarried(
        address_of(claim["claim"], base_of(release)),
        claim["text"],
        claim["speakers"],
        claim["said_on"],
        int(claim["outlets"]),
        language,
        tuple(marked(words, figures)),
    )
