"""Tense around a date: whether the sentence tells of what will be."""

import re

BEFORE = 160
"""Characters before a date in which its sentence is read."""
AFTER = 60
_FUTURE = re.compile(
    r"\b(?:will|would|shall|may|might|could|going to|plans? to|expect(?:s|ed)? |due|scheduled"
    r"|set to|to be|(?:is|are)(?:\snot)? to|until|by|next"
    r"|wird|werden|soll|sollen|sera|seront|sarà|saranno)\b",
    re.IGNORECASE,
)
_SCHEDULED = re.compile(
    r"(?<!\bthe\s)(?<!\bof\s)(?<!\bits\s)(?<!\btwo\s)\b(?:begins|closes|convenes|elects|ends|expires"
    r"|meets|opens|presents|publishes|resumes|takes\s(?:effect|place|office)|goes\s(?:to|into|on)"
    r"|comes\sinto\sforce|(?:votes|reports|starts|launches|visits|hosts|holds)(?!\s(?:on\s)?$))\b"
)
"""Verbs of a calendar: in the present tense beside a day, that day is to come."""
_NOW = re.compile(r"\b(?:has|have|is|are|now)\b", re.IGNORECASE)
_UNREAL = re.compile(r"\b(?:would|could|should|might|may|must)(?:\snot|n['’]t)?\shave\b", re.I)
"""What did not come about, or may have, is past."""
_WILL = re.compile(r"\b(?:will|wird|werden|sera|seront|sarà|saranno)\b", re.I)
_COMING = re.compile(r"\b(?:will|would|to|wird|sera)\s(?:\w+\s){0,6}(?:on|am|le)?\s?$")
_TOLD = re.compile(
    r"\b(?:was|were|had|did|went|became|began|came|took|made|rose|fell|\w{2,}ed"
    r"|war|waren|hatte|hatten|wurde|wurden|était|étaient|avait|avaient|era|erano|aveva|avevano)\b"
)
_PAST = re.compile(
    r"(?<!be\s)(?<!been\s)\b(?:\w{2,}ed|said|told|spoke|wrote|gave|met|held)\s"
    r"(?:(?:late|early)\s)?(?:on\s)?$"
)
"""A past verb beside a day: "published late on Friday"."""


def sentence_before(text: str, place: int) -> str:
    """Return what a sentence says before a place, as far as it is near."""
    return re.split(r"[.!?]\s|\n", text[max(0, place - BEFORE) : place])[-1]


def is_in_one_sentence(text: str, one: int, other: int) -> bool:
    """Say whether two places are near and no sentence ends between them."""
    first, last = min(one, other), max(one, other)
    return last - first <= BEFORE and re.search(r"(?<!\d)[.!?]\s|\n", text[first:last]) is None


def is_future(text: str, place: int) -> bool:
    """Return whether the sentence of a month or day without a year tells of what will be."""
    before = sentence_before(text, place)
    unreal = max((match.end() for match in _UNREAL.finditer(before)), default=0)
    return (_WILL if unreal else _FUTURE).search(before, unreal) is not None


def is_scheduled(text: str, start: int, end: int) -> bool:
    """Return whether a day is one of a calendar: "the council meets on 3 May." tells what will be.

    A headline tells in the present tense what was, so the line has to end as a sentence does.
    """
    before = sentence_before(text, start)
    if _SCHEDULED.search(before) is None or _TOLD.search(before) or _NOW.search(before):
        return False
    line = text[end : end + BEFORE].split("\n", 1)[0].rstrip()
    return re.search(r"[.!?;](?:\s|$)|[.!?][”\"’]", line) is not None


def is_past(text: str, start: int, end: int) -> bool:
    """Return whether a sentence with a time in it tells what was, by the verbs before the time.

    Those behind it count where it begins the sentence: "By late summer, she looked".
    """
    before = sentence_before(text, start)
    told = before if before.strip() else text[end : end + AFTER]
    return _TOLD.search(told) is not None and _FUTURE.search(told) is None


def is_coming_day(text: str, place: int) -> bool:
    """Return whether a day of the week is the next one, by the words right before it."""
    before = sentence_before(text, place)
    return _COMING.search(before) is not None and _PAST.search(before) is None
