"""Choices: what a reader may choose from where a saved query's parameter is a thing of a class."""

from difflib import get_close_matches

import pyoxigraph as ox

from onrecord.namespaces import PREFIXES
from onrecord.query import Parameter, ParameterError, Query
from onrecord.release import Release
from onrecord_server.catalogue import base_of, select
from onrecord_server.endpoint import Endpoint

Choices = dict[str, str]
"""Values, short under the base of the release, and what they are called."""

_SHOWN = 8
"""How many choices a refusal names."""


def choices(endpoint: Endpoint, release: Release, of: str) -> Choices:
    """Return the things of a class, given as a prefixed name, in the order of their labels."""
    prefix, _, local = of.partition(":")
    base = base_of(release)
    return {
        thing.value.removeprefix(base): label.value
        for thing, label in select(endpoint, release, "choices", kind=PREFIXES[prefix] + local)
        if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal)
    }


def refuse_unknown(
    endpoint: Endpoint, release: Release, query: Query, values: dict[str, str]
) -> None:
    """Raise ParameterError where a value is no thing of its parameter's class."""
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if parameter.of and value:
            known = choices(endpoint, release, parameter.of)
            if value.removeprefix(base_of(release)) not in known:
                raise ParameterError(_not_one_of(parameter, value, known))


def _not_one_of(parameter: Parameter, value: str, known: Choices) -> str:
    near = get_close_matches(value, known, _SHOWN, cutoff=0.3) or list(known)[:_SHOWN]
    listed = ", ".join(near) + (", …" if len(known) > len(near) else "")
    return (
        f"{parameter.name}: {value!r} is no {parameter.of} of this release; "
        f"there are: {listed}; all of them are in /openapi.json"
    )
