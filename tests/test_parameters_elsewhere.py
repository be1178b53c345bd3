"""Parameters of saved queries as they are written and as they are sent: the same rows anywhere.

A file has `VALUES ?name { UNDEF }`, which by the standard restricts nothing (SPARQL 1.1, 10.2). Not
every engine does so, so what is sent has no such line. docs/scaling.md has a table of the engines.
"""

import csv
import io
import os
import subprocess
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from built_releases import ReleaseOf
from conftest import require, require_command
from onrecord.files.bundled import QUERIES
from onrecord.releases.release import Release
from onrecord.releases.remote.push import MERGED_GRAPH, held_name, push
from onrecord.releases.remote.sparql_client import select
from onrecord.releases.saved_query import Query, bind, read_query, without_values
from sample_release import BASE
from test_other_parsers import JENA
from virtuoso import virtuoso

ASKED = ("how-carried", "responses", "said-at-event", "said-of-actor", "superseded")
"""Queries of one to three parameters, and one without, which every engine here answers soon."""
PARAMETERS = tomllib.loads(
    (Path(__file__).parent / "answers" / "parameters.toml").read_text(encoding="utf-8")
)
COMMANDS = (*JENA, "jena-cmds", "jena-dboe-base", "jena-dboe-index", "jena-dboe-storage",
            "jena-dboe-trans-data", "jena-dboe-transaction", "jena-rdfconnection", "jena-shacl",
            "jena-tdb", "jena-tdb2")  # fmt: skip
"""Jars of Debian that Jena's command for queries needs."""

Engine = Callable[[str], set[tuple[str, ...]]]
"""Gives the rows of a query, each as its IRIs: of other terms engines have forms of their own, and
Virtuoso gives some rows twice (virtuoso_deviations.toml)."""


def iris(rows: Iterator[list[str]]) -> set[tuple[str, ...]]:
    return {tuple(cell for cell in row if cell.startswith("http")) for row in rows}


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    """A release of the sample."""
    return release_of("sample")


@pytest.fixture(scope="module")
def oxigraph(release: Release) -> Engine:
    """The engine of a release."""
    store = ox.Store()
    store.load(path=release.path / "dumps" / "onrecord.nt", format=ox.RdfFormat.N_TRIPLES)

    def ask(text: str) -> set[tuple[str, ...]]:
        found = store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        return iris([getattr(term, "value", "") for term in row] for row in found)

    return ask


@pytest.fixture(scope="module")
def rdflib(release: Release) -> Engine:
    """The engine of rdflib."""
    graph = Graph().parse(release.path / "dumps" / "onrecord.nt", format="nt")
    return lambda text: iris(
        ["" if term is None else str(term) for term in row]  # type: ignore[union-attr]
        for row in graph.query(text)
    )


@pytest.fixture(scope="module")
def jena(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Jena's ARQ, which is the engine of Fuseki, too."""
    java = require_command("java", "default-jre-headless")
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in COMMANDS]
    require(jars[0].is_file(), "the Debian package libapache-jena-java")
    folder = tmp_path_factory.mktemp("jena")
    with zipfile.ZipFile("/usr/share/java/jena-core.jar") as core:
        inside = "org/apache/jena/ext/"
        for name in core.namelist():
            if name.startswith(f"{inside}xerces/") and name.endswith(".properties"):
                target = folder / name.removeprefix(inside)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(core.read(name))
    path = os.pathsep.join([str(folder), *map(str, jars)])
    data = release.path / "dumps" / "onrecord.nt"

    def ask(text: str) -> set[tuple[str, ...]]:
        (folder / "query.rq").write_text(text, encoding="utf-8")
        command = [java, "-Xmx1g", "-cp", path, "arq.arq", "--data", str(data)]
        done = subprocess.run(
            [*command, "--query", str(folder / "query.rq"), "--results", "csv"],
            capture_output=True, text=True, check=True, encoding="utf-8",
        )  # fmt: skip
        return iris(iter(list(csv.reader(io.StringIO(done.stdout)))[1:]))

    return ask


@pytest.fixture(scope="module")
def virtuoso_engine(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A Virtuoso."""
    with virtuoso(tmp_path_factory.mktemp("store") / "virtuoso") as store:
        list(push(store, release))
        merged = held_name(BASE + MERGED_GRAPH, release.name)

        def ask(text: str) -> set[tuple[str, ...]]:
            assert text.count("\nWHERE {\n") == 1
            text = text.replace("\nWHERE {\n", f"\nFROM <{merged}>\nWHERE {{\n")
            rows = select(store, text)
            return iris([getattr(term, "value", "") for term in row] for row in rows)

        yield ask


def texts(query: Query) -> Iterator[tuple[str, str]]:
    """Yield a query with its parameters without values, as written and as sent, and with them."""
    yield without_values(query), bind(query, {}, BASE)
    values = PARAMETERS.get(query.name, {})
    yield bind(query, values, BASE), bind(query, values, BASE)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(
    "engine",
    ["rdflib", pytest.param("jena", marks=pytest.mark.slow),  # A Java machine for each query.
     pytest.param("virtuoso_engine", marks=pytest.mark.slow)],  # It takes seconds to start.
)  # fmt: skip
def test_parameters_choose_the_same_rows(
    oxigraph: Engine, request: pytest.FixtureRequest, engine: str, name: str
) -> None:
    ask: Engine = request.getfixturevalue(engine)
    query = read_query(QUERIES / f"{name}.rq")
    for written, sent in texts(query):
        expected = oxigraph(sent)
        assert expected
        assert oxigraph(written) == expected
        assert ask(written) == expected
        assert ask(sent) == expected
