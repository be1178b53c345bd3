"""Rows as a DataFrame of pandas, each column of the type that all of its values have."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pandas

from onrecord.rdf.python_value import PythonValue
from onrecord.releases.query_result import Row

_INT64 = range(-(2**63), 2**63)


def data_frame(columns: Sequence[str], rows: Sequence[Row]) -> pandas.DataFrame:
    """Return rows as a DataFrame; `QueryResult.to_pandas` says which types columns have."""
    return pandas.DataFrame(
        {column: _series([row[column] for row in rows]) for column in columns}, columns=columns
    )


def _series(values: list[PythonValue]) -> "pandas.Series[object]":
    bound = [value for value in values if value is not None]
    kinds = {type(value) for value in bound}
    if kinds == {str}:
        return pandas.Series(values)
    if kinds == {bool}:
        return pandas.Series(values, dtype="boolean")
    if kinds == {int} and all(value in _INT64 for value in bound):
        return pandas.Series(values, dtype="Int64")
    if kinds and kinds <= {int, float, Decimal}:
        return pandas.Series(
            [None if value is None else _float(value) for value in values], dtype="float64"
        )
    if kinds == {date}:
        return pandas.Series(values, dtype="datetime64[s]")
    if kinds == {datetime}:
        zones = {value.tzinfo is None for value in bound if isinstance(value, datetime)}
        if zones == {True}:
            return pandas.Series(values, dtype="datetime64[us]")
        if zones == {False}:
            return pandas.Series(values, dtype="datetime64[us, UTC]")
    return pandas.Series(values, dtype="object")


def _float(value: PythonValue) -> float:
    """Return a number as float, infinite where it is out of reach, as `xsd:double` has it."""
    try:
        return float(value) if isinstance(value, int | float | Decimal) else float("nan")
    except OverflowError:
        return float("inf") if isinstance(value, int) and value > 0 else float("-inf")
