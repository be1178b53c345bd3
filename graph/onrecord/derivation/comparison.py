"""The rule `comparison`: every pair of claimed figures of which something is concluded.

Figures of one line are compared as `conclusion` says, figures of kindred series as `kindred` does,
and what follows is weighed by what other voices of the line say of the time, as `dispute` does.

Of a line of up to 200 figures every pair of which something is concluded is kept. Of a longer one
each figure keeps its neighbours among those that were said before it: the last one that it clashes
with, its own speakers' last one, and the first one of each outcome. How many pairs of such a series
have which outcome is derived beside them (`rec:OutcomeCount`), and `OpenRelease.comparisons` gives
all of them.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby, product
from typing import NamedTuple

import pyoxigraph as ox

from onrecord.derivation.certainty import as_sure_as_known, is_of_what_was_altered, with_scopes
from onrecord.derivation.dispute import beside_a_rise, disputes, weighed
from onrecord.derivation.figure import (
    ClaimedFigure,
    Kind,
    Wider,
    read_alike,
    read_figures,
    read_judged_kin,
    read_kin,
    read_other_forms,
    read_related,
    read_wider,
)
from onrecord.derivation.inference import Conclusion, are_far
from onrecord.derivation.kindred import (
    MADE_OR_MAKEABLE,
    UNLIKE,
    Alike,
    are_apart,
    differing,
    of_kin,
    of_part_and_whole,
    shares,
    side_by_side,
    why_within,
)
from onrecord.derivation.outcome.conclusion import conclude, have_other_baselines
from onrecord.derivation.outcome.likeness import LONG
from onrecord.derivation.outcome.plan import as_step
from onrecord.derivation.rule import Rule, base_of
from onrecord.derivation.sentence import joined, told
from onrecord.derivation.solutions import rows
from onrecord.rdf.namespaces import CODE, PROV, REC
from onrecord.rdf.partitioned.store import AskedStore, let_go

WHOLE_LINE = 200
"""Number of figures of a line up to which all its conclusions are kept."""
_MOST_DIFFERENCES = 3
"""Properties that the scopes of two series may differ in and still be taken for one another."""
_MOST_EXPLAINED = 2
"""Properties that two figures differ in whose difference is worth an explanation."""
_NO_SCOPE = frozenset(("validFor", "modality", "baseline"))
_MOST_CROSSED = 100
"""Pairs of figures of two kindred series up to which all are looked at."""
_CLASHES = frozenset(("disagreement", "revision"))

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
# Of names in several languages, the first by its letters.
_NAMES = """
SELECT ?thing (MIN(STR(?text)) AS ?name) {
  { ?thing a rec:Series ; rdfs:label ?text . }
  UNION { ?thing skos:inScheme code:outcome ; skos:prefLabel ?text . }
} GROUP BY ?thing
"""
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_FIRST, _SECOND, _OUTCOME, _STRENGTH, _BECAUSE, _DIFFERS_IN, _FACTOR = (
    ox.NamedNode(REC[name])
    for name in ("first", "second", "outcome", "strength", "because", "differsIn", "factor")
)
_COMPARISON = ox.NamedNode(REC.Comparison)
_DERIVED_FROM = ox.NamedNode(PROV.wasDerivedFrom)
_GENERATED_BY = ox.NamedNode(PROV.wasGeneratedBy)


def compare(store: AskedStore, whole_line: int = WHOLE_LINE) -> Iterator[ox.Triple]:
    """Return the triples of a `rec:Comparison` for each pair that is kept, and of counts."""
    base = base_of(store)
    figures = read_figures(store)
    words = _ComparisonWords(
        {figure.iri: told(figure) for figure in figures},
        {row["thing"]: row["name"] for row in rows(store, _NAMES)},
    )
    forms = read_other_forms(store)
    let_go(store)
    for line in _lines(figures):
        found = compare_line(line, forms)
        counts: Counter[tuple[str, str]] = Counter()
        if len(line) > whole_line:
            found = neighbours(_counted(found, counts))
        for conclusion in found:
            yield from _triples(conclusion, base, words)
        yield from _counts(counts, base)
    kin = read_kin(store), forms, *read_wider(store), read_judged_kin(store)
    kindred = list(compare_kin(figures, *kin, read_alike(store, MADE_OR_MAKEABLE)))
    for conclusion in kindred:
        yield from _triples(conclusion, base, words)
    for conclusion, place in ranked(kindred, read_related(store)):
        number = ox.Literal(str(place), datatype=_INTEGER)
        yield ox.Triple(_node(conclusion, base), _property("nearness"), number)
    for conclusion in shares(figures):
        yield from _triples(as_sure_as_known(conclusion), base, words)


def all_of(store: AskedStore, series: str) -> list[Conclusion]:
    """Return all that is concluded of two figures of the line of one series, however long it is."""
    figures = read_figures(store)
    line = next((each.series.line for each in figures if each.series.iri == series), None)
    own = [figure for figure in figures if figure.series.line == line]
    return list(compare_line(own, read_other_forms(store)))


def _lines(figures: Iterable[ClaimedFigure]) -> Iterable[list[ClaimedFigure]]:
    lines: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in figures:
        lines[figure.series.line].append(figure)
    return lines.values()


def compare_line(
    line: Sequence[ClaimedFigure], forms: Container[frozenset[str]] = frozenset()
) -> Iterator[Conclusion]:
    """Yield what is concluded of each two figures of a line, in the order of the later saying.

    Of two claims that are `forms` of one nothing is: a saying does not agree with itself.
    """
    by_claim: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in line:
        by_claim[figure.claim].append(figure)
    as_said = sorted(line, key=lambda figure: figure.saying)
    disputed = disputes(line)
    for one, other in (
        (earlier, later) for number, later in enumerate(as_said) for earlier in as_said[:number]
    ):
        if frozenset((one.claim, other.claim)) in forms:
            continue
        found = conclude(one, other)
        if found and found.inference.outcome in _CLASHES:
            found = as_step(found, by_claim)
        if found and found.inference.outcome == "change":
            found = beside_a_rise(found, by_claim)
        if found and found.inference.outcome == "apparent":
            found = found._replace(differences=differing(one.series, other.series))
        if not found and _grow_since_other_times(one, other):
            found = side_by_side(one, other, "they count from other times", ["baseline"])
        if found and not is_of_what_was_altered(found):
            yield with_scopes(weighed(as_sure_as_known(found), disputed))


def neighbours(conclusions: Iterable[Conclusion]) -> Iterator[Conclusion]:
    """Yield those that a figure of a long line keeps, of all that are concluded of the line.

    Of what was said before it: the last clash, its own speakers' last word, and the first of each
    outcome.
    """
    for _, said_before in groupby(conclusions, key=_later):
        chosen: dict[str, Conclusion] = {}
        for conclusion in said_before:
            outcome = conclusion.inference.outcome
            chosen.setdefault(outcome, conclusion)
            if outcome in _CLASHES:
                chosen["last clash"] = conclusion
            first, second = conclusion[:2]
            if first.speakers & second.speakers:
                chosen["own last word"] = conclusion
        yield from {id(conclusion): conclusion for conclusion in chosen.values()}.values()


def _later(conclusion: Conclusion) -> tuple[date, str]:
    return max(conclusion.first.saying, conclusion.second.saying)


def compare_kin(
    figures: Iterable[ClaimedFigure],
    kin: Iterable[tuple[str, str]],
    other_forms: set[frozenset[str]],
    kinds: Wider,
    leagues: Wider,
    judged: Container[tuple[str, str]] = (),
    alike: Alike = frozenset(),
) -> Iterator[Conclusion]:
    """Yield what follows from figures of kindred series, and what only seems to.

    Of those that a curator judged to be kindred it may be that they are of one scope. With each
    conclusion the properties that they differ in: one to three of their series', and besides
    `validFor` and `modality`.
    """
    of_series: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in figures:
        of_series[figure.series.iri].append(figure)
    for first, second in sorted(kin):
        if not (of_series[first] and of_series[second]):
            continue
        series, others = of_series[first][0].series, of_series[second][0].series
        is_judged = (first, second) in judged
        is_apart = are_apart(series, others, kinds)
        differences = differing(series, others)
        if series.line == others.line or not 1 <= len(differences) <= _MOST_DIFFERENCES:
            continue
        is_within = why_within(series, others, kinds, leagues)
        holds_it = why_within(others, series, kinds, leagues)
        for one, other in _crossed(of_series[first], of_series[second]):
            if frozenset((one.claim, other.claim)) in other_forms:
                continue
            if is_apart and are_far(one, other, UNLIKE):
                continue
            if holds_it:
                found = of_part_and_whole(other, one, holds_it, differences, alike)
            elif is_within:
                found = of_part_and_whole(one, other, is_within, differences, alike)
            else:
                found = of_kin(one, other, differences, is_judged, alike)
            if found:
                yield as_sure_as_known(found)


def ranked(
    conclusions: Iterable[Conclusion], related: Container[frozenset[str]] = frozenset()
) -> Iterator[tuple[Conclusion, int]]:
    """Yield apparent pairs with their place among all of two series that differ in the same.

    The first one's figures are nearest, first in time and then in size. Pairs that also differ in
    their time, or may, since that of one is open, are left out, unless the figure is the same, and
    so are those that differ in three things or more, or by far, and in the scope twice or in whose
    they are, which nobody takes for one another. So are figures of claims that a curator judged to
    be `related`, and those that were altered on the way: what the one is to the other is told by
    the judgement.
    """
    groups: dict[tuple[object, ...], list[Conclusion]] = defaultdict(list)
    for found in conclusions:
        first, second = found[:2]
        is_same = first.value is not None and first.value == second.value
        scope = [name for name in found.differences if name not in _NO_SCOPE]
        is_unlike = (len(scope) > 1 or "bearer" in scope) and are_far(first, second, UNLIKE)
        # From when growth counts differs besides, and is told.
        told_of = [name for name in found.differences if name != "baseline"]
        is_close = len(told_of) <= _MOST_EXPLAINED and not is_unlike
        is_dated = first.valid == second.valid or not (_is_open(first) or _is_open(second))
        is_of_one_time = is_same or ("validFor" not in found.differences and is_dated)
        if found.inference.outcome != "apparent" or not (is_close and is_of_one_time):
            continue
        if (
            first.is_altered
            or second.is_altered
            or frozenset((first.claim, second.claim)) in related
        ):
            continue
        both = tuple(sorted((first.series.iri, second.series.iri)))
        groups[both, found.differences].append(found)
    for group in groups.values():
        for place, found in enumerate(sorted(group, key=_distance), start=1):
            yield found, place


def _is_open(figure: ClaimedFigure) -> bool:
    """Return whether its time is open, unknown, or some time of many years."""
    if figure.valid.days is not None:
        return bool(figure.per) and figure.valid.days > LONG.days
    is_unknown = figure.valid.first is figure.valid.last is None
    return is_unknown or not figure.is_of_the_moment


def _distance(conclusion: Conclusion) -> tuple[int, int, Decimal, str, str]:
    first, second = conclusion[:2]
    apart = abs((_when(first) - _when(second)).days)
    gap = first.valid.gap(second.valid).days
    factor = Decimal(factor_of(first, second) or 0)
    return gap, apart, factor, first.iri, second.iri


def _grow_since_other_times(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    if one.claim == other.claim or Kind.DENIAL in (one.kind, other.kind):
        return False
    return have_other_baselines(one, other) and None not in (one.value, other.value)


def _crossed(
    figures: Sequence[ClaimedFigure], others: Sequence[ClaimedFigure]
) -> Iterator[tuple[ClaimedFigure, ClaimedFigure]]:
    """Yield the pairs of two series, of large ones those that are nearest in the time spoken of.

    Those are, for each figure of the one with fewer, the one before it and the one after it.
    """
    if len(figures) * len(others) <= _MOST_CROSSED:
        yield from product(figures, others)
        return
    is_turned = len(others) < len(figures)
    few, many = (others, figures) if is_turned else (figures, others)
    in_time = sorted(many, key=lambda figure: (_when(figure), figure.iri))
    times = [_when(figure) for figure in in_time]
    for figure in few:
        place = bisect_left(times, _when(figure))
        for other in in_time[max(place - 1, 0) : place + 1]:
            yield (other, figure) if is_turned else (figure, other)


def _when(figure: ClaimedFigure) -> date:
    return figure.valid.first or figure.valid.last or figure.said.first or date.min


def _counted(
    conclusions: Iterable[Conclusion], counts: Counter[tuple[str, str]]
) -> Iterator[Conclusion]:
    """Yield conclusions, and count them by the series of the first figure and by outcome."""
    for conclusion in conclusions:
        counts[conclusion.first.series.iri, conclusion.inference.outcome] += 1
        yield conclusion


def _counts(counts: Mapping[tuple[str, str], int], base: str) -> Iterator[ox.Triple]:
    """Yield how many pairs have each outcome, by the series of the first figure."""
    for (series, outcome), number in sorted(counts.items()):
        node = _named(base, "count", series, outcome)
        yield ox.Triple(node, _TYPE, ox.NamedNode(REC.OutcomeCount))
        yield ox.Triple(node, ox.NamedNode(REC.countedIn), ox.NamedNode(series))
        yield ox.Triple(node, _OUTCOME, _code(outcome))
        pairs = ox.Literal(str(number), datatype=_INTEGER)
        yield ox.Triple(node, ox.NamedNode(REC.pairs), pairs)
        yield ox.Triple(node, _GENERATED_BY, _rule(base))


def _named(base: str, kind: str, *of: str) -> ox.NamedNode:
    return ox.NamedNode(f"{base}{kind}/{sha256(' '.join(of).encode()).hexdigest()[:16]}")


def _node(conclusion: Conclusion, base: str) -> ox.NamedNode:
    return _named(base, "comparison", *sorted(figure.iri for figure in conclusion[:2]))


@lru_cache(maxsize=2**14)
def _figure(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


@cache
def _code(name: str) -> ox.NamedNode:
    return ox.NamedNode(CODE[name])


@cache
def _property(name: str) -> ox.NamedNode:
    return ox.NamedNode(REC[name])


@cache
def _rule(base: str) -> ox.NamedNode:
    return ox.NamedNode(f"{base}rule/{COMPARISON.name}")


class _ComparisonWords(NamedTuple):
    """What comparisons are told with, made once."""

    figures: Mapping[str, str]
    """Each figure in words."""
    names: Mapping[str, str]
    """Names of series and of outcomes."""

    def label(self, conclusion: Conclusion) -> str:
        """Return what a comparison is called; empty where its series or outcome has no name."""
        series = self.names.get(conclusion.first.series.iri)
        outcome = self.names.get(_code(conclusion.inference.outcome).value)
        return f"{outcome}, {series}" if outcome and series else ""


def _triples(conclusion: Conclusion, base: str, words: _ComparisonWords) -> Iterator[ox.Triple]:
    """Yield what is derived of one pair."""
    first, second, inference = conclusion[:3]
    node = _node(conclusion, base)
    why = joined(words.figures[first.iri], words.figures[second.iri], inference.reason)
    yield ox.Triple(node, _TYPE, _COMPARISON)
    if label := words.label(conclusion):
        yield ox.Triple(node, _LABEL, ox.Literal(label, language="en"))
    yield ox.Triple(node, _FIRST, _figure(first.iri))
    yield ox.Triple(node, _SECOND, _figure(second.iri))
    yield ox.Triple(node, _OUTCOME, _code(inference.outcome))
    yield ox.Triple(node, _STRENGTH, _code(inference.strength))
    yield ox.Triple(node, _BECAUSE, ox.Literal(why, language="en"))
    for name in conclusion.differences:
        yield ox.Triple(node, _DIFFERS_IN, _property(name))
    if conclusion.base is not None:
        yield ox.Triple(node, _DERIVED_FROM, ox.NamedNode(conclusion.base.iri))
    factor = None if conclusion.base else factor_of(first, second)
    if factor is not None:
        yield ox.Triple(node, _FACTOR, ox.Literal(factor, datatype=_DECIMAL))
    yield ox.Triple(node, _GENERATED_BY, _rule(base))


def factor_of(one: ClaimedFigure, other: ClaimedFigure) -> str | None:
    """Return the greater figure divided by the lesser, rounded to four places."""
    x, y = one.nominal, other.nominal
    if x is None or y is None or x <= 0 or y <= 0:
        return None
    factor = (max(x, y) / min(x, y)).quantize(Decimal("0.0001"))
    return f"{factor.normalize():f}"


COMPARISON = Rule(
    name="comparison",
    title="What one figure says of another",
    derives="a rec:Comparison of each two claimed figures of one line of which something follows: "
    "agreement, disagreement, revision, change, path, postponement, expected later, "
    "reached, missed or pending; "
    "of figures of kindred series that cannot both hold, as output above capacity, a part above "
    "its whole, or a share that is not the number that was given; and of those that only seem to "
    "conflict or to be the same. Each with a strength and a sentence that says why. Of a series of "
    "more than 200 figures each keeps its neighbours, and a rec:OutcomeCount for each outcome; and "
    "rdfs:label of each pair, by its outcome and series",
    needs=("comparable", "kin", "judged", "label", "taken-back"),
    function=compare,
    names_for_readers=True,
)
