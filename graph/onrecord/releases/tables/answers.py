"""Answers of saved queries, kept in the tables of a release.

A saved query without parameters is asked once, when the release is built. So is one that has a file
`NAME.sql` beside its `NAME.rq`, which says in SQL how values of its parameters choose among the
rows. What is asked later is looked up: the same terms, in the same order.
"""

import re
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b, sha256
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from onrecord.files.bundled import QUERIES
from onrecord.rdf.oxigraph import ResultRow, ResultTerm
from onrecord.rdf.xsd import XSD
from onrecord.releases.saved_query import (
    Query,
    QueryFileError,
    bind,
    read_queries,
    without_values,
)
from onrecord.releases.tables.value import Value, stored

FEWEST = 1_000
"""Claims of a release from which on its answers are kept: of fewer, the store gives them as soon as
a page is made, and to ask for all of them takes half as long as the rest of a build."""
_KEEPS = re.compile(r"-- keeps: (.+)")
_ASKED = re.compile(r"-- asked: (\w+) = (.+)")
_WITHOUT = re.compile(r"-- without: (.+)")
_FILLED = re.compile(r"^-- filled: .+\n", re.MULTILINE)
_NAMED = re.compile(r":(\w+)")
_SELECT = re.compile(r"^SELECT (?:DISTINCT )?", re.MULTILINE)
_ROWS_SO_FAR = "# To each of these:"
"""Comment in a query behind what makes the rows of a group and before what may be added to them."""
_BOUND = 1_000_000_000
"""Rows of which no group has more."""
_AT_ONCE = 5_000
"""Rows that are written, or terms that are looked up, at once."""
_IRI, _BLANK = "<", "_"
"""Types of terms that are no literals; those of literals are datatypes, `@` and a language, or
empty for a plain text."""

_STRING = f"{XSD}string"

