"""The drift rules: in what a report departs from the claim that it attests.

A drift names the two figures that it compares, with a strength and a reason. What was said must be
on record from elsewhere: from the event's own record, a quotation, another report. Who is that
other one is in the reason, and how sure it is bounds the strength: a report that departs from the
source that it relies on, or from words quoted elsewhere, departs for certain; two reports of which
neither has the other's source differ, and which of them keeps to what was said is probable only.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import combinations
from typing import NamedTuple, cast

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.attestation import (
    AttestedClaim,
    ClaimReport,
    GivenFigure,
    read_attested,
    read_names,
    read_wider,
)
from onrecord.derivation.departure import (
    Pair,
    Vocabulary,
    at_most,
    departures,
    other_modality,
    pairs_of,
)
from onrecord.derivation.figure import read_alike
from onrecord.derivation.inference import Inference, Strength
from onrecord.derivation.rule import Rule
from onrecord.rdf.namespaces import CODE, PROV, REC
from onrecord.rdf.partitioned.store import AskedStore, let_go

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BASE = "SELECT ?base { ?dataset <http://rdfs.org/ns/void#uriSpace> ?base . }"
_VAGUE_DAYS = 31
"""Days between two dates of saying of which one is approximate, within which they may be one."""
_STEM = 3
"""Letters with which two words begin that are forms of one word."""
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_LONG_NUMBER = 4
"""Digits of a number that is in two places by no chance."""


class Drift(NamedTuple):
    """A respect in which a report departs from its claim."""

    report: str
    inference: Inference
    pairs: tuple[Pair, ...] = ()
    """The figures that it compares; none if it is about none."""


Finder = Callable[[AttestedClaim, Vocabulary], Iterable[Drift]]


def derive_drifts(store: AskedStore) -> dict[str, list[ox.Triple]]:
    """Return the triples of a `rec:Drift` for each departure, by the name of its rule."""
    bases = cast(ox.QuerySolutions, store.query(_BASE))
    base = next((cast(ox.Literal, row["base"]).value for row in bases), "")
    vocabulary = Vocabulary(read_names(store), read_wider(store), read_alike(store))
    claims = read_attested(store)
    let_go(store)
    found: dict[str, list[Drift]] = defaultdict(list)
    for claim in claims:
        for find in _FINDERS:
            for drift in _once(find(claim, vocabulary)):
                found[drift.inference.outcome].append(drift)
    return {name: _derived(found[outcome], base) for name, outcome in _OUTCOMES.items()}


def _derived(found: Iterable[Drift], base: str) -> list[ox.Triple]:
    """Return the triples of departures of one outcome."""
    names: set[str] = set()
    triples: list[ox.Triple] = []
    for drift in found:
        name = f"{drift.report} {drift.inference.outcome}"
        if name in names:  # a second figure of one report
            name = f"{name} {drift.pairs[0].reported.figure.iri}"
        names.add(name)
        node = ox.NamedNode(f"{base}drift/{sha256(name.encode()).hexdigest()[:16]}")
        triples += _triples(node, drift, base)
    return triples


def of_figures(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield what reports changed of the claim's figures."""
    for report in claim.reports:
        for pair in pairs_of(report.figures, claim.figures):
            for inference in departures(pair, claim, report.figures, vocabulary):
                if inference.outcome == "other-value" and _is_quoted(pair.reported, report, claim):
                    continue  # the speaker gave it, too, beside the figure on record
                if _quotes(report, pair.reported):
                    inference = Inference(
                        inference.outcome,
                        at_most(inference.strength, Strength.PROBABLE),
                        f"{inference.reason}, in words that it quotes as the speaker's own",
                    )
                found = _evidenced(inference, report, claim, lambda other: not other.figures)
                yield Drift(report.iri, found, (pair,))


