"""What a report's figure changed of the claim's figure that it gives.

Each respect is looked at by itself: the value, and the room that it leaves, the measure, the
parties, the product, the time. A report is not charged with what is no change, or no change of its
own making: a conversion or a rounding, words that leave more room or say less, a hedge that is
in the same passage, a scope or a time that the claim's words leave open.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from onrecord.derivation.attestation import AttestedClaim, GivenFigure
from onrecord.derivation.figure import ClaimedFigure
from onrecord.derivation.inference import Inference, Strength, is_below
from onrecord.derivation.kindred import differing
from onrecord.derivation.sentence import amount
from onrecord.derivation.solutions import local, reachable

_ROUNDED = Decimal("0.05")
"""Share of a value by which a rounded one may differ from it."""
_CONVERTED = Decimal("0.02")
"""The same for one that was brought to another period, such as from a year to a day."""
_VAGUE = timedelta(62)
"""Time between two of which one is approximate, within which they may be one."""

_BELOW = frozenset(("lt", "nearly"))
_ABOVE = frozenset(("gt", "just-over"))
_AT_MOST = _BELOW | {"le"}
_AT_LEAST = _ABOVE | {"ge"}

_QUESTIONS = frozenset(("asked", "questioned", "not-confirmed", "not-known"))
_WEIGHTS = {
    **dict.fromkeys(_QUESTIONS, 0),
    **dict.fromkeys(("possible", "conditional", "urged"), 1),
    **dict.fromkeys(("projected", "targeted"), 2),
    "promised": 3,
    "asserted": 4,
}
"""How much a speaker takes upon himself by putting something forward so."""
_TO_COME = frozenset(("projected", "targeted", "promised"))
"""How one puts forward what is not so yet."""


class Vocabulary(NamedTuple):
    """Names of things, and what is known of how they are related."""

    names: dict[str, str]
    wider: dict[str, set[str]]
    """Wider concepts of products and measures, one step up."""
    alike: frozenset[frozenset[str]]
    """Pairs of actors of whom the figures are of one line, by a curator's judgement."""

    def name(self, iri: str) -> str:
        """Return the name of an actor, a product or a code."""
        return self.names.get(iri) or local(iri).replace("-", " ")

    def is_wider(self, one: str, other: str) -> bool:
        """Return whether the one takes in all that the other does."""
        return one != other and one in reachable({other}, self.wider)


class Pair(NamedTuple):
    """A figure of a report and the figure of the claim that it gives."""

    reported: GivenFigure
    said: GivenFigure


def pairs_of(reported: Sequence[GivenFigure], said: Sequence[GivenFigure]) -> list[Pair]:
    """Return which figure of the claim each figure of a report gives.

    The nearest by scope, value, time and period is taken, each but once as long as there are
    enough. A figure that is far from all is the report's own, and left out.
    """
    candidates = sorted(
        (_distance(one, other), one.figure.iri, other.figure.iri, Pair(one, other))
        for one in reported
        for other in said
        if _may_be_given(one, other)
    )
    found: dict[str, Pair] = {}
    taken: set[str] = set()
    for _, one, other, pair in candidates:
        if one not in found and other not in taken:
            found[one] = pair
            taken.add(other)
    for _, one, _, pair in candidates:
        if _do_agree(pair.reported.figure, pair.said.figure):
            found.setdefault(one, pair)
    if not found and len(said) == 1:
        # Who tells nothing of what was said, but a figure like it, has it in its place.
        return [Pair(one, said[0]) for one in reported if _is_in_its_place(one, said[0])]
    return [found[one] for one in sorted(found)]


def departures(
    pair: Pair, claim: AttestedClaim, reported: Sequence[GivenFigure], vocabulary: Vocabulary
) -> Iterator[Inference]:
    """Yield in which respects a report's figure departs from the claim's.

    `reported` are all figures of the report, one of which may carry the hedge of another.
    """
    x, y = pair.reported.figure, pair.said.figure
    if _is_compared_instead(x, y):
        yield _comparison(pair)
        return
    yield from _scope(pair, claim, vocabulary)
    time = _time(pair, claim)
    if time:
        yield time
    value = _value(pair, claim, reported)
    if value and _scopes(pair):
        # Of another scope it need not be the same figure, though it has the same number.
        value = value._replace(strength=at_most(value.strength, Strength.PROBABLE))
    if value and pair.reported.is_read and value.strength is Strength.CERTAIN:
        reason = f"{value.reason}, as its words are read, which leave it open"
        value = Inference(value.outcome, Strength.PROBABLE, reason)
    if value:
        yield value


