"""How a claim was carried: one row for each source, those that say more than they quote first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from onrecord_server.pages.carriage.wording import (
    WordedPart,
    common_wording,
    differences,
    is_to_the_letter,
)
from onrecord_server.pages.claim import AttestationView, Figure, Link, PassageView

Item = TypeVar("Item")

FOLDED = 11
"""Rows that are shown; more are folded."""

GROUPS = (
    "Quote it, and say more or other themselves",
    "Do not quote it, and say more or other",
    "Quote it",
    "Tell it as it was said",
)


_COMPARED = ("", "edited", "translated back")
"""Renderings whose words are compared one by one."""


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """Words that a source gives as the speaker's."""

    passage: PassageView
    language: str
    rendering: str
    to_the_letter: bool
    parts: tuple[WordedPart, ...]
    """Differences from the wording that most print; empty for other languages and renderings."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says itself: the few words that its figure rests on, and the departures."""

    mode: str
    figures: tuple[Figure, ...]
    drifts: tuple[str, ...]
    """How it departs from the claim by a rule, and whether it does as a curator judges."""
    passages: tuple[PassageView, ...]


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One source: what it quotes, and what it says itself."""

    source: Link
    outlet: str
    published: str
    relies_on: tuple[Link, ...]
    passes_on: tuple[tuple[str, Link], ...]
    disclosure: str
    seen_by: tuple[Link, ...]
    """Who says to have seen the document from which it is taken."""
    reporters: tuple[Link, ...]
    credited: tuple[Link, ...]
    credited_as: str
    judged: tuple[str, ...]
    """Why a curator judges that it reports the claim, if its words do not show that."""
    altered: tuple[str, ...]
    """Why a curator judges that it alters what was said."""
    primary: bool
    quoted: tuple[QuotedWords, ...]
    told: tuple[Told, ...]
    departs: bool
    anchor: str

    @property
    def group(self) -> str:
        """The heading above it."""
        return GROUPS[(0 if self.quoted else 1) if self.departs else (2 if self.quoted else 3)]


class Reference(NamedTuple):
    """Wording that the others are compared with, and its language."""

    words: str
    language: str


def reference_of(reports: Iterable[AttestationView]) -> Reference:
    """Return the wording that most sources print in the language of most; empty if none quotes."""
    quoted = [report for report in reports if _is_quoted(report)]
    originals = [report for report in quoted if not report.rendering] or quoted
    languages = [report.language for report in originals]
    if not languages:
        return Reference("", "")
    usual = min(languages, key=lambda each: (-languages.count(each), each))
    words = common_wording(
        passage.words
        for report in originals
        if report.language == usual
        for passage in report.passages
        if passage.words
    )
    return Reference(words, usual)


def outlet_rows(reports: Iterable[AttestationView], reference: Reference) -> list[OutletRow]:
    """Return one row a source, in the order of GROUPS and then of the date."""
    by_source: dict[str, list[AttestationView]] = {}
    for report in reports:
        if report.withdrawal is None:
            by_source.setdefault(report.source.address, []).append(report)
    rows = [_row(group, reference) for group in by_source.values()]
    return sorted(rows, key=lambda row: (GROUPS.index(row.group), row.published or "9", row.outlet))


def _row(group: list[AttestationView], reference: Reference) -> OutletRow:
    first = group[0]
    quoted = tuple(
        _quoted(report, passage, reference)
        for report in group
        if _is_quoted(report)
        for passage in report.passages
        if passage.words
    )
    told = tuple(
        Told(report.mode, report.figures, _departures(report), report.passages)
        for report in group
        if not _is_quoted(report) or report.figures or _departures(report)
    )
    return OutletRow(
        source=first.source,
        outlet=first.outlet or first.source.text,
        published=first.published,
        relies_on=_distinct(link for report in group for link in report.relies_on),
        passes_on=_distinct(each for report in group for each in report.passes_on),
        disclosure=first.disclosure,
        seen_by=_distinct(link for report in group for link in report.seen_by),
        reporters=_distinct(report.reporter for report in group if report.reporter),
        credited=_distinct(report.credited for report in group if report.credited),
        credited_as=", ".join(_distinct(each.credited_as for each in group if each.credited_as)),
        judged=_distinct(report.judged for report in group if report.judged),
        altered=_distinct(report.altered for report in group if report.altered),
        primary=any(report.primary for report in group),
        quoted=quoted,
        told=told,
        departs=any(map(_departures, group)),
        anchor=first.address.address.rpartition("/")[2],
    )


def _departures(report: AttestationView) -> tuple[str, ...]:
    return (*report.drifts, *(("judged to be altered",) if report.altered else ()))


def _distinct(values: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(values))


def _is_quoted(report: AttestationView) -> bool:
    return report.mode in ("direct", "mixed") and any(passage.words for passage in report.passages)


def _quoted(report: AttestationView, passage: PassageView, reference: Reference) -> QuotedWords:
    # A translation differs in every word, and a respun text is nobody's wording.
    comparable = report.language == reference.language and report.rendering in _COMPARED
    same = comparable and is_to_the_letter(passage.words, reference.words)
    parts = differences(reference.words, passage.words) if comparable and not same else []
    return QuotedWords(passage, report.language, report.rendering, same, tuple(parts))
