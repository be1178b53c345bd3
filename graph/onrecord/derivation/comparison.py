"""The rule `comparison`: every pair of claimed figures of which something is concluded.

Figures of one line are compared as `conclusion` says. Figures of kindred series that a reader
could take for one another are set side by side as *apparent*, with what their scope differs in.

Of a line of up to 200 figures every pair is looked at. Of a longer one each figure is compared with
its neighbours in the order of saying, and with the last ones of its own speakers, so that the work
grows with the number of figures.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import combinations, product
from typing import cast

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.conclusion import (
    Conclusion,
    Inference,
    Strength,
    conclude,
    have_other_baselines,
    is_below,
)
from onrecord.derivation.figure import (
    ClaimedFigure,
    Kind,
    Series,
    read_figures,
    read_kin,
    read_other_forms,
)
from onrecord.derivation.rule import Rule
from onrecord.rdf.namespaces import CODE, PROV, REC

_WHOLE_LINE = 200
"""Number of figures of a line up to which all pairs are looked at."""
_NEIGHBOURS = 12
"""Number of figures of a longer line that each is compared with, before it in order of saying."""
_OWN = 4
"""Number of the speakers' own last figures that each is compared with besides."""
_MOST_DIFFERENCES = 3
"""Properties that the scopes of two series may differ in and still be taken for one another."""

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BASE = "SELECT ?base { ?dataset <http://rdfs.org/ns/void#uriSpace> ?base . }"
_XSD_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def compare(store: ox.Store) -> Iterator[ox.Triple]:
    """Return the triples of a `rec:Comparison` for each pair of which something is concluded."""
    bases = cast(ox.QuerySolutions, store.query(_BASE))
    base = next((cast(ox.Literal, row["base"]).value for row in bases), "")
    figures = read_figures(store)
    conclusions = [
        *compare_lines(figures),
        *compare_kin(figures, read_kin(store), read_other_forms(store)),
    ]
    for conclusion, differences in conclusions:
        yield from _triples(conclusion, differences, base)


def compare_lines(figures: Iterable[ClaimedFigure]) -> Iterator[tuple[Conclusion, Sequence[str]]]:
    """Yield what is concluded within each line, with the properties that the scopes differ in."""
    lines: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in figures:
        lines[figure.series.line].append(figure)
    for line in lines.values():
        for one, other in _pairs(line):
            found = conclude(one, other)
            if found:
                is_apparent = found.inference.outcome == "apparent"
                yield found, differing(one.series, other.series) if is_apparent else ()
            elif _grow_since_other_times(one, other):
                yield _side_by_side(one, other, "they count from other times"), ("baseline",)


def compare_kin(
    figures: Iterable[ClaimedFigure],
    kin: Iterable[tuple[str, str]],
    other_forms: set[frozenset[str]],
) -> Iterator[tuple[Conclusion, Sequence[str]]]:
    """Yield the pairs of kindred series that seem to conflict or to be the same.

    With each the properties that they differ in: one to three of their series', and besides
    `validFor` and `modality`.
    """
    of_series: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in figures:
        if figure.kind is not Kind.DENIAL:
            of_series[figure.series.iri].append(figure)
    for first, second in sorted(kin):
        if not (of_series[first] and of_series[second]):
            continue
        series, others = of_series[first][0].series, of_series[second][0].series
        scopes = differing(series, others)
        if series.line == others.line or not 1 <= len(scopes) <= _MOST_DIFFERENCES:
            continue
        for one, other in _crossed(of_series[first], of_series[second]):
            if frozenset((one.claim, other.claim)) in other_forms or not _may_be_confused(
                one, other
            ):
                continue
            differences = list(scopes)
            if one.valid.gap(other.valid):
                differences.append("validFor")
            if (one.kind is Kind.PLAN) != (other.kind is Kind.PLAN):
                differences.append("modality")
            yield _side_by_side(one, other, "they are of another scope"), differences


def differing(one: Series, other: Series) -> list[str]:
    """Return the properties in which the scopes of two series differ."""
    a, b = one.scope, other.scope
    found = [name for name in ("measure", "product", "bearer") if a[name] != b[name]]
    if "versus" in a and "versus" in b:
        # Growth is of a bearer against itself, so its other side differs only as its bearer does.
        if not one.is_growth and a["versus"] != b["versus"]:
            found.append("versus")
        sides = (a.get("versusMeasure", a["measure"]), b.get("versusMeasure", b["measure"]))
        are_stated = "versusMeasure" in a or "versusMeasure" in b
        if sides[0] != sides[1] and (are_stated or "measure" not in found):
            found.append("versusMeasure")
    found += [name for name in ("recipient", "priceYear") if a.get(name) != b.get(name)]
    return found


