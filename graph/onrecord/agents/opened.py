"""An opened release as an assistant meets it: its name, its title, and short names for IRIs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

import pyoxigraph as ox

from onrecord.files.http_client import (
    Credentials,
    ExchangeError,
    HttpRequest,
    RedirectError,
    exchange,
)
from onrecord.releases.dumps import prefixes_for
from onrecord.releases.open import OpenRelease, ServedRelease
from onrecord.releases.release import Release
from onrecord.releases.remote.sparql_client import StoreError
from onrecord.releases.remote.sparql_endpoint import SparqlEndpoint

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Opened:
    """A release under one name, also behind a server that may get a newer one meanwhile."""

    release: OpenRelease
    name: str
    """Empty if the endpoint is not an onrecord server."""

    @property
    def head(self) -> dict[str, object]:
        """What each reply begins with."""
        return {"release": self.name or "the endpoint names none"}

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that a query need not declare."""
        return prefixes_for(self.release.base)

    @property
    def folder(self) -> Release | None:
        """The folder of the release, if it is here."""
        place = self.release.place
        if isinstance(place, ServedRelease):
            return place.release
        return place if isinstance(place, Release) else None

    def short(self, iri: str) -> str:
        """Return an IRI as every query takes it: with a prefix, or relative to the base.

        Any other stays as it is.
        """
        best = max(
            ((len(space), prefix, space) for prefix, space in self.prefixes.items()
             if iri.startswith(space) and _LOCAL.fullmatch(iri[len(space):])),
            default=None,
        )  # fmt: skip
        if best:
            return f"{best[1]}:{iri[best[0] :]}"
        base = self.release.base
        return f"<{iri[len(base) :]}>" if base and iri.startswith(base) and iri != base else iri

    def whole(self, name: str) -> str:
        """Return a prefixed name, or one in angle brackets, as an IRI; anything else as it is."""
        name = name.strip()
        if name.startswith("<") and name.endswith(">"):
            return name[1:-1] if ":" in name else f"{self.release.base}{name[1:-1]}"
        prefix, colon, local = name.partition(":")
        space = self.prefixes.get(prefix)
        return f"{space}{local}" if colon and space and not local.startswith("//") else name

    def written(self, term: object) -> str | int | float | bool | None:
        """Return a term of an answer as a value of JSON, IRIs as prefixed names."""
        if isinstance(term, ox.NamedNode):
            return self.short(term.value)
        if isinstance(term, ox.Literal):
            return _plain(term)
        return None if term is None else str(term)


def opened(release: OpenRelease) -> Opened:
    """Return a release under its name; of a server, the newest one is asked for by its name."""
    place = release.place
    if not isinstance(place, SparqlEndpoint):
        folder = place.release if isinstance(place, ServedRelease) else place
        return Opened(release, folder.name)
    if place.release is None:
        found = server_json(place, "search.json", q="")
        name = str(found.get("release", "")) if found else ""
        if not name:
            return Opened(release, "")
        return Opened(replace(release, place=replace(place, release=name)), name)
    return Opened(release, place.release)


def server_json(place: SparqlEndpoint, path: str, **parameters: str) -> Mapping[str, object] | None:
    """Return what an onrecord server says at a path; None if there is no such path, so none is.

    Raises StoreError if it cannot be reached.
    """
    root = place.address.removesuffix("sparql")
    given = {**parameters, **({"release": place.release} if place.release else {})}
    request = HttpRequest("GET", f"{root}{path}?{urlencode(given)}")
    try:
        with exchange(request, Credentials(), place.timeout) as response:
            if response.status != 200 or response.media_type != "application/json":
                return None
            found = json.loads(response.content(_MOST_BYTES))
    except RedirectError:  # as a server that is not of this kind may do with any address
        return None
    except ExchangeError as error:
        raise StoreError(f"{root}{path}: {error}") from error
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _plain(term: ox.Literal) -> str | int | float | bool:
    kind = term.datatype.value.rpartition("#")[2]
    if kind == "boolean" and term.value in ("true", "false"):
        return term.value == "true"
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,15}", term.value):
        return int(term.value)
    if kind == "decimal" and re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", term.value):
        number = float(term.value)
        return int(number) if number.is_integer() else number
    return term.value
