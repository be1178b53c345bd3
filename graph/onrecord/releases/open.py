"""Opening a release: one in a folder, or one that a remote server serves, to be asked in Python."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import UsageError, nearest
from onrecord.files.bundled import BUNDLED_COLLECTION, QUERIES
from onrecord.files.paths import PathName, PathNames, paths_of
from onrecord.releases.claim import Claim, read_claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onrecord.rdf.oxigraph import ResultRow
    from onrecord.releases.comparison import Comparison
    from onrecord.releases.query_result import QueryResult
    from onrecord.releases.release import Release
    from onrecord.releases.remote.sparql_endpoint import SparqlEndpoint
    from onrecord.releases.saved_query import Query

Argument = str | int | float | Decimal | date | None
"""The value of a parameter; None for its default."""

_OWN = Path(__file__).parent / "queries"
_QUERY_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class UnknownNameError(UsageError):
    """There is no saved query or claim of a name."""


@dataclass(frozen=True, slots=True)
class ServedRelease:
    """A release as the server that serves it asks it, within the limits of a request."""

    release: "Release"
    admit: "Callable[[str], object]"
    """Function that raises OnRecordError for a query that is too long, too deep or not allowed."""
    ask: "Callable[[str], QueryResult]"
    hints: "Callable[[str], Sequence[str]]"
    """Function from a query that finds nothing to what may explain it."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenRelease:
    """A release that can be asked; `open` gives it."""

    place: "Release | SparqlEndpoint | ServedRelease"
    """The folder of the release, or the endpoint that serves it."""
    base: str
    """What the IRIs of its records begin with; empty if it has no claims."""

    def __repr__(self) -> str:
        from onrecord.releases.release import Release

        if isinstance(self.place, ServedRelease):
            return f"<OpenRelease {self.place.release.name}, served here>"
        if isinstance(self.place, Release):
            return f"<OpenRelease {self.place.name} in {self.place.path.parent}>"
        named = f"{self.place.release} " if self.place.release else ""
        return f"<OpenRelease {named}at {self.place.address}>"

    def query(self, query: str, /, **parameters: Argument) -> "QueryResult":
        """Ask a saved query by its name, or any query in SPARQL.

        Each parameter of a saved query has the Python value that fits its kind: a date a
        `datetime.date`, a number an int, a float or a Decimal, an IRI a str, in full or as
        `topic/prices`; or the value as it is written. For a name that Python reserves
        write an underscore behind it: `from_`.

        Raises UnknownNameError with the nearest names for a query that is not there, ParameterError
        for a parameter that is not there, a value that is not of its kind or a thing that is not in
        the release, QueryError for SPARQL that does not parse, and StoreError if a server cannot be
        reached or refuses.
        """
        if _QUERY_NAME.fullmatch(query) is not None:
            from onrecord.releases.saved_query import asked_with

            bound = bound_query(self, query, parameters)
            values = {each.name: each.value for each in asked_with(bound, {}, self.base)}
            return replace(self._ask(bound.text), asked_with=values)
        if parameters:
            named = ", ".join(parameters)
            raise UsageError(f"{named}: SPARQL has no parameters, they belong to saved queries")
        return self._ask(query)

    def claim(self, name: str, /) -> Claim:
        """Return a claim by its name: `no-shortage`, `claim/no-shortage` or its IRI.

        A claim that was withdrawn says so. Raises UnknownNameError with the nearest names if
        there is none.
        """
        iri = name if ":" in name else f"{self.base}claim/{name.removeprefix('claim/')}"
        claim = read_claim(self._about, iri)
        if claim is None:
            known = [str(row["claim"]) for row in self._own("claims", {})]
            slugs = {iri.rpartition("/")[2]: iri for iri in known}
            near = nearest(iri.rpartition("/")[2], slugs)
            raise UnknownNameError(f"{name!r}: no such claim{near or ', and there are none'}")
        return claim

    def comparisons(self, series: str, /) -> "tuple[Comparison, ...]":
        """Return what is concluded of each two figures of a series, and of those of its line.

        The release keeps all of them for a series of up to 200 figures; of a longer one, this works
        them out. `series` is a name as `loaf-output`, `series/loaf-output`, or an IRI.

        Raises UnknownNameError with the nearest names if there is no such series, UsageError for a
        server: its records have to be here.
        """
        from onrecord.releases.comparison import comparisons, series_of
        from onrecord.releases.release import Release

        if not isinstance(self.place, Release):
            raise UsageError(
                f"{self!r}: only a release in a folder can be compared again; ask the"
                " server query('same-series-compared', only=…) for the pairs that it keeps"
            )
        iri = series if ":" in series else f"{self.base}series/{series.removeprefix('series/')}"
        known = series_of(self.place)
        if iri not in known:
            slugs = {each.rpartition("/")[2]: each for each in known}
            near = nearest(iri.rpartition("/")[2], slugs)
            raise UnknownNameError(f"{series!r}: no such series{near or ', and there are none'}")
        return comparisons(self.place, iri)

    @property
    def queries(self) -> tuple[str, ...]:
        """The names of the saved queries."""
        return tuple(sorted(path.stem for path in QUERIES.glob("*.rq")))

    def _about(self, query: str, claim: str) -> "QueryResult":
        return self._own(query, {"claim": claim})

    def _own(self, query: str, values: "Mapping[str, str]") -> "QueryResult":
        from onrecord.releases.saved_query import bind, read_query

        return self._ask(bind(read_query(_OWN / f"{query}.rq"), values, self.base))

    def _first_row(self, text: str) -> "list[str] | None":
        for row in self._ask(text):
            return [str(value) for value in row.values()]
        return None

    def _all_rows(self, text: str) -> "Sequence[ResultRow]":
        return self._ask(text).cells

    def _ask(self, text: str) -> "QueryResult":
        from onrecord.releases.release import Release

        if isinstance(self.place, ServedRelease):
            return self.place.ask(text)
        if isinstance(self.place, Release):
            from onrecord.releases.ask import ask_release

            return ask_release(self.place, text)
        from onrecord.releases.remote.sparql_endpoint import ask_endpoint

        return ask_endpoint(self.place, text)


