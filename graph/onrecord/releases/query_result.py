"""The result of a query, in Python: typed rows, a table of pandas, a graph."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, overload

from onrecord.errors import OnRecordError
from onrecord.rdf.python_value import PythonValue, python_value
from onrecord.validation.html_table import table

if TYPE_CHECKING:
    import pandas
    from rdflib import Graph
    from rdflib.term import Identifier

    from onrecord.rdf.oxigraph import ResultRow

QueryForm = Literal["select", "ask", "graph"]
"""What a query gives: rows, a boolean, or triples (of CONSTRUCT and DESCRIBE)."""


class ResultError(OnRecordError):
    """A result cannot be had in the form that is asked for."""


class Row(Mapping[str, PythonValue]):
    """One row: `row["claim"]` or `row.claim`, and `dict(row)`.

    A column that is called like a method of mappings, such as `items`, is had by `row["items"]`.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, PythonValue]) -> None:
        self._values = dict(values)

    def __getitem__(self, column: str) -> PythonValue:
        return self._values[column]

    def __getattr__(self, column: str) -> PythonValue:
        if column.startswith("_") or column not in self._values:
            known = ", ".join(self._values) if column != "_values" else ""
            raise AttributeError(f"no column {column!r}; there are: {known}")
        return self._values[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


@dataclass(frozen=True, slots=True, repr=False)
class QueryResult(Sequence[Row]):
    """What a release says to a query: a sequence of rows, each a mapping of columns to values.

    An ASK has one row with one column, `answer`; a CONSTRUCT or DESCRIBE has a row for each triple,
    with the columns `subject`, `predicate` and `object`. `bool(result)` is the answer of an ASK,
    and otherwise whether there are rows.
    """

    form: QueryForm
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    """Integers are int, decimals Decimal, doubles and floats float, booleans bool, dates
    `datetime.date`, times `datetime.datetime`; IRIs, text and all other literals str, also those
    that are ill-formed; what is not bound is None."""
    cells: "tuple[ResultRow, ...]"
    """The same as terms of pyoxigraph."""
    row_limit: int | None = None
    """After how many rows a server cut the answer off; None if it is whole."""
    hints: tuple[str, ...] = ()
    """What may explain that there are no rows, if a server says so."""
    asked_with: Mapping[str, str] = field(default_factory=dict)
    """The parameters of a saved query with their values, those that are defaults among them."""

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows[0]["answer"]) if self.form == "ask" else bool(self.rows)

    def __repr__(self) -> str:
        if self.form == "ask":
            return f"<QueryResult: {str(bool(self)).lower()}>"
        cut = "" if self.row_limit is None else ", cut off by the server"
        return f"<QueryResult: {len(self):,} {self._noun} of {', '.join(self.columns)}{cut}>"

    @property
    def _noun(self) -> str:
        return "triples" if self.form == "graph" else "rows"

    @property
    def terms(self) -> "tuple[tuple[Identifier | None, ...], ...]":
        """The rows as terms of rdflib, literals with their datatype and language."""
        from onrecord.rdf.oxigraph import to_rdflib
        from onrecord.rdf.xsd import silence_literal_warnings

        try:
            with silence_literal_warnings():
                return tuple(
                    tuple(None if term is None else to_rdflib(term) for term in row)
                    for row in self.cells
                )
        except TypeError as error:
            raise ResultError(f"rdflib has no such term: {error}") from error

    @property
    def graph(self) -> "Graph":
        """The triples of a CONSTRUCT or DESCRIBE as a graph of rdflib.

        Raises ResultError for other queries.
        """
        from rdflib import Graph

        if self.form != "graph":
            raise ResultError("rows are no graph, ask by CONSTRUCT or DESCRIBE")
        graph = Graph()
        for subject, predicate, value in self.terms:
            if subject is not None and predicate is not None and value is not None:
                graph.add((subject, predicate, value))
        return graph

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the rows as a DataFrame.

        A column of dates alone is `datetime64[s]`, one of times `datetime64[us]` (in UTC if all
        have a time zone), one of integers `Int64`, one of other numbers `float64` (so decimals are
        rounded to 53 bits; the rows have them whole), one of booleans `boolean`, one of text as
        pandas has text, and any other object. What is not bound is missing in all of them.

        Raises ResultError if pandas is not installed.
        """
        try:
            from onrecord.releases.data_frame import data_frame
        except ImportError as error:
            raise ResultError("pandas is not installed, `pip install pandas`") from error
        return data_frame(self.columns, self.rows)

    def _repr_html_(self) -> str:
        """Return the first rows as a table, for a notebook."""
        cells = (["" if value is None else str(value) for value in row.values()] for row in self)
        noun = "triples" if self.form == "graph" else "rows"
        if self.row_limit is not None:
            noun += ", cut off by the server"
        return table(self.columns, cells, len(self), noun)


def result_of(
    form: QueryForm, columns: Sequence[str], cells: "Sequence[ResultRow]", limit: int | None = None
) -> QueryResult:
    """Return a result with its values typed."""
    names = tuple(columns)
    rows = tuple(Row(dict(zip(names, map(python_value, row), strict=True))) for row in cells)
    return QueryResult(form, names, rows, tuple(cells), limit)
