"""Disputes: figures of which other voices of about the same time say otherwise.

What is concluded from a figure that others contradict is no surer than that figure. A voice is a
speaker; who only passes on another's word is none.
Of a long line each figure is set beside those that are nearest in the time spoken of, so that the
work grows with the number of figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import (
    Conclusion,
    Inference,
    Strength,
    are_far,
    are_near,
    can_both_hold,
    is_below,
)
from onrecord.derivation.outcome.conclusion import conclude
from onrecord.derivation.sentence import amount

_WEEKS = timedelta(62)
"""Within which what is so hardly changes by far."""
_YEAR = timedelta(365)
_NEAREST = 12
"""Figures before and after in time that a figure is set beside."""
_OF_A_PLAN = frozenset(("reached", "missed"))


class Dispute(NamedTuple):
    """What other voices say of the time of a figure."""

    against: tuple[ClaimedFigure, ...]
    """Figures of others that cannot hold beside it, those last that are outvoted themselves."""
    is_outvoted: bool
    """Whether more voices are against it than for it, or any if nobody else bears it out."""


def disputes(line: Iterable[ClaimedFigure]) -> dict[str, Dispute]:
    """Return the disputes about figures of a line that are put forward as so, by figure.

    Who is outvoted by others himself does not count among the voices against a figure.
    """
    states = sorted(filter(_is_of_a_known_time, line), key=_begins)
    against: dict[str, list[ClaimedFigure]] = {}
    backing: dict[str, set[frozenset[str]]] = {}
    for place, figure in enumerate(states):
        near = [
            *states[max(place - _NEAREST, 0) : place],
            *states[place + 1 : place + 1 + _NEAREST],
        ]
        others = [each for each in near if _is_another_voice(each, figure)]
        himself = [each for each in near if _is_own_word(each, figure)]
        if _contradicts_himself(figure, himself):
            others += himself
        against[figure.iri] = [each for each in others if _is_against(each, figure)]
        if against[figure.iri]:
            backing[figure.iri] = {each.speakers for each in others if _bears_out(each, figure)}
    found = {}
    for figure in states:
        sound: list[ClaimedFigure] = []
        outvoted: list[ClaimedFigure] = []
        for each in against[figure.iri]:
            # By others than the figure itself, that is.
            others = [other for other in against[each.iri] if not other.speakers & figure.speakers]
            is_outvoted = _is_outvoted(others, backing.get(each.iri, set()))
            (outvoted if is_outvoted else sound).append(each)
        if sound or outvoted:
            is_outvoted = _is_outvoted(sound, backing[figure.iri])
            found[figure.iri] = Dispute((*sound, *outvoted), is_outvoted)
    return found


def _is_outvoted(against: Iterable[ClaimedFigure], backing: set[frozenset[str]]) -> bool:
    """Return whether more voices are against a figure than for it, or any if it stands alone."""
    voices = {each.speakers for each in against}
    return len(voices) > len(backing) + 1 or bool(voices and not backing)


def weighed(found: Conclusion, disputed: dict[str, Dispute]) -> Conclusion:
    """Return a conclusion no surer than its figures are, by what other voices say of their time.

    That a plan was reached or missed is in doubt only with figures of which it would not follow.
    """
    outcome, strength, reason = found.inference
    if not disputed:
        return found
    if outcome == "change":
        clash = _clash_of_an_undated(found, disputed)
        if clash:
            return found._replace(inference=clash)
    if strength is Strength.POSSIBLE:
        return found
    if outcome == "change":
        for each in (found.first, found.second):
            doubt = disputed.get(each.iri)
            if doubt and doubt.is_outvoted:
                reason = f"{reason}; {_otherwise(found, each, doubt.against[0])}"
                return found._replace(inference=Inference(outcome, Strength.POSSIBLE, reason))
        return found
    doubt = disputed.get(found.second.iri)
    if outcome not in _OF_A_PLAN or not doubt:
        return found
    against = (each for each in doubt.against if not _is_concluded(found.first, each, outcome))
    other = next(against, None)
    if other is None:
        return found
    is_loose = doubt.is_outvoted or found.second.is_passed_on
    weaker = Strength.POSSIBLE if is_loose else Strength.PROBABLE
    reason = f"{reason}; {_otherwise(found, found.second, other)}"
    return found._replace(inference=Inference(outcome, weaker, reason))


def beside_a_rise(found: Conclusion, by_claim: Mapping[str, Iterable[ClaimedFigure]]) -> Conclusion:
    """Return a fall as a disagreement where whoever gives the later figure tells of a rise.

    40 a month *up from 14* before the war is no fall from the 80 that another gave meanwhile.
    """
    one, other = found[:2]
    earlier, later = (one, other) if one.known_for.is_before(other.known_for) else (other, one)
    is_fall = is_below(later, earlier) and are_far(earlier, later) and bool(later.per)
    if found.inference.outcome != "change" or not is_fall or earlier.speakers & later.speakers:
        return found
    for before in by_claim[later.claim]:
        is_older = before.kind is Kind.STATE and before.known_for.is_before(earlier.known_for)
        if is_older and is_below(before, later):
            which = "first" if later is one else "second"
            reason = f"the claim of the {which} tells of a rise from {amount(before)} meanwhile"
            return found._replace(inference=Inference("disagreement", Strength.POSSIBLE, reason))
    return found


def _clash_of_an_undated(found: Conclusion, disputed: dict[str, Dispute]) -> Inference | None:
    """Return what follows of a figure of no known day where others give it against the other one.

    What is said of the time of the other bears it out, so that they are of one time, most likely.
    """
    for undated, dated in (found[:2], (found.second, found.first)):
        doubt = disputed.get(dated.iri)
        if any((*undated.said, *undated.valid)) or not (doubt and doubt.is_outvoted):
            continue
        other = next((each for each in doubt.against if can_both_hold(each, undated)), None)
        if other is not None:
            reason = "they cannot both hold, if they are of one time"
            reason = f"{reason}; {_otherwise(found, dated, other)}"
            return Inference("disagreement", Strength.POSSIBLE, reason)
    return None


def _otherwise(found: Conclusion, figure: ClaimedFigure, other: ClaimedFigure) -> str:
    """Return who says otherwise of the time of one of two figures, and what he says."""
    which = "first" if figure is found.first else "second"
    if figure.speakers & other.speakers:
        return f"of the time of the {which} its speaker gives {amount(other)}, too"
    if figure.valid.gap(other.valid) > _WEEKS:
        when = "before" if other.valid.is_before(figure.valid) else "after"
        return f"{when} the time of the {which} it was {amount(other)} by {other.names}"
    return f"at the time of the {which} it was {amount(other)} by {other.names}"


def _is_concluded(plan: ClaimedFigure, state: ClaimedFigure, outcome: str) -> bool:
    found = conclude(plan, state)
    return found is not None and found.inference.outcome == outcome


def _is_of_a_known_time(figure: ClaimedFigure) -> bool:
    is_known = None not in figure.valid and not figure.is_vague
    return figure.kind is Kind.STATE and is_known and not figure.is_possible


def _begins(figure: ClaimedFigure) -> tuple[date, str]:
    return figure.valid.first or date.min, figure.iri


def _is_another_voice(one: ClaimedFigure, beside: ClaimedFigure) -> bool:
    """Return whether a figure is another's own word of about the time of one beside it."""
    is_another = not (one.speakers & beside.speakers or one.is_passed_on)
    is_sound = not (one.is_altered or one.is_respun)
    is_near = one.valid.gap(beside.valid) <= _WEEKS or _could_be_made(one, beside)
    return is_another and is_sound and is_near