def other_modality(said: str, reported: str) -> bool:
    """Return whether a report takes more upon the speaker than he did, or turns it round.

    A denial is turned into what is denied, and what is so at present into what is to come.
    """
    if "denied" in (said, reported):
        return said != reported and not _QUESTIONS & {said, reported}
    if said == "asserted":
        return reported in _TO_COME
    return _WEIGHTS.get(reported, 0) > _WEIGHTS.get(said, 4)


def at_most(one: Strength, other: Strength) -> Strength:
    """Return the weaker of two strengths."""
    return max(one, other, key=list(Strength).index)


def _may_be_given(one: GivenFigure, other: GivenFigure) -> bool:
    x, y = one.figure, other.figure
    if not x.unit or x.unit != y.unit:
        return False
    if x.series.scope.get("priceYear") != y.series.scope.get("priceYear"):
        return False
    # A figure of another scope or time that has another value, too, is another figure.
    return _do_agree(x, y) or (
        x.series.line == y.series.line and not _is_of_another_time(one, other)
    )


def _is_in_its_place(one: GivenFigure, other: GivenFigure) -> bool:
    """Return whether a report's figure takes the place of the claim's, though of another scope.

    So do a share of something else, of the same whole and for the same, the same number of
    another unit, tonnes for pieces, and how one side compares with another for how much it has.
    """
    x, y = one.figure, other.figure
    a, b = x.series.scope, y.series.scope
    if _is_of_another_time(one, other) or a["product"] != b["product"]:
        return False
    if _is_compared_instead(x, y):
        return True
    if x.unit != y.unit:
        return x.stated is not None and x.stated == y.stated and not {"versus"} & {*a, *b}
    parties = ("bearer", "versus", "recipient")
    return "versus" in a and all(a.get(name) == b.get(name) for name in parties)


def _is_compared_instead(reported: ClaimedFigure, said: ClaimedFigure) -> bool:
    """Return whether a report sets one side against another where the claim says how much it has.

    Growth tells an amount otherwise, since it is against the same side before, and so does a share
    in per cent, which may be of what was planned or pledged.
    """
    series = reported.series
    is_comparison = "versus" in series.scope and not (series.is_growth or series.symbol)
    return is_comparison and "versus" not in said.series.scope


def _distance(one: GivenFigure, other: GivenFigure) -> tuple[bool | int, ...]:
    x, y = one.figure, other.figure
    is_value_kept = _do_agree(x, y)
    is_bound_kept = x.comparator == y.comparator
    return (
        0 if x.series.line == y.series.line else len(differing(x.series, y.series)),
        not is_value_kept,
        _is_of_another_time(one, other),
        x.period != y.period,
        x.stated != y.stated,
        not is_bound_kept,
    )


def _do_agree(x: ClaimedFigure, y: ClaimedFigure) -> bool:
    """Return whether they may be one number: in range of each other, rounded, or stated alike."""
    if x.stated is not None and x.stated == y.stated:
        return True
    if x.per != y.per:
        return False
    return _is_rounded(x, y) or not (is_below(x, y) or is_below(y, x))


def _is_rounded(reported: ClaimedFigure, said: ClaimedFigure) -> bool:
    """Return whether the reported value is the one said, rounded or brought to another period."""
    x, y = reported.nominal, said.nominal
    if x is None or y is None:
        return False
    if x == y:
        return True
    apart = abs(x - y) / max(abs(x), abs(y))
    if reported.period != said.period:
        return apart <= _CONVERTED
    if apart > _ROUNDED or reported.stated is None or said.stated is None:
        return False
    places = reported.stated.normalize().as_tuple().exponent
    step = Decimal(1).scaleb(places if isinstance(places, int) else 0)
    return (said.stated / step).quantize(Decimal(1), ROUND_HALF_UP) * step == reported.stated


def _is_of_another_time(one: GivenFigure, other: GivenFigure) -> bool:
    return bool(one.figure.valid.gap(other.figure.valid))


def _scopes(pair: Pair) -> tuple[str, ...]:
    one, other = pair.reported.figure.series, pair.said.figure.series
    return () if one.line == other.line else differing(one, other)


# Scope ------------------------------------------------------------------------


def _scope(pair: Pair, claim: AttestedClaim, vocabulary: Vocabulary) -> Iterator[Inference]:
    reported, said = pair.reported.figure.series, pair.said.figure.series
    differences = differing(reported, said)
    if {"measure", "versusMeasure"} & set(differences):
        found = _measure(pair, vocabulary)
        if found:
            yield found
    if "product" in differences:
        yield _product(pair, vocabulary)
    found = _party(pair, claim, differences, vocabulary)
    if found:
        yield found


