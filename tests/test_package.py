"""The package: what a wheel holds, and who imports whom."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import REPOSITORY


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_a_wheel_has_two_packages_and_nothing_else_at_the_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "onrecord",
        "onrecord_server",
    }
    for file in (
        "onrecord/py.typed", "onrecord_server/py.typed", "onrecord/ontology/shapes.ttl",
        "onrecord/ontology/org.ttl",
        "onrecord/queries/witnesses.rq", "onrecord/graph/data/collection.ttl",
        "onrecord_server/templates/home.html", "onrecord_server/static/onrecord.css",
        "onrecord_server/queries/thing.rq",
    ):  # fmt: skip
        assert file in names


def test_a_wheel_finds_its_data_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "from onrecord.paths import BUNDLED_COLLECTION, ONTOLOGY, QUERIES;"
        "print(BUNDLED_COLLECTION, ONTOLOGY, QUERIES)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    for folder in result.stdout.split():
        assert Path(folder).is_dir()
        assert folder.startswith(str(tmp_path))


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "graph" / "onrecord").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_library_does_not_import_the_server(path: Path) -> None:
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    server = {name for name in imported if name.startswith("onrecord_server")}
    assert server == ({"onrecord_server.serving"} if path.name == "cli.py" else set())
