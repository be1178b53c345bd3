"""The sample collection: assembled and derived as graphs, released, and served."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rdflib import Graph

import onrecord
from endpoint_release import Server, served
from onrecord.derivation.derived import derive_all
from onrecord.records.archive import open_archive
from onrecord.records.assembly import Assembly, assemble, merged
from onrecord.records.collection import read_collection

SAMPLE = Path(__file__).parent / "sample"
BASE = "https://example.org/harbour/"


def assemble_sample() -> Assembly:
    """Read and complete the sample's records, with its archive at hand."""
    archive = open_archive([SAMPLE / "archive"])
    return assemble(read_collection(SAMPLE / "records"), archive.text)


def sample_graph() -> Graph:
    """Return everything that the sample asserts, records and derivations, in one graph."""
    assembly = assemble_sample()
    derived = derive_all(assembly)
    return merged(assembly.records, assembly.completed, assembly.ontology, *derived.values())


def release_sample(folder: Path) -> Path:
    """Build a release of the sample in a folder; return the folder of releases."""
    releases = folder / "releases"
    onrecord.build(SAMPLE / "records", archive=SAMPLE / "archive", releases=releases)
    return releases


@contextmanager
def served_sample(folder: Path, **options: object) -> Iterator[Server]:
    """Run a server with one worker over a release of the sample; `options` as for `served`."""
    with served(folder, release_sample(folder), workers=1, **options) as running:
        yield running
