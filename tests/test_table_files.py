"""Tables of a release as CSV, with metadata for CSV on the Web, and as Parquet."""

import csv
import io
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from csvw import CSVW
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from built_releases import ReleaseOf
from conftest import REPOSITORY
from onrecord.cli.main import main
from onrecord.rdf.namespaces import REC
from onrecord.releases.forms.kept import FORMS, form_of, make_all
from onrecord.releases.release import Release
from onrecord.releases.tables.export import KINDS, Export, exports
from onrecord.releases.tables.projection import TABLES
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import SAMPLE

PAGE = (REPOSITORY / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = dict(
    re.findall(r"^## (\w+)\n\n[^#]*?```python\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
)

each_table = pytest.mark.parametrize("export", exports().values(), ids=lambda each: each.name)


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def made(release: Release, name: str) -> Path:
    path = form_of(release, name)
    assert path is not None
    return path


def read(release: Release, export: Export) -> list[dict[str, str]]:
    text = made(release, f"{export.name}.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@each_table
def test_the_header_names_the_columns_of_the_query(export: Export, release: Release) -> None:
    with closing(sqlite3.connect(release.path / TABLES)) as tables:
        found = tables.execute(export.text).description
    assert [column.name for column in export.columns] == [name for name, *_ in found]
    assert {column.kind for column in export.columns} <= set(KINDS)
    kinds = [column.kind.startswith("IRI") for column in export.columns]
    assert kinds == sorted(kinds), "IRIs stand last"
    assert all(column.about.endswith(".") for column in export.columns)
    assert export.row in {column.name for column in export.columns if column.kind == "IRI"}


def test_claims_have_a_row_for_each_attestation_of_the_graph(release: Release) -> None:
    graph = Graph().parse(release.path / "dumps" / "onrecord.nt")
    gone = set(graph.subjects(REC.retractedIn))
    expected = {
        (str(attestation), str(claim))
        for attestation, claim in graph.subject_objects(REC.attests)
        if not {attestation, claim} & gone
    }
    assert gone & set(graph.subjects(RDF.type, REC.Claim))
    rows = read(release, exports()["claims"])
    assert sorted((row["attestation"], row["claim"]) for row in rows) == sorted(expected)
    for row in rows:
        claim = URIRef(row["claim"])
        assert set(row["speaker"].split()) == set(map(str, graph.objects(claim, REC.speaker)))
        attestation = URIRef(row["attestation"])
        passages = set(graph.objects(attestation, REC.passage))
        assert int(row["passages"]) == len(passages)
        words = {str(word) for each in passages for word in graph.objects(each, REC.words)}
        assert all(word in row["words"] for word in words)
        assert bool(words) == bool(row["words"])


@each_table
def test_parquet_has_what_csv_has(export: Export, release: Release) -> None:
    table = pyarrow.parquet.read_table(made(release, f"{export.name}.parquet"))
    assert [written(row) for row in table.to_pylist()] == read(release, export)
    for column, field in zip(export.columns, table.schema, strict=True):
        assert field.metadata[b"description"].decode() == column.about
    assert table.schema.metadata[b"release"].decode() == release.name
    assert table.schema.metadata[b"license"].startswith(b"https://")


def written(row: dict[str, Any]) -> dict[str, str]:
    def text(value: object) -> str:
        if isinstance(value, list):
            return " ".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {name: "" if value is None else text(value) for name, value in row.items()}


@each_table
def test_a_program_for_csv_on_the_web_reads_it_without_a_warning(
    export: Export, release: Release
) -> None:
    file = made(release, f"{export.name}.csv")
    metadata = made(release, f"{export.name}.csv-metadata.json")
    assert metadata.parent == file.parent
    group = CSVW(str(metadata))
    assert group.is_valid
    (table,) = group.tables
    found = [dict(row) for row in table]
    assert len(found) == len(read(release, export))
    kinds = {column.name: column.kind for column in export.columns}
    for row in found:
        for name, cell in row.items():
            assert isinstance(cell, list) == (kinds[name] == "IRIs"), name
    about = json.loads(metadata.read_bytes())
    assert about["schema:version"] == release.name
    assert about["dc:license"]["@id"].startswith("https://")


@pytest.fixture(scope="module")
def downloads(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the recipes begin with."""
    folder = tmp_path_factory.mktemp("downloads")
    (folder / "onrecord.nt").symlink_to(release.path / "dumps" / "onrecord.nt")
    for name in ("claims.csv", "claims.parquet"):
        (folder / name).symlink_to(made(release, name))
    return folder


def answer(recipe: str, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    monkeypatch.chdir(downloads)
    names: dict[str, Any] = {}
    exec(recipe, names)  # noqa: S102
    return {str(mode): int(number) for mode, number in names["answer"]}


def test_there_is_a_recipe_for_each_of_four_programs() -> None:
    assert set(RECIPES) == {"pandas", "DuckDB", "Oxigraph", "rdflib"}


@pytest.mark.parametrize("program", RECIPES)
def test_a_recipe_gives_the_answer(
    program: str, downloads: Path, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Counter(row["mode"] for row in read(release, exports()["claims"]))
    assert len(expected) > 2
    assert answer(RECIPES[program], downloads, monkeypatch) == expected


def test_duckdb_and_pandas_find_the_types_of_columns(release: Release) -> None:
    path = made(release, "claims.parquet")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()  # noqa: S608
    kinds = {name: kind for name, kind, *_ in described}
    assert kinds["said_from"] == "DATE"
    assert kinds["topic"] == "VARCHAR[]"
    assert kinds["taken_back"] == "BOOLEAN"
    figures = pandas.read_csv(made(release, "figures.csv"))
    assert figures["value"].dtype == "float64"


def test_a_table_is_served_with_its_type_and_leads_to_its_metadata(
    client: FlaskClient, release: Release
) -> None:
    response = client.get(f"/dumps/{release.name}/claims.csv", buffered=True)
    link = '<claims.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    assert response.headers["Link"] == link
    assert client.get(f"/dumps/{release.name}/none.csv").status_code == 404
    assert client.get(f"/dumps/{release.name}/claims.parquet.gz").status_code == 404
    page = client.get(f"/dumps/{release.name}/", headers={"Accept": "text/html"}).text
    assert f'href="/dumps/{release.name}/claims.parquet"' in page


def test_without_pyarrow_parquet_says_what_is_missing(
    client: FlaskClient, release: Release, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("claims", "figures"):
        (release.path.parent / FORMS / release.name / f"{name}.parquet").unlink(missing_ok=True)
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    response = client.get(f"/dumps/{release.name}/claims.parquet")
    assert response.status_code == 501
    assert response.text.strip() == (
        "claims.parquet: pyarrow, which writes it, is not installed;"
        " `pip install 'onrecord[parquet]'`"
    )
    assert client.get(f"/dumps/{release.name}/claims.csv", buffered=True).status_code == 200
    left_out = make_all(release.path)
    assert [each.partition(":")[0] for each in left_out] == ["claims.parquet", "figures.parquet"]
    folder = release.path.parent / FORMS / release.name
    assert (folder / "claims.csv.zst").is_file()
    assert list(folder.glob(".writing*")) == []
    arguments = ["build", "--all", "--collection", str(SAMPLE / "records"),
                 "--archive", str(SAMPLE / "archive"), "--releases", str(tmp_path)]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert "left out: claims.parquet: pyarrow" in result.stderr


def test_a_release_without_tables_has_no_files_of_them(release: Release, tmp_path: Path) -> None:
    older = tmp_path / release.name
    older.mkdir()
    assert form_of(Release(release.name, older, release.manifest), "claims.csv") is None
