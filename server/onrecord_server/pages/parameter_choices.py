"""Choices for parameters of saved queries whose value is a thing of a class."""

from dataclasses import dataclass
from difflib import get_close_matches

import pyoxigraph as ox

from onrecord.rdf.namespaces import PREFIXES
from onrecord.releases.release import Release
from onrecord.releases.saved_query import Parameter, ParameterError, Query, term_of
from onrecord_server.pages.page_queries import address, base_of, exists, select
from onrecord_server.sparql.endpoint import Endpoint

MOST_LISTED = 1000
"""Maximum size of a class that is listed; of a larger one only the number is given."""

_SHOWN = 8
"""Number of choices in an error message."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Things of a class."""

    number: int
    things: dict[str, str]
    """Label of each thing by its IRI relative to the base, in the order of the labels; empty if
    there are more than MOST_LISTED."""
    address: str
    """Address of the full list."""


def choices(endpoint: Endpoint, release: Release, of: str) -> Choices:
    """Return the things of a class, given as a prefixed name."""
    kind = _kind(of)
    base = base_of(release)
    ((number,),) = select(endpoint, release, "member-count", kind=kind)
    count = int(number.value) if isinstance(number, ox.Literal) else 0
    listed = select(endpoint, release, "choices", kind=kind) if count <= MOST_LISTED else []
    things = {
        thing.value.removeprefix(base): label.value
        for thing, label in listed
        if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
    }
    return Choices(count, things, address(release, "members", kind=kind))


def refuse_unknown(
    endpoint: Endpoint, release: Release, query: Query, values: dict[str, str]
) -> None:
    """Raise ParameterError if a value is not a thing of its parameter's class."""
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
