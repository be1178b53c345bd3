"""Tables of a release as files: CSV with its metadata (CSV on the Web), and Parquet."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from onrecord.errors import OnRecordError
from onrecord.releases.release import Release, day_of
from onrecord.releases.tables.export import Export, ExportCell, ExportColumn, exports, rows
from onrecord.releases.tables.projection import TABLES
from onrecord.releases.tables.search import open_tables

if TYPE_CHECKING:
    import pyarrow

TABLE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "csv-metadata.json": "application/csvm+json",
    "parquet": "application/vnd.apache.parquet",
}
"""Media type of each form of a table by its ending."""
COMPRESSIBLE = ".csv"
"""Ending of those that may be compressed; Parquet is already."""
PARQUET = "parquet"

_ROWS = 10_000
"""Number of rows that are in memory at once."""
_CSVW_TYPES = {
    "IRI": "anyURI",
    "IRIs": "anyURI",
    "xsd:boolean": "boolean",
    "xsd:date": "date",
    "xsd:decimal": "double",
    "xsd:duration": "duration",
    "xsd:integer": "integer",
}
"""Datatypes of CSV on the Web; all other columns are strings. The tables have decimals as double
precision numbers."""


class MissingWriterError(OnRecordError):
    """A form cannot be made, since what writes it is not installed."""


def table_names(release: Release) -> list[str]:
    """Return the names of all files of tables that a release can have."""
    if not (release.path / TABLES).is_file():
        return []
    return [f"{name}.{ending}" for name in exports() for ending in TABLE_TYPES]


def table_file(release: Release, name: str) -> Iterator[bytes]:
    """Yield a file of a table, one of `table_names`.

    Raises MissingWriterError for Parquet if pyarrow is not installed.
    """
    table, _, ending = name.partition(".")
    export = exports()[table]
    if ending == "csv-metadata.json":
        return iter([_metadata(release, export)])
    return _parquet(release, export) if ending == PARQUET else _csv(release, export)


def _rows(release: Release, export: Export) -> Iterator[tuple[ExportCell, ...]]:
    tables = open_tables(release.path)
    if tables is None:
        raise AssertionError("table_names has no table of a release without tables")
    with closing(tables):
        yield from rows(tables, export)


def _batches(release: Release, export: Export) -> Iterator[list[tuple[ExportCell, ...]]]:
    found = _rows(release, export)
    while some := list(islice(found, _ROWS)):
        yield some


def _csv(release: Release, export: Export) -> Iterator[bytes]:
    """Yield the table as CSV (RFC 4180): UTF-8, a line of names, lines that end in CRLF."""
    yield _lines([[column.name for column in export.columns]])
    for some in _batches(release, export):
        yield _lines([[_written(cell) for cell in row] for row in some])


def _lines(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def _written(cell: ExportCell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return " ".join(cell) if isinstance(cell, tuple) else str(cell)


def _metadata(release: Release, export: Export) -> bytes:
    """Return the metadata that a program for CSV on the Web looks for beside a file."""
    described = _described(release)
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{export.name}.csv",
        "dc:title": export.title,
        "dc:description": export.about,
        "dc:isPartOf": {"@id": str(release.manifest.get("dataset", ""))},
        "dc:issued": {"@value": day_of(release.name), "@type": "xsd:date"},
        "schema:version": release.name,
        **({"dc:license": {"@id": described["license"]}} if described.get("license") else {}),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {
            "aboutUrl": f"{{+{export.row}}}",
            "primaryKey": export.row,
            "columns": [_column_metadata(column) for column in export.columns],
        },
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _column_metadata(column: ExportColumn) -> dict[str, object]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": _CSVW_TYPES.get(column.kind, "string"),
        **({"separator": " "} if column.kind == "IRIs" else {}),
    }


def _described(release: Release) -> dict[str, str]:
    """Return what the description of a release says of it; an older one has none."""
    file = release.path / "schema.jsonld"
    found: dict[str, str] = json.loads(file.read_bytes()) if file.is_file() else {}
    return found


def _parquet(release: Release, export: Export) -> Iterator[bytes]:
    """Yield the table as Parquet, with what it is and what its columns mean."""
    try:
        from pyarrow import RecordBatch
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise MissingWriterError(
            f"{export.name}.parquet: pyarrow, which writes it, is not installed;"
            " `pip install 'onrecord[parquet]'`"
        ) from error
    schema = _schema(release, export)
    file = io.BytesIO()
    with ParquetWriter(file, schema, compression="zstd") as writer:
        for some in _batches(release, export):
            columns = (list(cells) for cells in zip(*some, strict=True))
            writer.write_batch(
                RecordBatch.from_pydict(dict(zip(schema.names, columns, strict=True)), schema)
            )
    yield file.getvalue()


def _schema(release: Release, export: Export) -> "pyarrow.Schema":
    import pyarrow as pa

    types = {
        "IRIs": pa.list_(pa.string()),
        "xsd:boolean": pa.bool_(),
        "xsd:date": pa.date32(),
        "xsd:decimal": pa.float64(),
        "xsd:integer": pa.int64(),
    }
    about = {
        "title": export.title,
        "description": export.about,
        "dataset": str(release.manifest.get("dataset", "")),
        "release": release.name,
        "license": _described(release).get("license", ""),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                types.get(column.kind, pa.string()),
                metadata={"description": column.about},
            )
            for column in export.columns
        ],
        metadata=about,
    )