def _measure(pair: Pair, vocabulary: Vocabulary) -> Inference | None:
    reported, said = pair.reported.figure.series.scope, pair.said.figure.series.scope
    sides = [
        (reported.get(side, reported["measure"]), said.get(side, said["measure"]))
        for side in ("measure", "versusMeasure")
    ]
    # Who speaks of making in short need not leave out what is refurbished.
    changed = [
        (one, other)
        for one, other in sides
        if one != other and not (vocabulary.is_wider(one, other) or vocabulary.is_wider(other, one))
    ]
    if not changed:
        return None
    one, other = changed[0]
    # Whether "can now produce" is capacity or output is how a curator reads it.
    return Inference(
        "other-measure",
        Strength.PROBABLE,
        f"{_said(pair)} ({vocabulary.name(other)}); {_reported(pair)} ({vocabulary.name(one)})",
    )


def _product(pair: Pair, vocabulary: Vocabulary) -> Inference:
    one = pair.reported.figure.series.scope["product"]
    other = pair.said.figure.series.scope["product"]
    strength, note = Strength.CERTAIN, ""
    if vocabulary.is_wider(one, other):
        strength, note = Strength.PROBABLE, ", wider"
    elif vocabulary.is_wider(other, one):
        strength, note = Strength.PROBABLE, ", narrower"
    # Goods of any kind are what words are about that name none.
    is_one_line = pair.reported.figure.series.line == pair.said.figure.series.line
    if note and (is_one_line or not (vocabulary.wider.get(one) and vocabulary.wider.get(other))):
        strength = Strength.POSSIBLE
    return Inference(
        "other-product",
        strength,
        f"{_said(pair)} ({vocabulary.name(other)}); "
        f"{_reported(pair)} ({vocabulary.name(one)}{note})",
    )


def _party(
    pair: Pair, claim: AttestedClaim, differences: Sequence[str], vocabulary: Vocabulary
) -> Inference | None:
    reported, said = pair.reported.figure.series.scope, pair.said.figure.series.scope
    for side, phrase in (("bearer", ""), ("versus", "against "), ("recipient", "for ")):
        one, other = reported.get(side), said.get(side)
        if side not in differences or one is None or frozenset((one, other)) in vocabulary.alike:
            continue
        strength = Strength.CERTAIN
        if other is None:
            strength = Strength.PROBABLE
        elif side == "bearer" and one in claim.bodies:
            # The speaker may have said "we".
            strength = Strength.POSSIBLE
        told = f"{phrase}{vocabulary.name(other)}" if other else "for nobody named"
        return Inference(
            "other-party",
            strength,
            f"{_said(pair)} ({told}); {_reported(pair)} ({phrase}{vocabulary.name(one)})",
        )
    return None


# Time -------------------------------------------------------------------------


def _time(pair: Pair, claim: AttestedClaim) -> Inference | None:
    reported, said = pair.reported, pair.said
    gap = reported.figure.valid.gap(said.figure.valid)
    if (
        claim.modality == "asserted"
        and reported.time_is_stated
        and not said.time_is_stated
        and claim.said.is_before(reported.figure.valid)
    ):
        return Inference(
            "other-time",
            Strength.PROBABLE,
            f"Said to be so on {claim.said_in_words}; the report has it of {_told(reported)}, "
            "which was to come",
        )
    if gap and said.time_is_stated:
        strength = Strength.CERTAIN if reported.time_is_stated else Strength.PROBABLE
        if gap <= _VAGUE and (reported.time_is_approximate or said.time_is_approximate):
            strength = Strength.POSSIBLE
        return Inference(
            "other-time", strength, f"Said of {_told(said)}; the report has it of {_told(reported)}"
        )
    one, other = reported.figure.since, said.figure.since
    if one and other and one.gap(other):
        return Inference(
            "other-time",
            Strength.PROBABLE,
            f"{_said(pair)} counting from {said.figure.since_in_words}; "
            f"{_reported(pair)} counting from {reported.figure.since_in_words}",
        )
    return None


def _told(given: GivenFigure) -> str:
    words = f" (“{given.time_words}”)" if given.time_words else ""
    return f"{given.figure.valid_in_words}{words}"


# Value ------------------------------------------------------------------------


