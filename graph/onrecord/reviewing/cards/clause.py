"""Clauses: the parts of a statement that are put forward differently, with their conditions.

"We built 40 barges and will build 90, if the steel comes" is what was, and what is to be if
something comes about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from onrecord.drafting.quantities.qualifier import modality_between
from onrecord.drafting.quantities.quantity_expression import QuantityExpression

CONDITIONAL = "conditional"
_SET_PHRASE = (
    r"(?!you\b|I\s(?:may|might|can)\b|any(?:thing)?\b|ever\b|at\sall\b|so\b|not\b|only\b"
    r"|(?:necessary|needed|required|possible|otherwise)\b)"
)
_IF = (
    r"(?:(?:(?:only\s)?if|(?:provided|providing|assuming)\sthat|on\s(?:the\s)?condition\sthat"
    rf"|(?:as|so)\slong\sas)\s{_SET_PHRASE}|(?=unless\s{_SET_PHRASE}))"
)
"""What begins a condition; "unless" is a part of it, since without it the words say the reverse."""
_CONDITION = r"(?P<condition>(?:(?!\b(?:had|were|could|would)\b)[^,.!?;:“”]){3,160}?)"
"""What did not come about ("if we had") is none."""
_LEADING = re.compile(rf"[“\"‘']?{_IF}{_CONDITION},\s", re.IGNORECASE)
_ALONE = re.compile(rf"{_IF}{_CONDITION}[.,]?", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:,\s(?:provided\s)?|\s){_IF}{_CONDITION}[.!,]?[”\"’']?$")
_NO_CONDITION = re.compile(
    r"\b(?:as|even|and|or|but|not|what|than|about|see|sees|saw|seen|ask|asks|asked|asking|know|knows"
    r"|knew|known|wonders?|wondered|wondering|doubts?|doubted|questions?|questioned|determined?"
    r"|decided?|tells?|told|say|said|check|checked|sure|certain|unsure|unclear|matters?|cares?|idea"
    r"|learn|out)$",
    re.IGNORECASE,
)
"""What comes before an "if" that asks, allows or compares, and sets no condition."""
_JOINT = re.compile(
    r"(?:,\s|\s[–—-]\s|\s)(?:and|but|while|whereas|yet)\s(?:that\s)?|[;:]\s|,\s(?=of\swhich\s)"
)
_ENDS = " ,;:–—-"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a statement that is put forward in one way."""

    start: int
    end: int
    modality: str | None
    """None if it has no figure and no condition, so that nothing tells."""
    condition: str = ""
    """On what condition, in the words of the text."""


def clauses(
    text: str,
    parts: Sequence[tuple[int, int]],
    figures: Sequence[QuantityExpression],
    language: str,
) -> list[list[Clause]]:
    """Return the clauses of a statement, in groups that are put forward in one way.

    `parts` are its sentences, or the parts of one around the words that name the speaker. Clauses
    within a sentence and conditions are told apart in English only.
    """
    found: list[Clause] = []
    for start, end in parts:
        own = [one for one in figures if start <= one.start and one.end <= end]
        if language != "en":
            found.append(Clause(start, end, _modality(own)))
            continue
        alone = _ALONE.fullmatch(text, start, end)
        if alone is not None and found:
            condition = _plain(alone["condition"])
            found[-1] = replace(found[-1], modality=CONDITIONAL, condition=condition)
            found.append(Clause(start, end, CONDITIONAL, condition))
            continue
        leading = _LEADING.match(text, start, end)
        if leading is not None:
            found.append(Clause(start, end, CONDITIONAL, _plain(leading["condition"])))
            continue
        found += _of_sentence(text, start, end, own)
    return _grouped(found)


def _plain(words: str) -> str:
    plain = " ".join(words.split())
    return "u" + plain[1:] if plain.startswith("Unless ") else plain


def _modality(figures: Sequence[QuantityExpression]) -> str | None:
    """Return how figures are put forward; what is asserted goes without saying beside another."""
    told = [one.modality for one in figures]
    return next((one for one in told if one != "asserted"), told[0] if told else None)


def _of_sentence(
    text: str, start: int, end: int, figures: Sequence[QuantityExpression]
) -> Iterator[Clause]:
    """Yield the clauses of a sentence: the last one with the condition that ends it."""
    first = 0
    for number, one in enumerate(figures[1:], 1):
        before = figures[number - 1]
        joint = _joint(text, before, one) if before.modality != one.modality else None
        if joint is not None:
            yield Clause(start, joint[0], _modality(figures[first:number]))
            start, first = joint[1], number
    trailing = _TRAILING.search(text, start, end)
    if trailing is None or _NO_CONDITION.search(text, start, trailing.start()):
        yield Clause(start, end, _modality(figures[first:]))
        return
    joint = _joint_before(text, trailing.start(), figures[first:])
    if joint is not None:
        yield Clause(start, joint[0], "asserted")
        start = joint[1]
    yield Clause(start, end, CONDITIONAL, _plain(trailing["condition"]))


def _joint(text: str, one: QuantityExpression, other: QuantityExpression) -> tuple[int, int] | None:
    """Return where a clause ends and the next begins, between figures put forward differently.

    It is the last place behind which words say how the second figure is put forward.
    """
    found = [
        joint.span()
        for joint in _JOINT.finditer(text, one.end, other.start)
        if modality_between(text, joint.end(), other.start) == other.modality
    ]
    return found[-1] if found else None


def _joint_before(
    text: str, condition: int, figures: Sequence[QuantityExpression]
) -> tuple[int, int] | None:
    """Return where the clause begins that a condition is of, behind figures of what is already."""
    own = [one for one in figures if one.end <= condition]
    if not own or any(one.modality != "asserted" for one in own):
        return None
    found = [
        joint.span()
        for joint in _JOINT.finditer(text, own[-1].end, condition)
        if modality_between(text, joint.end(), condition) not in ("asserted", None)
    ]
    return found[-1] if found else None


def _grouped(found: list[Clause]) -> list[list[Clause]]:
    """Join clauses that are put forward in one way, and what nothing tells of to what is beside it.

    What is without a condition is not joined to what has one.
    """
    groups: list[list[Clause]] = []
    for one in found:
        last = groups[-1] if groups else []
        told = next((each for each in last if each.modality is not None), None)
        alike = told is None or one.modality in (None, told.modality)
        if last and alike and one.condition == (told.condition if told else ""):
            last.append(one)
        else:
            groups.append([one])
    return groups


def trimmed(text: str, clause: Clause) -> tuple[int, int]:
    """Return the place of a clause without the marks that join it to others."""
    start, end = clause.start, clause.end
    while start < end and text[start] in _ENDS:
        start += 1
    while start < end and text[end - 1] in _ENDS:
        end -= 1
    return start, end
