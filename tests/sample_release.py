"""The sample collection: assembled, and derived as graphs."""

from pathlib import Path

from rdflib import Graph

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
