"""Choices: what a reader may choose from where a saved query's parameter is a thing of a class."""

from dataclasses import dataclass
from difflib import get_close_matches

import pyoxigraph as ox

from onrecord.rdf.namespaces import PREFIXES
from onrecord.releases.release import Release
from onrecord.releases.saved_query import Parameter, ParameterError, Query, term_of
from onrecord_server.pages.page_queries import address, base_of, exists, select
from onrecord_server.sparql.endpoint import Endpoint

MOST = 1000
"""With how many things a class is offered as a list; with more it is counted and not listed."""

_SHOWN = 8
"""How many choices a refusal names."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The things of a class."""

    number: int
    things: dict[str, str]
    """All of them, short under the base of the release, and what they are called, in the order of
    their labels; empty if there are more than MOST."""
    address: str
    """Where they are listed, however many there are."""


def choices(endpoint: Endpoint, release: Release, of: str) -> Choices:
    """Return the things of a class, given as a prefixed name."""
    kind = _kind(of)
    base = base_of(release)
    ((number,),) = select(endpoint, release, "member-count", kind=kind)
    count = int(number.value) if isinstance(number, ox.Literal) else 0
    listed = select(endpoint, release, "choices", kind=kind) if count <= MOST else []
    things = {
        thing.value.removeprefix(base): label.value
        for thing, label in listed
        if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
    }
    return Choices(count, things, address(release, "members", kind=kind))


def refuse_unknown(
    endpoint: Endpoint, release: Release, query: Query, values: dict[str, str]
) -> None:
    """Raise ParameterError where a value is no thing of its parameter's class."""
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if parameter.of and value:
            thing = str(term_of(parameter, value, base_of(release)))
            if not exists(endpoint, release, thing, _kind(parameter.of)):
                known = choices(endpoint, release, parameter.of)
                raise ParameterError(_not_one_of(parameter, value, known))


def _kind(of: str) -> str:
    prefix, _, local = of.partition(":")
    return PREFIXES[prefix] + local


def _not_one_of(parameter: Parameter, value: str, known: Choices) -> str:
    what = f"{parameter.name}: {value!r} is no {parameter.of} of this release"
    if not known.number:
        return f"{what}; it has none"
    if not known.things:
        return f"{what}; there are {known.number:,}, listed at {known.address}"
    near = get_close_matches(value, known.things, _SHOWN, cutoff=0.3)
    near = near or list(known.things)[:_SHOWN]
    listed = ", ".join(near) + (", …" if len(known.things) > len(near) else "")
    return f"{what}; there are: {listed}; all of them are in /openapi.json"
