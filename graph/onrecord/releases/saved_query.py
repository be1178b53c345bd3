"""Saved queries: SPARQL files with a header, and typed parameters bound as RDF terms."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.util import from_n3

from onrecord.errors import OnRecordError, UsageError, nearest
from onrecord.rdf.namespaces import REC

KINDS = ("iri", "date", "number", "text", "language")
_HEADER = re.compile(r"# (title|answers|returns|withdrawn|param|default): (.*)")
_PARAMETER = re.compile(r"(\w+) \((\w+)(?: of (\S+))?\): (.+)")
_DEFAULT = re.compile(r"(\w+(?:, \w+)*): (.+)")
_FIRST = "LIMIT 1\n"
_IF_ABSENT = re.compile(r", (all|today) if absent")
_COLUMN = re.compile(r"(\w+) \(([^)]+)\)")
_WITHDRAWN = re.compile(
    r'left out|no claims in it|shown, as stored|shown, in column "(?P<column>\w+)"'
)
_PREFIX = re.compile(r"^PREFIX (\w*): <([^>]*)>", re.MULTILINE)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_FORBIDDEN_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')

ParameterValue = URIRef | Literal

FirstRow = Callable[[str], Sequence[str] | None]
"""Function from a SELECT to the values of its first row, None if it has none."""


class QueryFileError(OnRecordError):
    """The header of a saved query is incomplete or does not match its text."""


class ParameterError(UsageError):
    """A query has no such parameter, or a value is not of its kind."""


@dataclass(frozen=True, slots=True)
class Column:
    """Column of the answer."""

    name: str
    kind: str
    """Kind of its values: `IRI`, `xsd:date`, `text` …"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Parameter of a saved query."""

    name: str
    kind: str
    """One of KINDS."""
    of: str
    """For an IRI, the class of its values as a prefixed name, if there is one; else empty."""
    about: str
    default: ParameterValue | None

    @property
    def if_absent(self) -> str:
        """What a query is asked with if there is neither value nor default: `all` or `today`."""
        match = _IF_ABSENT.search(self.about)
        return match[1] if match else "all"


@dataclass(frozen=True, slots=True)
class Default:
    """Defaults of parameters that follow from a release: what occurs most in it."""

    names: tuple[str, ...]
    """Parameters, in the order of the columns of the SELECT."""
    text: str
    """SELECT whose first row has their values."""

    def first(self, number: int) -> str:
        """Return a SELECT with the values that occur most, and those after them."""
        return f"{self.text.removesuffix(_FIRST)}LIMIT {number}\n"


class AskedWith(NamedTuple):
    """Value that a parameter had when a query was asked."""

    name: str
    value: str
    """As an address has it: an IRI of the collection without its base; `all` for no value."""
    is_default: bool

    def __str__(self) -> str:
        return f"{self.name}={self.value}{' (by default)' if self.is_default else ''}"


@dataclass(frozen=True, slots=True)
class Query:
    """Saved query: header and text."""

    name: str
    title: str
    answers: str
    columns: tuple[Column, ...]
    withdrawn: str
    """Whether withdrawn claims are left out or shown, in one of the phrases of the header."""
    parameters: tuple[Parameter, ...]
    defaults: tuple[Default, ...]
    note: str
    """What the header says besides, for who reads the answer; empty if nothing."""
    text: str
    """SPARQL with the defaults of its parameters, as far as they are known without a release."""


def read_queries(folder: Path) -> list[Query]:
    """Read all saved queries of a folder, sorted by name."""
    return [read_query(path) for path in sorted(folder.glob("*.rq"))]


def read_query(path: Path) -> Query:
    """Read one `.rq` file.

    Header lines: `# title:`, `# answers:`, `# returns: name (kind), …`, `# withdrawn: …` and any
    number of `# param: name (kind of class): about`. The line on withdrawn claims is one of
    `left out`, `shown, in column "name"`, `shown, as stored` (triples, the withdrawal among them)
    and `no claims in it`. A parameter is written in the text as `VALUES ?name { default }`, with
    UNDEF for no default; what it says about it then has `, all if absent` or `, today if absent`.

    A default that is a thing of a collection is told by `# default: name, name: pattern`: the
    values that stand together with the most different `?each` in a graph pattern, which goes on
    in lines that begin with `#   `. After a line `#`, the header may go on with sentences on what
    to know of the answer. Raises QueryFileError.
    """
    text = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {}
    field = ""
    for line in text.splitlines():
        match = _HEADER.match(line)
        if match is not None:
            field = match[1]
            header.setdefault(field, []).append(match[2].strip())
        elif field == "default" and line.startswith("#   "):
            header[field][-1] += f" {line.removeprefix('#   ')}"
        else:
            field = ""
    for field in ("title", "answers", "returns", "withdrawn"):
        if field not in header:
            raise QueryFileError(f"{path}: the header has no '# {field}: …' line")
    columns = tuple(Column(m[1], m[2]) for m in _COLUMN.finditer(" ".join(header["returns"])))
    parameters = tuple(_parameter(path, line, text) for line in header.get("param", []))
    return Query(
        path.stem,
        header["title"][0],
        " ".join(header["answers"]),
        columns,
        _withdrawn(path, "; ".join(header["withdrawn"]), columns),
        parameters,
        tuple(_default(path, line, text, parameters) for line in header.get("default", [])),
        _note(text),
        text,
    )


