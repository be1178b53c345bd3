"""Figures of a synthetic collection, and the series, products and bearers that they are of."""

from collections import defaultdict
from datetime import date
from random import Random
from typing import NamedTuple

from onrecord.records.synthesis.record_files import BASE
from onrecord.records.synthesis.recurrence import Recurrence, drawn

MADE = "rec:recordedIn curation:synthesis .\n"
REASON = 'rec:reason "Made up."@en'

_KINDS = {"count": 48, "money": 11, "growth": 12, "ratio": 12, "rates": 7, "share": 7}
"""How many series of a hundred are of what kind; all numbers here are those of the bundled data."""
_UNITS = {"count": "NUM", "money": "CCY_EUR", "share": "PERCENT"}
_MEASURES = {"output": 105, "capacity": 33, "delivery": 32, "consumption": 11, "pledge": 6,
             "stock": 6, "order": 6, "need": 4, "shortfall": 2}  # fmt: skip
_COMPARATORS = {"eq": 387, "approx": 101, "gt": 68, "lt": 28, "le": 23, "ge": 18, "nearly": 11,
                "just-over": 3}  # fmt: skip
_PERIODS = {"P1Y": 180, "P1M": 90, "P3M": 24, "": 330}


class SyntheticFigure(NamedTuple):
    """A figure as its claim gives it."""

    words: str
    series: str
    comparator: str
    value: str
    more: str
    """Period, baseline and the time that it is for, where it has them."""

    def turtle(self) -> str:
        """Return it as the value of `rec:quantity`."""
        return (
            f"[ rec:inSeries {self.series} ; rec:comparator code:{self.comparator} ; {self.value} ;"
            f'{self.more} rec:asStated "{self.words}" ]'
        )


class FiguresOfTopics:
    """Gives figures of a topic, mostly of series that it has had before."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.bearers = Recurrence(chance, 0.5, 4)
        self._of_topic: dict[int, Recurrence] = defaultdict(lambda: Recurrence(chance, 0.75, 2))
        self._products: dict[int, Recurrence] = defaultdict(lambda: Recurrence(chance, 0.6, 1))
        self._series: dict[tuple[int, int], tuple[str, str, float]] = {}
        self._scopes: set[tuple[object, ...]] = set()
        self.series: list[str] = []
        """The record of each series."""
        self.products: dict[str, str] = {}
        """The record of each product, by its name."""

    def next(self, topic: int, day: date) -> SyntheticFigure:
        """Return a figure that was said on a day."""
        chance = self._chance
        key = topic, self._of_topic[topic].next()
        if key not in self._series:
            self._series[key] = self._new_series(topic)
        name, kind, level = self._series[key]
        level *= (1 + 0.15 * (day.year - 2016)) * chance.lognormvariate(0, 0.35)
        if kind in ("count", "money"):
            step = 10 ** max(len(str(int(level))) - 2, 0)
            value: float = max(int(level) // step * step, 1)
        else:
            value = max(round(level, 1), 0.1)
        comparator = drawn(chance, _COMPARATORS)
        if comparator in ("eq", "approx") and chance.random() < 0.05:
            number = f"rec:low {value} ; rec:high {value + value}"
        else:
            number = f"qudt:numericValue {value}"
        return SyntheticFigure(
            f"{value} of {name.partition(':')[2]}",
            name,
            comparator,
            number,
            self._more(kind, day),
        )

    def _more(self, kind: str, day: date) -> str:
        chance = self._chance
        more = ""
        period = drawn(chance, _PERIODS) if kind == "count" else ""
        if period:
            more += f' rec:over "{period}"^^xsd:duration ;'
        if kind == "rates":
            more += ' rec:over "P3M"^^xsd:duration ; rec:versusOver "P1Y"^^xsd:duration ;'
        if kind == "growth":
            since = day.year - chance.randint(1, 3)
            more += f" rec:baseline {dated(str(since), 'inferred-context')} ;"
        if chance.random() < 0.15:
            year = day.year + (chance.random() < 0.3)
            more += f" rec:validFor {dated(str(year), 'curator')} ;"
        return more

    def _new_series(self, topic: int) -> tuple[str, str, float]:
        """Describe a series that no other one is like; return its name, kind and first level."""
        chance = self._chance
        kind = drawn(chance, _KINDS)
        while True:
            product, bearer = self._product(topic), self.bearers.next()
            versus = recipient = None
            if kind == "growth":
                versus = bearer
            elif kind not in _UNITS or kind == "share":
                versus = self.bearers.next()
            elif chance.random() < 0.25:
                recipient = self.bearers.next()
            measure = drawn(chance, _MEASURES)
            scope = kind == "rates", measure, product, bearer, versus, recipient, _UNITS.get(kind)
            is_possible = kind == "growth" or bearer not in (versus, recipient)
            if is_possible and scope not in self._scopes:
                break
        self._scopes.add(scope)
        name = f"series:s{len(self.series)}"
        other = f" rec:versus actor:bearer-{versus} ;" if versus is not None else ""
        other += f" rec:recipient actor:bearer-{recipient} ;" if recipient is not None else ""
        self.series.append(
            f'{name} a rec:Series ; rdfs:label "{kind} of {measure} {len(self.series)}"@en ; '
            f"rec:measure code:{measure} ; rec:product {product} ; rec:bearer actor:bearer-{bearer}"
            f" ;{other} qudt:hasUnit unit:{_UNITS.get(kind, 'UNITLESS')} ; {MADE}"
        )
        levels = {"count": (3, 6), "money": (6, 9), "share": (0.5, 1.8)}
        return name, kind, 10 ** chance.uniform(*levels.get(kind, (0, 0.8)))

    def _product(self, topic: int) -> str:
        """Return what is counted, a kind of what was counted before on the same topic."""
        number = self._products[topic].next()
        name = f"product:p{topic}-{number}"
        if name not in self.products:
            wider = f" skos:broader product:p{topic}-{(number - 1) // 3} ;" if number else ""
            self.products[name] = concept(name, f"product {number} of topic {topic}", wider)
        return name


def dated(text: str, basis: str, more: str = REASON) -> str:
    """Return a time span of a basis, with a reason or what replaces it."""
    return f'[ dcterms:date "{text}"^^edtf:EDTF ; rec:basis code:{basis} ; {more} ]'


def concept(name: str, label: str, more: str = "", kind: str = "skos:Concept") -> str:
    """Return the record of a topic or a product."""
    scheme = name.partition(":")[0]
    return (
        f'{name} a {kind} ; skos:inScheme <{BASE}{scheme}> ; skos:prefLabel "{label}"@en ; '
        f'skos:definition "Made up."@en ;{more} {MADE}'
    )
