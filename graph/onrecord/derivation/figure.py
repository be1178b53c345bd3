"""Claimed figures, read from the records and from what earlier rules derive."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import combinations

import pyoxigraph as ox

from onrecord.derivation.solutions import days, local, number, pairs, reachable, rows, span
from onrecord.derivation.span import Span, in_words, time_in_words
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.partitioned.store import AskedStore

FIGURE = """
  ?figure rec:inSeries ?series ; rec:comparator ?comparator .
  OPTIONAL { ?figure qudt:numericValue ?stated . }
  OPTIONAL { ?figure rec:over ?over . }
  OPTIONAL { ?figure rec:comparableValue ?value . }
  OPTIONAL { ?figure rec:comparableLow ?low . }
  OPTIONAL { ?figure rec:comparableHigh ?high . }
  OPTIONAL { ?figure rec:rangeLow ?range_low . }
  OPTIONAL { ?figure rec:rangeHigh ?range_high . }
  OPTIONAL { ?figure rec:comparableUnit ?unit . }
  OPTIONAL { ?figure rec:comparablePer ?per . }
  OPTIONAL { ?figure rec:validFor/dcterms:date ?of . }
  OPTIONAL { ?figure rec:validFor/rec:asStated ?of_words . }
  OPTIONAL { ?figure rec:validFor/rec:earliest ?from . }
  OPTIONAL { ?figure rec:validFor/rec:latest ?to . }
  OPTIONAL { ?figure rec:baseline/dcterms:date ?since_on . }
  OPTIONAL { ?figure rec:baseline/rec:earliest ?since_first . }
  OPTIONAL { ?figure rec:baseline/rec:latest ?since_last . }
"""
"""Patterns of a query for what `figure_of` reads."""

_FIGURES = (
    """