def _value(pair: Pair, claim: AttestedClaim, reported: Sequence[GivenFigure]) -> Inference | None:
    x, y = pair.reported.figure, pair.said.figure
    if x.unit != y.unit:
        return Inference(
            "other-value", Strength.CERTAIN, f"{_said(pair)}; {_reported(pair)}, in another unit"
        )
    if x.per != y.per:
        return None
    if not (is_below(x, y) or is_below(y, x)):
        return _room(pair, claim, reported)
    if x.nominal != y.nominal:
        return None if _is_rounded(x, y) else _other_value(pair)
    if y.comparator in _ABOVE and x.comparator not in _AT_MOST:
        return None  # "three" for "more than three" says less
    if y.comparator in _BELOW and x.comparator not in _AT_LEAST:
        return _stronger(pair, claim, Strength.CERTAIN, "leaves out that it is less")
    return _other_value(pair)


def _comparison(pair: Pair) -> Inference:
    """A comparison in the place of an amount, which the report may have told elsewhere."""
    side = pair.reported.figure.series.names["versus"]
    reason = f"{_said(pair)}; {_reported(pair)}, a comparison with {side} in its place"
    return Inference("other-value", Strength.POSSIBLE, reason)


def _other_value(pair: Pair) -> Inference:
    x, y = pair.reported.figure, pair.said.figure
    # A ratio without periods may have been meant over those of the claim.
    has_periods = [one.figure.period is not None for one in pair]
    is_open = has_periods[0] != has_periods[1]
    footing = f", that is {amount(x)} against {amount(y)}" if x.stated == y.stated else ""
    return Inference(
        "other-value",
        Strength.POSSIBLE if is_open else Strength.CERTAIN,
        f"{_said(pair)}; {_reported(pair)}{footing}",
    )


def _room(pair: Pair, claim: AttestedClaim, reported: Sequence[GivenFigure]) -> Inference | None:
    """What leaves less room than the claim's words do."""
    x, y = pair.reported.figure, pair.said.figure
    if not _leaves_less_room(x, y) or _is_hedged_elsewhere(pair, reported):
        return None
    is_same = x.nominal == y.nominal
    if x.period != y.period and not is_same:
        return None  # a conversion, such as of a yearly figure to a day
    are_ranges = x.value is None and y.value is None and not (x.is_bound or y.is_bound)
    if are_ranges and y.comparator == "approx":
        return None  # a range leaves room without an "about"
    if y.comparator in _AT_LEAST and x.comparator in ("eq", "approx") and is_same:
        return _stronger(pair, claim, Strength.POSSIBLE, "leaves out that it is a lower bound")
    if x.comparator in _BELOW | _ABOVE and is_same and y.comparator in ("le", "ge"):
        is_level = x.nominal == 1 and "versus" in x.series.scope
        equal = "the two are level" if is_level else "it is just so much"
        return _stronger(pair, claim, Strength.CERTAIN, f"rules out that {equal}")
    if y.comparator == "le" and is_same:
        if claim.modality == "possible":
            return None  # what could be is at most so much
        return _stronger(pair, claim, Strength.CERTAIN, "leaves out that it is at most so much")
    if y.comparator == "approx" and is_same and x.comparator == "eq":
        return _stronger(pair, claim, Strength.CERTAIN, "leaves out that it is approximate")
    return _stronger(pair, claim, Strength.PROBABLE, "leaves less room")


def _stronger(pair: Pair, claim: AttestedClaim, strength: Strength, how: str) -> Inference | None:
    # To deny less is to say more, so that of what is denied no report is stronger by its bounds.
    if claim.modality == "denied" or claim.modality in _QUESTIONS:
        return None
    return Inference("stronger", strength, f"{_said(pair)}; {_reported(pair)}, which {how}")


def _leaves_less_room(x: ClaimedFigure, y: ClaimedFigure) -> bool:
    if y.low is not None and (x.low is None or x.low < y.low):
        return False
    if y.high is not None and (x.high is None or x.high > y.high):
        return False
    return (
        (x.low, x.high) != (y.low, y.high)
        or (x.comparator in _BELOW and y.comparator not in _BELOW)
        or (x.comparator in _ABOVE and y.comparator not in _ABOVE)
    )


def _is_hedged_elsewhere(pair: Pair, reported: Sequence[GivenFigure]) -> bool:
    """Return whether the report gives the same once more, with the claim's own hedge."""
    x, y = pair.reported.figure, pair.said.figure
    return any(
        other.figure.iri != x.iri
        and other.figure.series.iri == x.series.iri
        and other.figure.per == x.per
        and other.figure.valid == x.valid
        and other.figure.nominal == x.nominal
        and not _leaves_less_room(other.figure, y)
        for other in reported
    )


def _said(pair: Pair) -> str:
    return f"Said {_words(pair.said)}"


def _reported(pair: Pair) -> str:
    return f"the report has {_words(pair.reported)}"


def _words(given: GivenFigure) -> str:
    return f"“{given.words}”" if given.words else amount(given.figure)