def open(where: PathName, name: str | None = None, *, timeout: int = 60) -> OpenRelease:
    """Open a release, to ask it.

    `where` is a folder of releases, as `onrecord build` makes it, for the newest one or the one of
    a name; a folder that is a release; the name of a release in `releases`; or the address of a
    server, `http://…` or `https://…`. An address that ends in `/` or has no path is the root of an
    onrecord server; any other is a SPARQL endpoint. `timeout` is the seconds that a server may let
    wait. Nothing but a server that is named is asked over a network.

    Raises UsageError if there is no such release, ReleaseError if the folder is none, StoreError if
    the server cannot be reached.
    """
    if isinstance(where, str) and where.startswith(("http://", "https://")):
        return _open_endpoint(where, name, timeout)
    from onrecord.releases.release import MANIFEST, is_release_name, open_release

    folder = Path(where)
    if name is None and is_release_name(str(where)) and not folder.exists():
        folder, name = Path("releases"), str(where)
    elif name is None and (folder / MANIFEST).is_file():
        folder, name = folder.resolve().parent, folder.resolve().name
    release = open_release(folder, name)
    return OpenRelease(release, str(release.manifest.get("base", "")))


def bound_query(release: OpenRelease, name: str, parameters: "Mapping[str, Argument]") -> "Query":
    """Return a saved query as a release is asked it: given values and defaults are its defaults.

    Raises UnknownNameError and ParameterError.
    """
    from onrecord.releases.parameter_choices import refuse_unknown
    from onrecord.releases.saved_query import filled, with_defaults

    saved = _saved_query(name)
    values = _values(saved, parameters)
    given = {name: value for name, value in values.items() if value}
    saved = with_defaults(saved, release.base, release._first_row, list(given))
    bound = filled(saved, given, release.base)
    refuse_unknown(saved, given, release.base, release._all_rows)
    return bound


def ask_text(release: OpenRelease, sparql: str) -> "QueryResult":
    """Ask a release a query in SPARQL, which no name of a saved query is taken for."""
    return release._ask(sparql)


def _open_endpoint(address: str, name: str | None, timeout: int) -> OpenRelease:
    from onrecord.releases.remote.sparql_endpoint import endpoint_at

    release = OpenRelease(endpoint_at(address, name, timeout), "")
    claims = [str(row["claim"]) for row in release._own("any-claim", {})]
    base = claims[0].rpartition("claim/")[0] if claims else ""
    return OpenRelease(release.place, base)


def build(
    collection: PathName = BUNDLED_COLLECTION,
    archive: PathNames | None = None,
    releases: PathName = "releases",
) -> OpenRelease:
    """Check a collection, make a release of it, and open that, as `onrecord build` does.

    `collection` is a folder of records, the bundled one by default; `archive` one or more folders
    of source texts, by default those that ONRECORD_ARCHIVE names; `releases` the folder that the
    release is put into. The same records make the same release, which is left as it is.

    Raises RefusedError, which has them, if the records have violations, ReleaseError if the disk
    refuses.
    """
    from onrecord.releases.build import build_checked

    archives = None if archive is None else paths_of(archive)
    release = build_checked(Path(collection), archives, Path(releases))
    return open(releases, release.name)


def _saved_query(name: str) -> "Query":
    if _QUERY_NAME.fullmatch(name) is None:
        raise UnknownNameError(f"{name!r}: no such query")
    from onrecord.releases.saved_query import read_query

    path = QUERIES / f"{name}.rq"
    if not path.is_file():
        names = [each.stem for each in QUERIES.glob("*.rq")]
        raise UnknownNameError(f"{name!r}: no such query{nearest(name, names)}")
    return read_query(path)


def _values(query: "Query", parameters: "Mapping[str, Argument]") -> dict[str, str]:
    """Return the values of a query's parameters as an address of the web would have them."""
    from onrecord.releases.saved_query import refuse_parameter

    names = [parameter.name for parameter in query.parameters]
    values = {}
    for given, value in parameters.items():
        name = given if given in names else given.removesuffix("_")
        refuse_parameter(query, name)
        values[name] = _written(value, f"{query.name}: {given}")
    return values


def _written(value: Argument, where: str) -> str:
    """Return a value as an address of the web would have it; the default's is empty."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    from onrecord.releases.saved_query import ParameterError

    raise ParameterError(f"{where}: a {type(value).__name__} is no text, number or date")