def of_alternatives(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield where a report gives together what the claim gives as alternatives."""
    for report in claim.reports:
        given = [
            pair
            for pair in pairs_of(report.figures, claim.figures)
            if pair.said.is_alternative and not pair.reported.is_alternative
        ]
        for one, other in combinations(given, 2):
            said = f"“{one.said.words}” or “{other.said.words}”"
            reported = f"“{one.reported.words}” and “{other.reported.words}”"
            reason = f"Said {said}; the report has {reported}"
            inference = Inference("conjoined", Strength.CERTAIN, reason)
            found = _evidenced(inference, report, claim, lambda other: not other.figures)
            yield Drift(report.iri, found, (one, other))
            break


def of_modality(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield where a report puts the claim forward as more than the speaker did."""
    for report in claim.reports:
        if report.modality and other_modality(claim.modality, report.modality):
            said, reported = (
                vocabulary.name(str(CODE[one])) for one in (claim.modality, report.modality)
            )
            reason = f"What the speaker put forward as {said} is {reported} in the report"
            inference = Inference("other-modality", Strength.CERTAIN, reason)
            found = _evidenced(inference, report, claim, lambda other: not other.modality)
            yield Drift(report.iri, found)


def of_speaker(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield where a report credits another than a speaker, or than who speaks through him."""
    for report in claim.reports:
        if not report.credited or report.credited in claim.bodies:
            continue
        speakers = " and ".join(sorted(map(vocabulary.name, claim.speakers)))
        reason = f"Said by {speakers}; the report credits {vocabulary.name(report.credited)}"
        strength = Strength.CERTAIN
        if common := report.credited_bodies & claim.bodies:
            reason += f", likewise of {vocabulary.name(min(common))}"
            strength = Strength.POSSIBLE
        inference = Inference("other-speaker", strength, reason)
        found = _evidenced(inference, report, claim, _credits_the_speaker, is_of_words=False)
        yield Drift(report.iri, found)


def _credits_the_speaker(report: ClaimReport) -> bool:
    return not report.credited and report.attribution != "unattributed"


def of_saying(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield where a report has the claim made at another time than it was."""
    for report in claim.reports:
        gap = report.said.gap(claim.said) if report.said else None
        if not gap or (claim.said_is_approximate and gap.days <= _VAGUE_DAYS):
            continue
        reason = f"Said on {claim.said_in_words}; the report has it said on {report.said_in_words}"
        if claim.said_is_stated and len(claim.reports) > 1:
            inference = Inference(
                "other-saying", Strength.CERTAIN, f"{reason}. A source states the day in words."
            )
        else:
            inference = Inference(
                "other-saying", Strength.PROBABLE, f"{reason}. No source states the day in words."
            )
        if report.is_inferred:
            reason = f"{inference.reason} That the report is of this saying is inferred."
            inference = Inference("other-saying", Strength.POSSIBLE, reason)
        yield Drift(report.iri, inference)


def of_words(claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Drift]:
    """Yield where a report puts words between quotation marks that the event's record has not.

    Only words of the same language are compared, and another form of a word is no other word.
    """
    own = [
        passage
        for report in claim.reports
        if report.is_primary
        for passage in report.passages
        if passage.words
    ]
    for report in claim.reports:
        if report.is_primary or report.mode != "direct":
            continue
        for passage in report.passages:
            spoken = [one.words for one in own if one.language == passage.language]
            changes = [_changed_words(words, passage.words) for words in spoken]
            if not passage.words or not spoken or not all(changes):
                continue
            before, after = min(filter(None, changes), key=lambda change: len(" ".join(change)))
            reason = f"The report quotes “{after}”"
            if before:
                reason += f" where the event's own record has “{before}”"
            else:
                reason += ", which the event's own record does not have there"
            strength = Strength.CERTAIN
            if report.rendering in ("translated", "back-translated"):
                back = " back" if report.rendering == "back-translated" else ""
                reason += f"; the report's words are translated{back}, so that they may be others"
                strength = Strength.POSSIBLE
            yield Drift(report.iri, Inference("other-words", strength, f"{reason}."))
            break


def _changed_words(spoken: str, quoted: str) -> tuple[str, str] | None:
    """Return the words that a quotation changed, as spoken and as quoted; None if none.

    Of several changes, the first in which no word has another form of itself on the other side.
    Words left out at an end are no change, nor is another form of a word, nor a part of one.
    """
    before, after = spoken.split(), quoted.split()
    x, y = [[_letters(word) for word in words] for words in (before, after)]
    matcher = SequenceMatcher(None, x, y, autojunk=False)
    changes: list[tuple[bool, str, str]] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        if kind == "delete" and (start == 0 or end == len(x)):
            continue
        if kind == "insert" and (first == 0 or last == len(y)):
            continue  # the quotation goes on where the passage on record ends
        some, others = x[start:end], y[first:last]
        formless = [not any(_are_forms(one, other) for other in others) for one in some]
        formless += [not any(_are_forms(one, other) for one in some) for other in others]
        if any(formless):
            was, became = (
                " ".join(words).strip(" ,.;:") for words in (before[start:end], after[first:last])
            )
            changes.append((not all(formless), was, became))
    return min(changes)[1:] if changes else None


def _are_forms(one: str, other: str) -> bool:
    """Return whether two words may be forms of one: *remains* and *remaining*, *into* and *to*."""
    return one[:_STEM] == other[:_STEM] or one in other or other in one


def _letters(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()


def _is_quoted(reported: GivenFigure, report: ClaimReport, claim: AttestedClaim) -> bool:
    """Return whether another report quotes words that have the number, as the speaker's own."""
    stated = reported.figure.stated
    if stated is None:
        return False
    digits = f"{stated.normalize():f}"
    return len(digits) >= _LONG_NUMBER and any(
        digits in re.sub(r"(?<=\d)[\s,.'’](?=\d{3})", "", passage.words)
        for other in claim.reports
        if other.iri != report.iri
        for passage in other.passages
    )


def _quotes(report: ClaimReport, reported: GivenFigure) -> bool:
    """Return whether a report has a figure between its quotation marks.

    It may then be a slip of the speaker or of a translator, and not what the outlet made of it.
    What is there in brackets is the editor's.
    """
    return any(
        bool(reported.words) and reported.words in _IN_BRACKETS.sub("", passage.words)
        for passage in report.passages
    )


def _evidenced(
    inference: Inference,
    report: ClaimReport,
    claim: AttestedClaim,
    has_what_was_said: Callable[[ClaimReport], bool],
    is_of_words: bool = True,
) -> Inference:
    """Bound the strength by how well it is known what was said, and say who has it."""
    others = [one for one in claim.reports if one.iri != report.iri and has_what_was_said(one)]
    limit, evidence = _evidence(report, others, is_of_words)
    if report.attribution == "unattributed":
        # What an outlet says as its own need not be its report of the speaker.
        limit = at_most(limit, Strength.PROBABLE)
    if report.is_inferred:
        limit = at_most(limit, Strength.PROBABLE)
        evidence += ". That the report is of this saying is inferred"
    if inference.outcome == "other-product" and _is_translated(report, others):
        limit = at_most(limit, Strength.PROBABLE)
        evidence += ". The report is in another language, so that the word may be a translator's"
    strength = at_most(inference.strength, limit)
    reason = inference.reason
    if not any(other.is_primary or other.mode == "direct" for other in others):
        # Nobody quotes what was said: it is on record only as another told it.
        reason = reason.replace("Said “", "On record as “", 1)
    return Inference(inference.outcome, strength, f"{reason}. {evidence}.")


def _is_translated(report: ClaimReport, others: Iterable[ClaimReport]) -> bool:
    """Return whether a report is in a language in which nobody else has what was said."""
    own = {passage.language for passage in report.passages if passage.language}
    theirs = {passage.language for other in others for passage in other.passages}
    return bool(own and theirs - {""}) and not own & theirs


def _evidence(
    report: ClaimReport, others: list[ClaimReport], is_of_words: bool
) -> tuple[Strength, str]:
    def houses(reports: Iterable[ClaimReport]) -> str:
        # Where one has the words as they were spoken, he is named and not who translated them back.
        ranks: dict[str, bool] = {}
        for other in reports:
            name = other.house or "another source"
            ranks[name] = ranks.get(name, True) and other.rendering == "back-translated"
        names = sorted(ranks, key=lambda name: (ranks[name], name))
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

    primary = [other for other in others if other.is_primary]
    if primary:
        return Strength.CERTAIN, "The event's own record has what was said"
    same = [other for other in others if other.sources & report.sources]
    if same:
        return Strength.CERTAIN, "The same page has what was said, too"
    quoting = [other for other in others if other.mode == "direct"]
    if quoting:
        return Strength.CERTAIN, f"What was said is quoted by {houses(quoting)}"
    origins = report.sources | report.origins
    shared = [other for other in others if origins & (other.sources | other.origins)]
    if shared:
        return Strength.CERTAIN, f"What was said is in {houses(shared)}, from the same source"
    if others and not is_of_words:
        return Strength.PROBABLE, f"What was said is told by {houses(others)}"
    if others:
        # Of two who each tell it in their own words, either may be the one who departs.
        told = f"What was said is told by {houses(others)}, and quoted by nobody"
        return Strength.POSSIBLE, told
    return Strength.POSSIBLE, "No other source on record has what was said"


def _once(drifts: Iterable[Drift]) -> Iterator[Drift]:
    """Leave out what a report changed alike of one figure given twice: a month, and a year."""
    seen = set()
    for drift in drifts:
        key = (
            drift.report,
            drift.inference.outcome,
            *((pair.said.figure.series.line, pair.said.figure.nominal) for pair in drift.pairs),
        )
        if key not in seen:
            seen.add(key)
            yield drift


def _triples(node: ox.NamedNode, drift: Drift, base: str) -> Iterator[ox.Triple]:
    def about(name: URIRef, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(name), value)

    outcome, strength, reason = drift.inference
    yield ox.Triple(node, _TYPE, ox.NamedNode(REC.Drift))
    yield about(REC.driftOf, ox.NamedNode(drift.report))
    yield about(REC.outcome, ox.NamedNode(CODE[outcome]))
    yield about(REC.strength, ox.NamedNode(CODE[strength]))
    yield about(REC.because, ox.Literal(reason, language="en"))
    for pair in drift.pairs:
        yield about(REC.saidFigure, ox.NamedNode(pair.said.figure.iri))
        yield about(REC.reportedFigure, ox.NamedNode(pair.reported.figure.iri))
    rule = ox.NamedNode(f"{base}rule/{_RULES[outcome]}")
    yield about(PROV.wasGeneratedBy, rule)


def _rule(name: str, title: str, derives: str) -> Rule:
    return Rule(
        name=name,
        title=title,
        derives=f"a rec:Drift where {derives}, with a strength and a sentence that says why",
        needs=("comparable", "judged", "primary"),
        together=derive_drifts,
    )


_OUTCOMES = {
    "drift-conjoined": "conjoined",
    "drift-measure": "other-measure",
    "drift-modality": "other-modality",
    "drift-party": "other-party",
    "drift-product": "other-product",
    "drift-saying": "other-saying",
    "drift-speaker": "other-speaker",
    "drift-stronger": "stronger",
    "drift-time": "other-time",
    "drift-value": "other-value",
    "drift-words": "other-words",
}
_RULES = {outcome: name for name, outcome in _OUTCOMES.items()}
_FINDERS: tuple[Finder, ...] = (
    of_figures,
    of_alternatives,
    of_modality,
    of_saying,
    of_speaker,
    of_words,
)

DRIFTS = (
    _rule(
        "drift-conjoined",
        "Or became and",
        "a report gives together what the claim gives as alternatives",
    ),
    _rule(
        "drift-measure",
        "Another measure",
        "a report's figure measures something that the claim's does not: capacity became output",
    ),
    _rule(
        "drift-modality",
        "Another modality",
        "a report puts the claim forward as more than the speaker did, what was expected as so, or "
        "turns a denial round",
    ),
    _rule(
        "drift-party",
        "Another party",
        "a report's figure is of another bearer, side or recipient than the claim's",
    ),
    _rule(
        "drift-product",
        "Another product",
        "a report's figure counts something that the claim's does not: apples became pears",
    ),
    _rule(
        "drift-saying",
        "Another time of saying",
        "a source has the claim made at another time than it was",
    ),
    _rule(
        "drift-speaker",
        "Another speaker",
        "a source credits somebody else than the claim's speaker, or a body that he belongs to; of "
        "a joint statement, than any of its speakers",
    ),
    _rule(
        "drift-stronger",
        "Stronger than the quote",
        "a report's figure leaves less room than the claim's words allow, and no conversion or "
        "rounding explains it",
    ),
    _rule(
        "drift-time",
        "Another time",
        "a report's figure is about another time than the claim's words state",
    ),
    _rule(
        "drift-value",
        "Another value",
        "the value of a report's figure cannot be the claim's",
    ),
    _rule(
        "drift-words",
        "Other words than the record",
        "a report puts words between quotation marks that the event's own record, in the same "
        "language, does not have; another form of a word is no other word",
    ),
)