def _note(text: str) -> str:
    """Return the sentences of the header's comment, which are in lines without a field."""
    comment = takewhile(lambda line: line.startswith("#"), text.splitlines())
    own = dropwhile(lambda line: line != "#", comment)
    return " ".join(filter(None, (line.removeprefix("#").strip() for line in own)))


def _withdrawn(path: Path, line: str, columns: tuple[Column, ...]) -> str:
    match = _WITHDRAWN.fullmatch(line)
    if match is None:
        raise QueryFileError(
            f"{path}: '# withdrawn: {line}' is none of 'left out', 'shown, in column \"name\"', "
            "'shown, as stored' and 'no claims in it'"
        )
    column = match["column"]
    if column is not None and column not in {known.name for known in columns}:
        raise QueryFileError(
            f"{path}: '# withdrawn: {line}' names a column that '# returns: …' does not have"
        )
    return line


def _parameter(path: Path, line: str, text: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None or match[2] not in KINDS:
        raise QueryFileError(f"{path}: '# param: {line}' is not 'name (kind of class): about'")
    block = _block(match[1]).search(text)
    if block is None:
        raise QueryFileError(f"{path}: the text has no 'VALUES ?{match[1]} {{ … }}'")
    written = block[1].strip()
    default = None if written == "UNDEF" else _term(path, written, text)
    return Parameter(match[1], match[2], match[3] or "", match[4], default)


def _default(path: Path, line: str, text: str, parameters: tuple[Parameter, ...]) -> Default:
    match = _DEFAULT.fullmatch(line)
    kinds = {parameter.name: parameter.kind for parameter in parameters}
    names = tuple(match[1].split(", ")) if match else ()
    if match is None or not set(names) <= set(kinds):
        raise QueryFileError(f"{path}: '# default: {line}' is not 'parameter, …: graph pattern'")
    columns = " ".join(f"?{name}" for name in names)
    # What is retracted stays in the graph, and is never a default.
    standing = "\n".join(
        f"  FILTER NOT EXISTS {{ ?{name} <{REC.retractedIn}> ?retraction . }}"
        for name in ("each", *(name for name in names if kinds[name] == "iri"))
    )
    prologue = "\n".join(match[0] for match in _PREFIX.finditer(text))
    return Default(
        names,
        f"{prologue}\nSELECT {columns}\nWHERE {{\n  {match[2]}\n{standing}\n}}\n"
        f"GROUP BY {columns}\nORDER BY DESC(COUNT(DISTINCT ?each)) {columns}\n{_FIRST}",
    )


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?{name} {{ ([^{{}}]*) }}")


def _undefined(name: str) -> re.Pattern[str]:
    return re.compile(rf"^( *)VALUES \?{name} {{ UNDEF }}$", re.MULTILINE)


def _term(path: Path, written: str, text: str) -> ParameterValue:
    prefixes = dict(_PREFIX.findall(text))
    prefix, colon, local = written.partition(":")
    if colon and prefix in prefixes:
        return URIRef(prefixes[prefix] + local)
    term = from_n3(written)
    if not isinstance(term, URIRef | Literal):
        raise QueryFileError(f"{path}: {written!r} is not a term")
    return term


def with_defaults(
    query: Query, base: str, first_row: FirstRow, given: Collection[str] = ()
) -> Query:
    """Return a query with the defaults that follow from a release, which `first_row` asks.

    A default whose parameters are all `given` is not asked for. Where the release has nothing for
    a default, there is none.
    """
    values: dict[str, str] = {}
    for default in query.defaults:
        row = None if set(default.names) <= set(given) else first_row(default.text)
        if row is not None:
            values.update(zip(default.names, row, strict=True))
    return filled(query, values, base)


def defaults_written(query: Query, text: str) -> dict[str, str]:
    """Return the defaults that follow from a release, as a text of the query has them filled in."""
    found = {}
    for name in (name for default in query.defaults for name in default.names):
        block = _block(name).search(text)
        written = from_n3(block[1].strip()) if block and block[1].strip() != "UNDEF" else None
        if isinstance(written, URIRef | Literal):
            found[name] = str(written)
    return found


def filled(query: Query, values: Mapping[str, str], base: str) -> Query:
    """Return a query with values as the defaults of its parameters."""
    parameters = tuple(
        replace(parameter, default=term_of(parameter, values[parameter.name], base))
        if parameter.name in values
        else parameter
        for parameter in query.parameters
    )
    return replace(query, parameters=parameters, text=_with_values(query, values, base))


def bind(query: Query, values: Mapping[str, str | tuple[str, ...]], base: str) -> str:
    """Return the query's text with its parameters bound to values, or to any of several.

    Each value is parsed as a term of its parameter's kind, and its serialisation replaces the
    default in the parameter's VALUES block; an empty value keeps the default. An IRI is absolute or
    relative to `base`, such as `topic/prices`. A block without any value is left out, which by the
    standard changes nothing: some engines join what is UNDEF with nothing. Raises ParameterError.
    """
    text = query.text
    for parameter in query.parameters:
        # Before there are values in the text, which may have any lines.
        if not values.get(parameter.name):
            text = _undefined(parameter.name).sub(rf"\1# Any ?{parameter.name}.", text)
    return _with_values(replace(query, text=text), values, base)


def _with_values(query: Query, values: Mapping[str, str | tuple[str, ...]], base: str) -> str:
    """Return the query's text with values in place of defaults. Raises ParameterError."""
    known = {parameter.name: parameter for parameter in query.parameters}
    text = query.text
    for name, value in values.items():
        refuse_parameter(query, name)
        if value:
            several = (value,) if isinstance(value, str) else value
            terms = " ".join(term_of(known[name], each, base).n3() for each in several)
            block = f"VALUES ?{name} {{ {terms} }}"
            text = _block(name).sub(partial(_constant, block), text)
    return text


def without_values(query: Query) -> str:
    """Return the query's text for any values of its parameters."""
    text = query.text
    for parameter in query.parameters:
        text = _block(parameter.name).sub(f"VALUES ?{parameter.name} {{ UNDEF }}", text)
    return text


def asked_with(query: Query, values: Mapping[str, str], base: str) -> tuple[AskedWith, ...]:
    """Return with which value of each parameter a query is asked: those given, and its defaults.

    A reader of an answer needs to see what was asked, chosen or by default.
    """
    return tuple(_asked_with(parameter, values, base) for parameter in query.parameters)


def _asked_with(parameter: Parameter, values: Mapping[str, str], base: str) -> AskedWith:
    given = values.get(parameter.name, "")
    term = term_of(parameter, given, base) if given else parameter.default
    if term is not None:
        return AskedWith(parameter.name, str(term).removeprefix(base), not given)
    absent = date.today().isoformat() if parameter.if_absent == "today" else parameter.if_absent
    return AskedWith(parameter.name, absent, True)


def address_of_answer(query: Query, asked: Sequence[AskedWith], base: str, release: str) -> str:
    """Return the permanent address of an answer: it names the release, and all values."""
    values = [(each.name, each.value) for each in asked if each.value != "all"]
    return f"{base}q/{query.name}?{urlencode([*values, ('release', release)])}"


def refuse_parameter(query: Query, name: str) -> None:
    """Raise ParameterError with the nearest names if a query has no parameter of a name."""
    known = [parameter.name for parameter in query.parameters]
    if name not in known:
        near = nearest(name, known) or ", it has none"
        raise ParameterError(f"{query.name}: no parameter {name!r}{near}")


def _constant(block: str, _match: re.Match[str]) -> str:
    return block


def term_of(parameter: Parameter, value: str, base: str) -> ParameterValue:
    """Return a value as a term of the parameter's kind. Raises ParameterError."""
    match parameter.kind:
        case "iri":
            iri = value if ":" in value else base + value
            if _FORBIDDEN_IN_IRI.search(iri):
                raise ParameterError(f"{parameter.name}: {value!r} is not an IRI")
            return URIRef(iri)
        case "date":
            try:
                return Literal(date.fromisoformat(value).isoformat(), datatype=XSD.date)
            except ValueError as error:
                raise ParameterError(
                    f"{parameter.name}: {value!r} is not a date, write it as 2025-11-06"
                ) from error
        case "number":
            try:
                number = Decimal(value)
            except InvalidOperation as error:
                raise ParameterError(f"{parameter.name}: {value!r} is not a number") from error
            if not number.is_finite() or abs(number.adjusted()) > 30:
                raise ParameterError(f"{parameter.name}: {value!r} is not a number in reach")
            return Literal(f"{number:f}", datatype=XSD.decimal)
        case "language":
            if not _LANGUAGE.fullmatch(value):
                raise ParameterError(
                    f"{parameter.name}: {value!r} is not a language tag such as en"
                )
            return Literal(value.lower())
        case _:
            return Literal(value)