def _could_be_made(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether within a year before the time of the one more could be made by the other.

    What can be made seldom falls.
    """
    earlier, later = (one, other) if one.valid.is_before(other.valid) else (other, one)
    are_abilities = one.is_ability and other.is_ability
    return are_abilities and earlier.valid.gap(later.valid) < _YEAR and is_below(later, earlier)


def _is_own_word(one: ClaimedFigure, beside: ClaimedFigure) -> bool:
    """Return whether a figure is another word of the same speaker, of about the same time."""
    is_own = one.claim != beside.claim and bool(one.speakers & beside.speakers)
    is_sound = not (one.is_altered or one.is_respun or one.is_read)
    return is_own and is_sound and one.valid.gap(beside.valid) <= _WEEKS


def _contradicts_himself(figure: ClaimedFigure, words: Sequence[ClaimedFigure]) -> bool:
    """Return whether a speaker gives another figure by far in all that he says in those weeks.

    One other word may be the mistaken one, or what has become of it.
    """
    is_otherwise = [not can_both_hold(each, figure) and are_far(each, figure, 2) for each in words]
    return len({each.claim for each in words}) > 1 and all(is_otherwise)


def _is_against(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether one figure does not hold beside the other, for all that is known.

    What a curator had to read into its words speaks against nothing, nor do words that can mean
    another thing.
    """
    if one.is_read or one.other_measure or can_both_hold(one, other):
        return False
    if one.valid.gap(other.valid) > _WEEKS:
        return _could_be_made(one, other)
    if one.valid.gap(other.valid):
        # What is so of a year says little of a day some weeks after it.
        are_short = all((each.valid.days or 0) <= _WEEKS.days for each in (one, other))
        return are_short and are_far(one, other, 2)
    if one.speakers & other.speakers:
        return are_far(one, other, 2)
    found = conclude(one, other)
    if found is None or found.inference.outcome != "disagreement":
        return False
    return found.inference.strength is not Strength.POSSIBLE


def _bears_out(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    is_far_bound = (one.is_bound or other.is_bound) and are_far(one, other)
    return (can_both_hold(one, other) and not is_far_bound) or are_near(one, other)
