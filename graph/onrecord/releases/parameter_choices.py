"""Choices for parameters of saved queries whose value is a thing of a class.

The command line, the Python interface and the server refuse the same values with the same words.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.saved_query import (
    Parameter,
    ParameterError,
    Query,
    bind,
    read_query,
    term_of,
)

MOST_LISTED = 1000
"""Maximum size of a class that is listed; of a larger one only the number is given."""

_SHOWN = 8
"""Number of choices in an error message."""
_NEAR = 50
"""Likeness from which a name is near, of 100 (what the two have in common in order)."""

_QUERIES = Path(__file__).parent / "queries"

AllRows = Callable[[str], Sequence[ResultRow]]
"""Function from a SELECT to all of its rows."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Things of a class."""

    number: int
    things: dict[str, str]
    """Label of each thing by its IRI relative to the base, in the order of the labels; empty if
    there are more than MOST_LISTED."""
    address: str = ""
    """Address of the full list, if a server has one."""


class UnknownValueError(ParameterError):
    """A value of a parameter is no thing of its class."""

    def __init__(
        self, message: str, parameter: Parameter, value: str, near: Mapping[str, str]
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.value = value
        self.near = near
        """Labels of the nearest things by their IRIs relative to the base, the nearest first."""


def choices(of: str, base: str, all_rows: AllRows, address: str = "") -> Choices:
    """Return the things of a class, given as a prefixed name."""
    kind = class_iri(of)
    # Counting the things of a large release takes long; one of an older version does not say.
    stated = all_rows(_text("member-count-stated", base, kind=kind))
    ((number,),) = stated or all_rows(_text("member-count", base, kind=kind))
    count = int(number.value) if isinstance(number, ox.Literal) else 0
    listed = all_rows(_text("choices", base, kind=kind)) if count <= MOST_LISTED else []
    named = [
        (thing.value, label.value)
        for thing, label in listed
        if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
    ]
    return Choices(count, _by_label(named, base), address)


def choices_in_tables(
    of: str, base: str, tables: sqlite3.Connection, address: str = ""
) -> Choices | None:
    """Return the same from the tables of a release; None for a class of which these have nothing.

    A thing with several labels is counted once.
    """
    kind = (class_iri(of),)
    text = "SELECT count(DISTINCT thing) FROM choice WHERE class = ?"
    count = int(tables.execute(text, kind).fetchone()[0])
    if not count:
        return None
    text = "SELECT thing, label FROM choice WHERE class = ?"
    listed = tables.execute(text, kind) if count <= MOST_LISTED else ()
    return Choices(count, _by_label(listed, base), address)


def _by_label(named: Iterable[tuple[str, str]], base: str) -> dict[str, str]:
    things: dict[str, str] = {}
    for label, thing in sorted((label, thing) for thing, label in named):
        things.setdefault(thing.removeprefix(base), label)
    return things


def refuse_unknown(
    query: Query,
    values: Mapping[str, str],
    base: str,
    all_rows: AllRows,
    choices_of: Callable[[str], Choices] | None = None,
) -> None:
    """Raise UnknownValueError with the nearest names if a value is no thing of its class.

    `choices_of` gives the things of a class where they are known already, as by a server.
    """
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if parameter.of and value:
            thing = str(term_of(parameter, value, base))
            known = choices_of(parameter.of) if choices_of else None
            if known and thing.removeprefix(base) in known.things:
                continue
            if not all_rows(_text("member", base, thing=thing, kind=class_iri(parameter.of))):
                known = known or choices(parameter.of, base, all_rows)
                raise _unknown(parameter, value, base, known)


def class_iri(of: str) -> str:
    """Return the IRI of a class, given as a prefixed name."""
    prefix, _, local = of.partition(":")
    return PREFIXES[prefix] + local


def _text(name: str, base: str, **values: str) -> str:
    return bind(_own_query(name), values, base)


@cache
def _own_query(name: str) -> Query:
    return read_query(_QUERIES / f"{name}.rq")


def _unknown(parameter: Parameter, value: str, base: str, known: Choices) -> UnknownValueError:
    what = f"{parameter.name}: {value!r} is no {parameter.of} of this release"
    where = f", listed at {known.address}" if known.address else ""
    if not known.number:
        return UnknownValueError(f"{what}; it has none", parameter, value, {})
    if not known.things:
        said = f"{what}; there are {known.number:,}{where}"
        return UnknownValueError(said, parameter, value, {})
    # What many begin with, such as `topic/`, makes none of them nearer, but these come first.
    kind, slash, slug = value.removeprefix(base).rpartition("/")
    names = {thing.rpartition("/")[2]: thing for thing in known.things}
    alike = process.extract(slug, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_SHOWN)
    near = [names[name] for name, _, _ in alike]

    def is_of_other_kind(thing: str) -> bool:
        return not thing.startswith(kind + slash)

    near.sort(key=is_of_other_kind)
    shown = near or sorted(known.things, key=is_of_other_kind)[:_SHOWN]
    begin = "the nearest are" if near else "there are"
    if len(shown) == len(known.things):
        begin = "there are"
    listed = ", ".join(shown) + (", …" if len(known.things) > len(shown) else "")
    where = "; all of them are in /openapi.json" if known.address else ""
    said = f"{what}; {begin}: {listed}{where}"
    return UnknownValueError(said, parameter, value, {each: known.things[each] for each in near})