SELECT * {
  ?claim a rec:Claim ; rec:modality ?modality ; rec:quantity ?figure .
"""
    + FIGURE
    + """
  FILTER NOT EXISTS { ?claim rec:retractedIn|rec:takenBackBy ?retraction . }
  OPTIONAL { ?figure rec:reason ?reading . }
  OPTIONAL { ?figure rec:validFor/rec:basis ?of_basis . }
  OPTIONAL { ?figure rec:mayMeasure ?other_measure . }
  OPTIONAL { ?claim rec:saidOn/dcterms:date ?said_on . }
  OPTIONAL { ?claim rec:saidOn/rec:earliest ?said_first . }
  OPTIONAL { ?claim rec:saidOn/rec:latest ?said_last . }
}
"""
)

_SERIES = """
SELECT * {
  ?series a rec:Series ;
          rec:measure ?measure ; rec:product ?product ; rec:bearer ?bearer ; qudt:hasUnit ?unit .
  OPTIONAL { ?series rec:versus ?versus . }
  OPTIONAL { ?series rec:versusMeasure ?versusMeasure . }
  OPTIONAL { ?series rec:recipient ?recipient . }
  OPTIONAL { ?series rec:priceYear ?priceYear . }
}
"""

_SPEAKERS = """
SELECT ?claim ?speaker ?name {
  ?claim a rec:Claim ; rec:speaker ?speaker .
  OPTIONAL { ?speaker schema:name ?name . FILTER (LANGMATCHES(LANG(?name), "en")) }
}
"""

# What a country is a member of speaks for others, too.
_MEMBERS = """
SELECT ?member ?body {
  ?member org:hasMembership/org:organization ?body .
  FILTER NOT EXISTS { ?member a schema:Country . }
}
"""
_LINES = "SELECT ?series ?other { ?series rec:sameLineAs ?other . }"
_KIN = "SELECT ?series ?other { ?series rec:kinOf ?other . }"
_JUDGED_KIN = """
SELECT ?one ?other {
  ?judgement a rec:Judgement .
  ?judgement <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?one ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> rec:kinOf ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?other .
  FILTER NOT EXISTS { ?judgement rec:retractedIn ?withdrawal . }
}
"""
_BROADER = """
SELECT ?product ?wider { ?product <http://www.w3.org/2004/02/skos/core#broader> ?wider . }
"""
_PARTS = """
SELECT ?part ?whole { ?part org:hasMembership/org:organization ?whole . }
"""
_ADDING = "SELECT ?unit { ?unit rec:addsUp true . }"
_SYMBOLS = "SELECT ?unit ?symbol { ?unit qudt:symbol ?symbol . }"
_UNNAMED = frozenset(("NUM", "UNITLESS"))
_MET_BY = "SELECT ?measure ?comparator { ?measure rec:metBy ?comparator . }"
# A claim whose words no source has but as a machine rewrote them.
_RESPUN = """
SELECT ?claim {
  ?page rec:attests ?claim ; rec:rendering code:respun .
  FILTER NOT EXISTS { ?page rec:retractedIn ?withdrawal . }
  FILTER NOT EXISTS {
    ?other rec:attests ?claim .
    FILTER NOT EXISTS { ?other rec:rendering code:respun . }
    FILTER NOT EXISTS { ?other rec:retractedIn ?otherWithdrawal . }
  }
}
"""
# The form that a claim has where another passed it on otherwise than it was said.
_ALTERED = """
SELECT ?claim ?original {
  ?judgement a rec:Judgement ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?claim ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> rec:alters ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?original .
  FILTER NOT EXISTS { ?judgement rec:retractedIn ?withdrawal . }
}
"""
# Of what a curator judged so, it is not left to the figures whether they conflict.
_RELATED = """
SELECT ?one ?other {
  ?judgement a rec:Judgement ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?one ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?relation ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?other .
  FILTER (?relation IN (rec:alters, rec:contradicts, rec:repeats, rec:supersedes))
  FILTER NOT EXISTS { ?judgement rec:retractedIn ?withdrawal . }
}
"""
_HEDGED = "SELECT DISTINCT ?claim { ?claim a rec:Claim ; rec:hedge ?words . }"
_AUTHORITIES = "SELECT ?claim ?other { ?claim a rec:Claim ; rec:onAuthorityOf ?other . }"
_NAMED_BY = tuple(
    ox.NamedNode(iri)
    for iri in ("http://www.w3.org/2004/02/skos/core#prefLabel", "https://schema.org/name")
)
_FORMS = """
SELECT ?claim ?other { ?claim <http://www.w3.org/ns/prov#alternateOf> ?other . }
"""

Wider = Mapping[str, frozenset[str]]
"""Each thing with itself and all that it is part of."""

_ABILITIES = frozenset(("capacity", "stated-capacity"))
"""Measures per period that hold at a moment, too."""

_MONTH = 31
_QUARTER = 93
_FIRST_PART = 4
"""Part of a time in which little of it is over."""
_SUMS = frozenset(("output", "refurbished-output", "delivery", "export", "consumption"))

_STATES = frozenset(("asserted", "possible"))
_TARGETS = frozenset(("targeted", "promised"))
_PLANS = _TARGETS | {"conditional", "projected"}


class Kind(StrEnum):
    """How a figure is put forward, as far as it matters to what is concluded from it."""

    STATE = "state"
    """Put forward as so."""
    ESTIMATE = "estimate"
    """Projected by an outsider for a time that has begun: what is so, as far as one can see."""
    PLAN = "plan"
    """Expected, planned or promised, also under a condition."""
    DENIAL = "denial"
    """Said not to be so."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A series of figures: what is measured, of what, whose, against whom, for whom.

    Each is read once, so that it is the same as itself only.
    """

    iri: str
    scope: dict[str, str]
    """Value of each property that it has, by the property's local name."""
    line: str
    """The series that represents all whose figures are compared as if they were of one."""
    aim: str = ""
    """By what a plan is met: `ge`, at least as much, or `le`, at most; empty if by neither."""
    symbol: str = ""
    """The symbol of its unit, for sentences; empty of counts and ratios."""
    adds_up: bool = False
    """Whether amounts of its unit add up."""
    names: dict[str, str] = field(default_factory=dict)
    """What each property's value is called, for sentences."""

    @property
    def measure(self) -> str:
        """The measure's local name."""
        return local(self.scope["measure"])

    @property
    def is_growth(self) -> bool:
        """Whether it sets its bearer against itself at an earlier time."""
        return self.scope.get("versus") == self.scope["bearer"]

    @property
    def is_share(self) -> bool:
        """Whether it sets its bearer against what is not its own earlier level."""
        return "versusMeasure" in self.scope or not self.is_growth


@dataclass(frozen=True, slots=True)
class ClaimedFigure:
    """A claimed figure; values are on the footing of its series (`rec:comparableValue`)."""

    iri: str
    claim: str
    kind: Kind
    series: Series
    unit: str
    per: str
    """Period that the values are per, as an xsd:duration; empty for none."""
    comparator: str
    stated: Decimal | None
    """The value as it was said, before any conversion."""
    period: int | None
    """Days of the period that it was stated per."""
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    said: Span
    valid: Span
    """The time that it is about."""
    since: Span | None
    """The time that growth is counted from."""
    speakers: frozenset[str]
    bodies: frozenset[str]
    """The speakers, and the organisations that they belong to."""
    is_conditional: bool
    """Whether it was put forward under a condition."""
    names: str
    """Names of the speakers, for sentences."""
    is_forecast: bool = False
    """Whether an outsider expects it, and it is not the bearer's own plan."""
    is_target: bool = False
    """Whether it is what the bearer plans or promises, whoever tells of it."""
    is_of_its_bearer: bool = False
    """Whether it is put forward by whom it is about, or by one of its members."""
    is_respun: bool = False
    """Whether its words are on record only as a machine rewrote them."""
    is_altered: bool = False
    """Whether a curator judged that its claim is another one, altered on the way."""
    is_hedged: bool = False
    """Whether it is put forward with a hedge, or as possible only."""
    is_possible: bool = False
    """Whether it is put forward as possible only: what could be."""
    is_read: bool = False
    """Whether a curator had to read into its words what they leave open, such as the period."""
    other_measure: str = ""
    """What its words can measure besides, for sentences; empty if they settle it."""
    is_of_a_rough_time: bool = False
    """Whether it is about another time than that of saying, which is approximate (EDTF's `~`)."""
    is_of_an_inferred_time: bool = False
    """Whether its own words leave its time to what stands around them, and it is not the saying."""
    is_said_roughly: bool = False
    """Whether the day on which it was said is approximate (EDTF's `~`)."""
    is_of_an_unknown_year: bool = False
    """Whether it is about a month or season of which the year is not known."""
    authorities: frozenset[str] = frozenset()
    """On whose word it is passed on."""
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    """The range as it was said; `low` and `high` are what it is compared by."""
    said_in_words: str = ""
    """The time of saying, for sentences; empty if nothing is known of it."""
    valid_in_words: str = ""
    """The time that it is about, with the source's words where it is not a plain one."""
    since_in_words: str = ""
    """The time that growth is counted from."""

    @property
    def nominal(self) -> Decimal | None:
        """The value, the middle of a range, or else the bound."""
        if self.value is not None:
            return self.value
        if self.range_low is not None and self.range_high is not None:
            return (self.range_low + self.range_high) / 2
        return self.high if self.low is None else self.low

    @property
    def saying(self) -> tuple[date, str]:
        """By what figures are put in the order of saying."""
        return self.said.first or date.min, self.iri

    @property
    def is_bound(self) -> bool:
        """Whether it is open to one side: *more than*, *at most*."""
        return self.low is None or self.high is None

    @property
    def is_of_the_moment(self) -> bool:
        """Whether it is about the time at which it was said."""
        return self.valid == self.said

    @property
    def is_vague(self) -> bool:
        """Whether its time is longer than what it is stated per, so that it may be any part of it.

        14,000 a month at some time in 2023 is vague; two million a year in 2023 is not.
        """
        days = self.valid.days
        if days is not None:
            return days > max(self.period or 0, _QUARTER) + 2
        first, said = self.valid.first, self.said.first
        return not (first and said and (said - first).days <= 31)

    @property
    def is_sum(self) -> bool:
        """Whether it is what came together over its time, and not what there is at a moment."""
        return not self.per and self.series.measure in _SUMS

    @property
    def is_of_a_short_time(self) -> bool:
        """Whether it is about a time of two months at most."""
        days = self.valid.days
        return days is not None and days <= 2 * _MONTH

    @property
    def is_of_a_span(self) -> bool:
        """Whether it is what came together from one known day to another.

        A sum of a day or month is one up to then, from a time that is not said.
        """
        return self.is_sum and self.valid.days is not None and self.valid.days > _MONTH

    def runs_on_beside(self, part: "ClaimedFigure") -> bool:
        """Return whether it is a sum of all the time up to an end, and the other of one time.

        Of the first it is not known when it begins.
        """
        is_of_all = self.is_sum and "versus" not in self.series.scope and self.valid.first is None
        return is_of_all and not self.is_of_the_moment and part.is_of_a_span

    @property
    def known_for(self) -> Span:
        """The time that it can be known of: what is so from a day on is known until it is said."""
        first, last = self.valid
        said = self.said.last
        if last is None and first and said and first <= said:
            return Span(first, said)
        return self.valid

    @property
    def due(self) -> Span:
        """The time at which it is to be so: of a plan from a later time on, its beginning."""
        first, last = self.valid
        if last is None and first and self.said.last and self.said.last < first:
            return Span(first, first)
        return self.valid

    @property
    def names_its_time(self) -> bool:
        """Whether it is about another time than that from the saying on."""
        return self.is_of_an_unknown_year or None not in self.due

    @property
    def is_rate(self) -> bool:
        """Whether it is a flow per period, which one part of a period can have and another not."""
        return bool(self.per) and self.series.measure not in _ABILITIES

    @property
    def is_ability(self) -> bool:
        """Whether it is what can be made per period, which holds at each moment of a time."""
        return bool(self.per) and self.series.measure in _ABILITIES

    @property
    def is_of_a_guessed_day(self) -> bool:
        """Whether it is about the time of saying, of which no more is known than a year or an end.

        A day from which on it was said is known well enough.
        """
        days = self.said.days
        is_known = self.said.first is not None if days is None else days <= _QUARTER
        return self.is_of_the_moment and not is_known

    @property
    def is_passed_on(self) -> bool:
        """Whether it is told on another's word."""
        return bool(self.authorities - self.speakers)

    @property
    def is_prospect(self) -> bool:
        """Whether it is what could be some time from the saying on, and not what is so."""
        (first, last), said = self.valid, self.said.first
        return self.is_possible and bool(first and said and first >= said) and last is None

    @property
    def is_told_after_its_time(self) -> bool:
        """Whether it is told of when its time has come: what was once planned for then."""
        return bool(self.valid.last and self.said.first and self.valid.last <= self.said.first)


def read_figures(store: AskedStore) -> list[ClaimedFigure]:
    """Return the figures of all claims that are neither retracted nor taken back.

    Figures of questions, and of what a speaker neither confirms nor knows, are nobody's and are
    left out.
    """
    series = read_series(store)
    members = pairs(store, _MEMBERS)
    respun = {row["claim"] for row in rows(store, _RESPUN)}
    hedged = {row["claim"] for row in rows(store, _HEDGED)}
    authorities = pairs(store, _AUTHORITIES)
    speakers: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows(store, _SPEAKERS):
        speakers[row["claim"]].setdefault(row["speaker"], row.get("name", "somebody"))
    figures: dict[str, ClaimedFigure] = {}
    for row in rows(store, _FIGURES):
        names = speakers[row["claim"]]
        bodies = frozenset(reachable(set(names), members))
        of = series.get(row["series"])
        if of is None or row["figure"] in figures:
            continue
        said = span(row, "said_first", "said_last")
        valid = span(row, "from", "to")
        modality = local(row["modality"])
        is_insider = of.scope["bearer"] in bodies
        kind = _kind(modality, said, valid, is_insider, days(row.get("over")))
        if kind is None:
            continue
        figures[row["figure"]] = replace(
            figure_of(row, of),
            kind=kind,
            said=said,
            is_conditional=modality == "conditional",
            speakers=frozenset(names),
            bodies=bodies,
            names=" and ".join(sorted(names.values())),
            is_forecast=kind is Kind.PLAN and modality == "projected" and not is_insider,
            is_target=modality in _TARGETS,
            is_of_its_bearer=is_insider,
            is_respun=row["claim"] in respun,
            is_hedged=row["claim"] in hedged or modality == "possible",
            is_possible=modality == "possible",
            is_read="reading" in row,
            other_measure=_name(store, row["other_measure"]) if "other_measure" in row else "",
            is_of_a_rough_time="~" in row.get("of", "") and said != valid,
            is_of_an_inferred_time=local(row.get("of_basis", "")) == "inferred-context"
            and "of_words" not in row
            and said != valid,
            is_said_roughly="~" in row.get("said_on", ""),
            authorities=frozenset(authorities.get(row["claim"], ())),
            said_in_words=in_words(row["said_on"]) if "said_on" in row else "",
        )
    altered = _altered(figures.values(), pairs(store, _ALTERED))
    return [
        replace(figure, is_altered=True) if iri in altered else figure
        for iri, figure in sorted(figures.items())
    ]


def figure_of(row: dict[str, str], series: Series) -> ClaimedFigure:
    """Return the figure of a solution of `FIGURE`, as a state of which nobody is the speaker."""
    has_baseline = "since_first" in row or "since_last" in row
    return ClaimedFigure(
        iri=row["figure"],
        claim=row["claim"],
        kind=Kind.STATE,
        series=series,
        unit=row.get("unit", ""),
        per=row.get("per", ""),
        comparator=local(row["comparator"]),
        stated=number(row, "stated"),
        period=days(row.get("over")),
        value=number(row, "value"),
        low=number(row, "low"),
        high=number(row, "high"),
        said=Span(None, None),
        valid=span(row, "from", "to"),
        since=span(row, "since_first", "since_last") if has_baseline else None,
        speakers=frozenset(),
        bodies=frozenset(),
        is_conditional=False,
        names="",
        is_of_an_unknown_year=row.get("of", "").startswith("XXXX-"),
        range_low=number(row, "range_low"),
        range_high=number(row, "range_high"),
        valid_in_words=time_in_words(row.get("of", ""), row.get("of_words", "")),
        since_in_words=in_words(row.get("since_on", "")),
    )


def _altered(figures: Iterable[ClaimedFigure], originals: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the figures that are altered, of claims that are another one's, altered on the way.

    Where the other one gives some of them otherwise, for the same time, it is those; else any may
    be.
    """
    of_claim: dict[str, list[ClaimedFigure]] = defaultdict(list)
    for figure in figures:
        of_claim[figure.claim].append(figure)
    found: set[str] = set()
    for claim, others in originals.items():
        given = [figure for other in others for figure in of_claim[other]]
        known = [figure for figure in of_claim[claim] if _is_otherwise(figure, given)]
        found.update(figure.iri for figure in known or of_claim[claim])
    return found


def _is_otherwise(figure: ClaimedFigure, given: Iterable[ClaimedFigure]) -> bool:
    """Return whether one of the figures `given` is of the same and of its time, and another."""
    return any(
        other.series.line == figure.series.line
        and not other.valid.gap(figure.valid)
        and (other.nominal, other.comparator) != (figure.nominal, figure.comparator)
        for other in given
    )


def read_series(store: AskedStore) -> dict[str, Series]:
    """Return the series by IRI, those of one line with the same `line`."""
    lines = pairs(store, _LINES)
    both: dict[str, set[str]] = defaultdict(set)
    for one, others in lines.items():
        for other in others:
            both[one].add(other)
            both[other].add(one)
    scopes: dict[str, dict[str, str]] = {}
    alike: dict[frozenset[tuple[str, str]], str] = {}
    for row in rows(store, _SERIES):
        iri = row["series"]
        scopes[iri] = {name: value for name, value in row.items() if name != "series"}
        # Two series of one scope are one series by two names.
        other = alike.setdefault(frozenset(scopes[iri].items()), iri)
        both[iri].add(other)
        both[other].add(iri)
    aims = {**_known_aims(), **_aims(store)}
    symbols = {
        row["unit"]: row["symbol"]
        for row in rows(store, _SYMBOLS)
        if local(row["unit"]) not in _UNNAMED
    }
    adding = {row["unit"] for row in rows(store, _ADDING)}
    names = {value: _name(store, value) for scope in scopes.values() for value in scope.values()}
    return {
        iri: Series(
            iri,
            scope,
            min(reachable({iri}, both)),
            aims.get(scope["measure"], ""),
            symbols.get(scope["unit"], ""),
            scope["unit"] in adding,
            {name: names[value] for name, value in scope.items()},
        )
        for iri, scope in scopes.items()
    }


def _name(store: AskedStore, value: str) -> str:
    """Return what something is called: an English name, or else the last part of its IRI."""
    if ":" in value:
        for name in _NAMED_BY:
            for quad in store.quads_for_pattern(ox.NamedNode(value), name, None):
                label = quad.object
                if isinstance(label, ox.Literal) and (label.language or "").startswith("en"):
                    return label.value
    return local(value)


def _aims(store: AskedStore) -> dict[str, str]:
    return {row["measure"]: local(row["comparator"]) for row in rows(store, _MET_BY)}


@cache
def _known_aims() -> dict[str, str]:
    """Return the aims of the measures that come with the ontology; they are read once."""
    store = ox.Store()
    store.load(path=ONTOLOGY / "codes.ttl", format=ox.RdfFormat.TURTLE)
    return _aims(store)


def read_wider(store: AskedStore) -> tuple[Wider, Wider]:
    """Return all that each product is a kind of, and all that each bearer is a part of."""
    return tuple(  # type: ignore[return-value]
        {each: frozenset(reachable({each}, steps)) for each in steps}
        for steps in (pairs(store, _BROADER), pairs(store, _PARTS))
    )


def read_kin(store: AskedStore) -> set[tuple[str, str]]:
    """Return the pairs of kindred series."""
    return {(one, other) for one, others in pairs(store, _KIN).items() for other in others}


def read_judged_kin(store: AskedStore) -> set[tuple[str, str]]:
    """Return the pairs of series that a curator judged to be kindred, either way round."""
    judged = {(row["one"], row["other"]) for row in rows(store, _JUDGED_KIN)}
    return judged | {(other, one) for one, other in judged}


def read_alike(
    store: AskedStore, measures: Container[str] | None = None
) -> frozenset[frozenset[str]]:
    """Return the pairs of bearers of whom a curator took figures for one line.

    With `measures`, only those of whom figures of these measures are.
    """
    bearers: dict[str, set[str]] = defaultdict(set)
    for series in read_series(store).values():
        if measures is None or series.measure in measures:
            bearers[series.line].add(series.scope["bearer"])
    return frozenset(frozenset(pair) for each in bearers.values() for pair in combinations(each, 2))


def read_related(store: AskedStore) -> set[frozenset[str]]:
    """Return the pairs of claims of which a curator judged what the one is to the other.

    That is, that it alters, contradicts, repeats or supersedes it.
    """
    return {frozenset((row["one"], row["other"])) for row in rows(store, _RELATED)}


def read_other_forms(store: AskedStore) -> set[frozenset[str]]:
    """Return the pairs of claims that are forms of one claim."""
    return {
        frozenset((one, other)) for one, others in pairs(store, _FORMS).items() for other in others
    }


def _kind(
    modality: str, said: Span, valid: Span, is_insider: bool, period: int | None
) -> Kind | None:
    if modality in _STATES:
        return Kind.STATE
    if modality == "denied":
        return Kind.DENIAL
    if modality not in _PLANS:
        return None
    # A time without an end is that of a forecast which names none, and need not have begun.
    has_begun = bool(valid.last and valid.first and said.last and valid.first <= said.last)
    if modality == "projected" and has_begun and not is_insider:
        return Kind.PLAN if _is_to_come(said, valid, period) else Kind.ESTIMATE
    return Kind.PLAN


def _is_to_come(said: Span, valid: Span, period: int | None) -> bool:
    """Return whether a rate per less than its time is expected when little of that is over.

    80 a month in a year, said in February, is what is to be had by the end of it.
    """
    whole = valid.days
    if period is None or whole is None or period >= whole or valid.first is None:
        return False
    return said.last is not None and said.last <= valid.first + timedelta(whole // _FIRST_PART)