_TERMS = "CREATE TABLE term (number INTEGER PRIMARY KEY, type TEXT NOT NULL, value TEXT NOT NULL)"
_ANSWERS = (
    "CREATE TABLE answer (query TEXT PRIMARY KEY, digest TEXT NOT NULL, rows INTEGER NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class KeptQuery:
    """Saved query whose answer is kept."""

    query: Query
    """As its file has it, without the defaults of a release."""
    keeps: tuple[str, ...]
    """Variables that are kept as values of SQL beside the columns, for the SQL to choose by."""
    asked: tuple[tuple[str, str], ...]
    """Values of parameters with which the query is asked for the rows that are kept."""
    without: tuple[str, ...]
    """Lines of the query that are left out when it is asked, since the SQL has them: of a comment
    the group that follows it, too."""
    sql: str
    """SELECT of the numbers of rows, in order. A line that names a parameter without a value is
    left out; a column besides `number` takes the place of the query's column of its name."""
    filled: str
    """Statements of SQL that are carried out once the rows are written."""

    @property
    def table(self) -> str:
        """Name of the table of its rows."""
        return table_of(self.query.name)

    @property
    def sparql(self) -> str:
        """The query for any values of its parameters, with the variables that are kept."""
        columns = {column.name for column in self.query.columns}
        more = "".join(f"?{name} " for name in self.keeps if name not in columns)
        kept = _lines_without(self.query.text.splitlines(), self.without)
        open_query = replace(self.query, text="\n".join(kept))
        open_query = replace(open_query, text=without_values(open_query))
        text = bind(open_query, dict(self.asked), "")
        return _SELECT.sub(lambda found: found[0] + more, _bounded(text), count=1)

    @property
    def is_distinct(self) -> bool:
        """Whether no two rows are alike."""
        found = _SELECT.search(self.query.text)
        return found is not None and "DISTINCT" in found[0]

    @property
    def digest(self) -> str:
        """Hash of the text of the query and its SQL: other ones may have other rows."""
        return sha256(f"{self.query.text}\0{self.sql}\0{self.filled}".encode()).hexdigest()


def _lines_without(lines: list[str], without: Collection[str]) -> Iterator[str]:
    """Yield the lines of a query but for some, and for the groups that comments of these are on."""
    rest = iter(lines)
    for line in rest:
        if line.strip() not in without:
            yield line
        elif line.lstrip().startswith("#"):
            start = next(rest)
            end = f"{start[: len(start) - len(start.lstrip())]}}}"
            while next(rest) != end:
                pass


def _bounded(text: str) -> str:
    """Return a query in which each group up to `_ROWS_SO_FAR` is a subselect with a limit.

    Oxigraph (0.5.13, `sparopt`) estimates the rows of a group by multiplying those of its patterns.
    Of twenty patterns these are more than it can count, and then it holds all that an OPTIONAL
    matches in the release, in rows as wide as the query, where it would look up what belongs to
    each row. Of a subselect with a limit it never estimates more rows than that.
    """
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() != _ROWS_SO_FAR:
            lines.append(line)
            continue
        margin = len(line) - len(line.lstrip())
        start = max(
            number
            for number, other in enumerate(lines)
            if other.strip() and len(other) - len(other.lstrip()) < margin
        )
        lines.insert(start + 1, f"{' ' * margin}{{ SELECT * WHERE {{")
        lines.append(f"{' ' * margin}}} LIMIT {_BOUND} }}")
    return "\n".join(lines)


def table_of(name: str) -> str:
    """Return the name of the table of the kept answer of a saved query."""
    return f"answer_{name.replace('-', '_')}"


@cache
def kept_queries() -> dict[str, KeptQuery]:
    """Return the saved queries whose answers are kept, by name."""
    kept = (_kept(query, QUERIES / f"{query.name}.sql") for query in read_queries(QUERIES))
    return {each.query.name: each for each in kept if each is not None}


def _kept(query: Query, path: Path) -> KeptQuery | None:
    """Return how an answer is kept, by the SQL in a file if it has parameters."""
    if not path.is_file():
        every = f"SELECT number FROM {table_of(query.name)} ORDER BY number"  # noqa: S608
        return None if query.parameters else KeptQuery(query, (), (), (), every, "")
    text = path.read_text(encoding="utf-8")
    found = _KEEPS.search(text)
    keeps = tuple(found[1].split(", ")) if found else ()
    unknown = set(_NAMED.findall(text)) - {each.name for each in query.parameters}
    if unknown:
        raise QueryFileError(f"{path}: {query.name}.rq has no parameter {min(unknown)!r}")
    without = tuple(_WITHOUT.findall(text))
    lines = {line.strip() for line in query.text.splitlines()}
    if not lines.issuperset(without):
        missing = min(set(without) - lines)
        raise QueryFileError(f"{path}: {query.name}.rq has no line {missing!r}")
    sql, *filled = _FILLED.split(text)
    return KeptQuery(query, keeps, tuple(_ASKED.findall(text)), without, sql, "".join(filled))


def are_kept(database: sqlite3.Connection) -> bool:
    """Return whether answers are kept of a release, which has its other tables."""
    claims: int = database.execute("SELECT count(*) FROM claim").fetchone()[0]
    return claims >= FEWEST


def start_answers(database: sqlite3.Connection) -> "Terms":
    """Create the tables that all kept answers have together; return the terms to fill them with."""
    database.execute(_ANSWERS)
    return start_terms(database)


def start_terms(database: sqlite3.Connection) -> "Terms":
    """Create the table of terms, and return those to fill it with."""
    database.execute(_TERMS)
    return Terms(database)


def fill_answer(
    database: sqlite3.Connection, kept: KeptQuery, rows: Iterable[ResultRow], terms: "Terms"
) -> None:
    """Create the table of a kept answer, with rows as `kept.sparql` gives them."""
    columns = [column.name for column in kept.query.columns]
    before = [name for name in kept.keeps if name not in columns]
    places = [(before + columns).index(name) for name in kept.keeps]
    more = "".join(f', "{name}"' for name in kept.keeps)
    database.execute(
        f"CREATE TABLE {kept.table}"
        f" (number INTEGER PRIMARY KEY, cells BLOB NOT NULL, again INTEGER NOT NULL{more})"
    )
    marks = ", ".join("?" * (3 + len(kept.keeps)))
    insert = f"INSERT INTO {kept.table} VALUES ({marks})"  # noqa: S608
    seen: set[bytes] = set()

    def is_again(cells: bytes) -> bool:
        """Return whether a row differs from an earlier one in what is kept beside it alone."""
        if not (kept.is_distinct and before):
            return False
        key = blake2b(cells, digest_size=12).digest()
        known = key in seen
        seen.add(key)
        return known

    def values(row: ResultRow) -> tuple[Value | bytes, ...]:
        cells = terms.cells(row[len(before) :])
        return (cells, is_again(cells), *(stored(row[place]) for place in places))

    written = ((number, *values(row)) for number, row in enumerate(rows, 1))
    while piece := list(islice(written, _AT_ONCE)):
        database.executemany(insert, piece)
        terms.write()


def index_answer(database: sqlite3.Connection, kept: KeptQuery) -> None:
    """Complete the table of a kept answer, once it has its rows."""
    chosen_by = {parameter.name for parameter in kept.query.parameters}
    for name in kept.keeps:
        if name in chosen_by:
            index = f"{kept.table}_{name}"
            database.execute(f'CREATE INDEX {index} ON {kept.table} ("{name}")')
    database.executescript(kept.filled)
    count = f"SELECT ?, ?, count(*) FROM {kept.table}"  # noqa: S608
    database.execute(f"INSERT INTO answer {count}", (kept.query.name, kept.digest))


class Terms:
    """Terms of all answers, each of which is written once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._numbers: dict[bytes, int] = {}
        """Numbers of terms by a hash: to hold the terms of a large release takes too much."""
        self._new: list[tuple[int, str, str]] = []

    def cells(self, row: Iterable[ResultTerm | None]) -> bytes:
        """Return the numbers of the terms of a row, nought for what is not bound."""
        numbers = (0 if term is None else self.number(*_type_and_value(term)) for term in row)
        return array("I", numbers).tobytes()

    def number(self, type: str, value: str) -> int:
        """Return the number of a term."""
        key = blake2b(f"{type} {value}".encode(), digest_size=12).digest()
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 1
            self._new.append((number, type, value))
        return number

    def write(self) -> None:
        """Write the terms that are new since the last time."""
        self._database.executemany("INSERT INTO term VALUES (?, ?, ?)", self._new)
        self._new.clear()


def kept_query(tables: sqlite3.Connection, name: str) -> KeptQuery | None:
    """Return a saved query if the tables have its answer, and not that of an older text."""
    kept = kept_queries().get(name)
    if kept is None:
        return None
    try:
        digest = tables.execute("SELECT digest FROM answer WHERE query = ?", (name,)).fetchone()
    except sqlite3.OperationalError:
        return None  # Tables of a small release have no answers.
    return kept if digest == (kept.digest,) else None


def count_rows(tables: sqlite3.Connection, kept: KeptQuery, values: Mapping[str, Value]) -> int:
    """Return how many rows an answer has, with values of parameters as columns have them."""
    number = tables.execute(f"SELECT count(*) FROM ({_sql(kept, values)})", values)  # noqa: S608
    return int(number.fetchone()[0])


def rows_of(
    tables: sqlite3.Connection,
    kept: KeptQuery,
    values: Mapping[str, Value],
    start: int = 0,
    most: int = -1,
) -> list[ResultRow]:
    """Return rows of an answer in order, at most some of them, without the first ones."""
    # The numbers are found first, so that no cells are read of rows that are only passed by.
    chosen = tables.execute(
        f"{_sql(kept, values)} LIMIT :_most OFFSET :_start",
        {**values, "_most": most, "_start": start},
    )
    names = [each[0] for each in chosen.description][1:]
    columns = [column.name for column in kept.query.columns]
    places = [columns.index(name) for name in names]
    kinds = [kept.query.columns[place].kind for place in places]
    found = chosen.fetchall()
    cells = _cells(tables, kept, [number for number, *_ in found])
    terms = _terms(tables, {each for row in cells.values() for each in row})
    rows = []
    for number, *others in found:
        row = [terms[each] for each in cells[number]]
        for place, kind, value in zip(places, kinds, others, strict=True):
            row[place] = _computed(value, kind)
        rows.append(tuple(row))
    return rows


def _sql(kept: KeptQuery, values: Mapping[str, Value]) -> str:
    """Return the SQL of an answer without the lines of parameters that have no value."""
    text = "\n".join(
        line
        for line in kept.sql.splitlines()
        if not line.startswith("--") and set(_NAMED.findall(line)) <= set(values)
    )
    parameters = {each.name for each in kept.query.parameters}
    if not kept.is_distinct or parameters <= set(values):
        return text
    # What differs only by the value of a parameter is one row where this has none.
    if parameters.isdisjoint(values):
        return f"SELECT number FROM {kept.table} WHERE NOT again ORDER BY number"  # noqa: S608
    return (
        f"SELECT min(number) AS number FROM {kept.table} WHERE number IN"  # noqa: S608
        f" (SELECT number FROM ({text})) GROUP BY cells ORDER BY 1"
    )


def _cells(
    tables: sqlite3.Connection, kept: KeptQuery, numbers: Sequence[int]
) -> dict[int, Sequence[int]]:
    """Return the numbers of the terms of rows."""
    found: dict[int, Sequence[int]] = {}
    for some in _pieces(numbers):
        marks = ", ".join("?" * len(some))
        text = f"SELECT number, cells FROM {kept.table} WHERE number IN ({marks})"  # noqa: S608
        for number, cells in tables.execute(text, some):
            found[number] = array("I", cells)
    return found


def _terms(tables: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, ResultTerm | None]:
    """Return terms by their numbers."""
    found: dict[int, ResultTerm | None] = {0: None}
    for some in _pieces(sorted(numbers)):
        marks = ", ".join("?" * len(some))
        text = f"SELECT number, type, value FROM term WHERE number IN ({marks})"  # noqa: S608
        for number, type, value in tables.execute(text, some):
            found[number] = _term(type, value)
    return found


def _pieces(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _type_and_value(term: ResultTerm) -> tuple[str, str]:
    if isinstance(term, ox.NamedNode):
        return _IRI, term.value
    if isinstance(term, ox.BlankNode):
        return _BLANK, term.value
    if isinstance(term, ox.Literal):
        if term.language:
            return f"@{term.language}", term.value
        datatype = term.datatype.value
        return "" if datatype == _STRING else datatype, term.value
    raise TypeError(f"a triple term is no cell of an answer: {term}")


def _term(type: str, value: str) -> ResultTerm:
    if type == _IRI:
        return ox.NamedNode(value)
    if type == _BLANK:
        return ox.BlankNode(value)
    if type.startswith("@"):
        return ox.Literal(value, language=type.removeprefix("@"))
    return ox.Literal(value, datatype=ox.NamedNode(type)) if type else ox.Literal(value)


def _computed(value: Value, kind: str) -> ResultTerm | None:
    """Return the term of a column that the SQL computes."""
    if value is None:
        return None
    if kind == "xsd:boolean":
        return ox.Literal(bool(value))
    return ox.NamedNode(str(value)) if kind == "IRI" else ox.Literal(str(value))