def _may_be_confused(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether they seem to conflict or to be the same, about the same year or the next."""
    if one.claim == other.claim or (one.unit, one.per) != (other.unit, other.per):
        return False
    is_apart = is_below(one, other) or is_below(other, one)
    if not is_apart and (one.value is None or one.value != other.value):
        return False
    for earlier, later in ((one, other), (other, one)):
        last, first = earlier.valid.last, later.valid.first
        if last and first and first.year - last.year > 1:
            return False
    return True


def _grow_since_other_times(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    if one.claim == other.claim or Kind.DENIAL in (one.kind, other.kind):
        return False
    return have_other_baselines(one, other) and None not in (one.value, other.value)


def _side_by_side(one: ClaimedFigure, other: ClaimedFigure, reason: str) -> Conclusion:
    first, second = sorted((one, other), key=_saying)
    return Conclusion(first, second, Inference("apparent", Strength.PROBABLE, reason))


def _saying(figure: ClaimedFigure) -> tuple[date, str]:
    return figure.said.first or date.min, figure.iri


def _pairs(line: Sequence[ClaimedFigure]) -> Iterator[tuple[ClaimedFigure, ClaimedFigure]]:
    if len(line) <= _WHOLE_LINE:
        yield from combinations(line, 2)
        return
    said: list[ClaimedFigure] = []
    own: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in sorted(line, key=_saying):
        before = {other.iri: other for other in said[-_NEIGHBOURS:]}
        for speaker in figure.speakers:
            before.update((other.iri, other) for other in own[speaker][-_OWN:])
            own[speaker].append(figure)
        said.append(figure)
        for other in before.values():
            yield other, figure


def _crossed(
    figures: Sequence[ClaimedFigure], others: Sequence[ClaimedFigure]
) -> Iterator[tuple[ClaimedFigure, ClaimedFigure]]:
    """Yield the pairs of two series, of large ones those that are near in the time spoken of."""
    if len(figures) * len(others) <= _WHOLE_LINE * _WHOLE_LINE // 2:
        yield from product(figures, others)
        return
    in_time = sorted(others, key=lambda figure: (_when(figure), figure.iri))
    times = [_when(figure) for figure in in_time]
    for figure in figures:
        place = bisect_left(times, _when(figure))
        for other in in_time[max(place - 2, 0) : place + 2]:
            yield figure, other


def _when(figure: ClaimedFigure) -> date:
    return figure.valid.first or figure.valid.last or figure.said.first or date.min


def _triples(conclusion: Conclusion, differences: Sequence[str], base: str) -> Iterator[ox.Triple]:
    first, second, inference = conclusion
    names = " ".join(sorted((first.iri, second.iri)))
    node = ox.NamedNode(f"{base}comparison/{sha256(names.encode()).hexdigest()[:16]}")

    def about(name: URIRef, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(name), value)

    yield ox.Triple(node, _TYPE, ox.NamedNode(REC.Comparison))
    yield about(REC.first, ox.NamedNode(first.iri))
    yield about(REC.second, ox.NamedNode(second.iri))
    yield about(REC.outcome, ox.NamedNode(CODE[inference.outcome]))
    yield about(REC.strength, ox.NamedNode(CODE[inference.strength]))
    yield about(REC.because, ox.Literal(because(conclusion), language="en"))
    for name in differences:
        yield about(REC.differsIn, ox.NamedNode(REC[name]))
    factor = _factor(first, second)
    if factor is not None:
        yield about(REC.factor, ox.Literal(factor, datatype=_XSD_DECIMAL))
    rule = ox.NamedNode(f"{base}rule/{COMPARISON.name}")
    yield ox.Triple(node, ox.NamedNode(PROV.wasGeneratedBy), rule)


def _factor(one: ClaimedFigure, other: ClaimedFigure) -> str | None:
    """Return the greater figure divided by the lesser, rounded to four places."""
    x, y = one.nominal, other.nominal
    if x is None or y is None or x <= 0 or y <= 0:
        return None
    factor = (max(x, y) / min(x, y)).quantize(Decimal("0.0001"))
    return f"{factor.normalize():f}"


def because(conclusion: Conclusion) -> str:
    """Return the sentence that says why: both figures with their speakers and times, the reason."""
    first, second, inference = conclusion
    reason = inference.reason[0].upper() + inference.reason[1:]
    return f"{_told(first)}; {_told(second)}. {reason}."


def _told(figure: ClaimedFigure) -> str:
    said = "" if figure.said == (None, None) else f", {figure.said}"
    of = "" if figure.is_of_the_moment else f", of {figure.valid}"
    denied = "denied, " if figure.kind is Kind.DENIAL else ""
    return f"{figure.names}{said}{of}: {denied}{amount(figure)}"


_SIGNS = {
    "lt": "below ",
    "le": "at most ",
    "gt": "above ",
    "ge": "at least ",
    "approx": "about ",
    "nearly": "nearly ",
    "just-over": "just over ",
}


def amount(figure: ClaimedFigure) -> str:
    """Return a figure on its common footing in words, such as *about 4 a year*."""
    sign = _SIGNS.get(figure.comparator, "")
    per = " a year" if figure.per else ""
    percent = " %" if figure.unit.endswith("/PERCENT") else ""
    if figure.value is None and figure.low is not None and figure.high is not None:
        return f"{sign}{_number(figure.low)} to {_number(figure.high)}{percent}{per}"
    nominal = figure.nominal
    return f"{sign}{_number(nominal) if nominal is not None else '?'}{percent}{per}"


def _number(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01")).normalize() if value < 1000 else round(value)
    return f"{rounded:,f}" if isinstance(rounded, Decimal) else f"{rounded:,}"


COMPARISON = Rule(
    name="comparison",
    title="What one figure says of another",
    derives="a rec:Comparison of each two claimed figures of one line of which something follows: "
    "agreement, disagreement, revision, change, path, postponement, reached, missed or pending; "
    "and of figures of kindred series that only seem to conflict or to be the same. Each with a "
    "strength and a sentence that says why",
    needs=("comparable", "kin", "judged", "taken-back"),
    function=compare,
)
