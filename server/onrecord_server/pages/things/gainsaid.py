"""What a curator judges to gainsay a claim, or only to seem to, with the reason."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.pages.timeline.ratio_claim import date_words
from onrecord_server.sparql.endpoint import Endpoint


class Gainsaid(NamedTuple):
    """A claim that is judged to contradict another one."""

    address: str
    speakers: str
    said: str
    reason: str
    seems: bool
    """Whether it only seems to."""


def gainsaid(
    endpoint: Endpoint, release: Release, claims: Iterable[str], day: str
) -> dict[str, list[Gainsaid]]:
    """Return what is judged to contradict each of some claims, or to seem to, if anything is.

    What was not said by a day, if there is one, is left out.
    """
    asked = tuple(dict.fromkeys(claims))
    base = base_of(release)
    found: dict[str, list[Gainsaid]] = defaultdict(list)
    if not asked:
        return found
    by = {"as_of": day} if day else {}
    for row in named_rows(endpoint, release, "claim-gainsaid", claim=asked, **by):
        found[row["claim"]].append(
            Gainsaid(
                address_of(row["other"], base),
                row["speakers"],
                date_words(row["said_on"], row["said_from"], row["said_to"]),
                row["reason"],
                is_true(row["seems"]),
            )
        )
    return found
