"""A release by itself: everything in it has a label, and it satisfies the published shapes.

The dump is checked as anybody may check it, with the command of pySHACL and nothing of onrecord.
"""

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from built_releases import ReleaseOf
from onrecord.files.bundled import ONTOLOGY

COLLECTIONS = ("sample", "bundled")


@pytest.fixture(scope="module")
def dumps(release_of: ReleaseOf) -> dict[str, Path]:
    """Return the Turtle dump of a release of each collection."""
    return {name: release_of(name).path / "dumps/onrecord.ttl" for name in COLLECTIONS}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_everything_in_a_release_has_a_label(dumps: dict[str, Path], name: str) -> None:
    store = ox.Store()
    store.load(path=dumps[name], format=ox.RdfFormat.TURTLE)
    unnamed = """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?x { ?x a ?c FILTER NOT EXISTS { ?x rdfs:label ?l } }
    """
    assert [str(row["x"]) for row in store.query(unnamed)] == []


@pytest.mark.parametrize("name", ["sample", pytest.param("bundled", marks=pytest.mark.slow)])
def test_pyshacl_finds_nothing_in_a_dump(dumps: dict[str, Path], name: str) -> None:
    command = Path(sys.executable).with_name("pyshacl")
    shapes = ONTOLOGY / "shapes.ttl"
    result = subprocess.run(
        [command, "-s", shapes, dumps[name]], capture_output=True, text=True, check=False
    )
    assert "Conforms: True" in result.stdout, result.stdout[-3000:] + result.stderr[-3000:]
    assert result.returncode == 0


@pytest.mark.slow  # as long as to find nothing
def test_pyshacl_finds_a_fault_in_a_dump(dumps: dict[str, Path], tmp_path: Path) -> None:
    """The shapes have targets in a dump, so that nothing found means something."""
    faulty = tmp_path / "dump.ttl"
    whole = dumps["sample"].read_text(encoding="utf-8")
    faulty.write_text(
        whole + "\n<https://example.org/harbour/claim/overtaken> rec:modality rec:Claim .\n",
        encoding="utf-8",
    )
    command = Path(sys.executable).with_name("pyshacl")
    result = subprocess.run(
        [command, "-s", ONTOLOGY / "shapes.ttl", faulty],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Claim-modality" in result.stdout
