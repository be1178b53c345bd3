"""Conclusions from pairs of claimed figures, by small collections that say what follows from them.

A file of tests/conclusions holds two figures and the line `# concludes: OUTCOME, STRENGTH`, with
`; b first` where the second claim comes first, or `# concludes: nothing`.
"""

from pathlib import Path

import pytest
from rdflib import RDF, Graph
from rdflib.term import Node

from onrecord.derivation.derived import derive, rules
from onrecord.rdf.namespaces import REC
from onrecord.records.assembly import assemble
from onrecord.records.collection import Collection, read_file

FOLDER = Path(__file__).parent / "conclusions"
CASES = sorted(path for path in FOLDER.glob("*.ttl") if path.name != "base.ttl")
RULES = [rule for rule in rules() if rule.name in ("comparable", "judged", "kin", "comparison")]
PIER = "https://example.org/pier/"


def conclusions(case: Path) -> tuple[Graph, list[Node]]:
    files = tuple(read_file(path) for path in (FOLDER / "base.ttl", case))
    assembly = assemble(Collection(FOLDER, files, ()))
    graph = derive((assembly.records, assembly.completed), RULES)["comparison"]
    return graph, list(graph.subjects(RDF.type, REC.Comparison))


def test_there_are_cases_of_every_kind() -> None:
    kinds = {line.partition(",")[0] for line in map(expected, CASES)}
    assert len(CASES) >= 40
    assert kinds == {
        "nothing", "agreement", "disagreement", "revision", "change", "path", "postponement",
        "reached", "missed", "pending", "apparent",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_it_follows_what_a_reader_would_say(case: Path) -> None:
    graph, found = conclusions(case)
    wanted, _, order = expected(case).partition("; ")
    if wanted == "nothing":
        assert found == []
        return
    (node,) = found
    outcome, strength = (
        str(graph.value(node, property)).partition("#")[2]
        for property in (REC.outcome, REC.strength)
    )
    assert f"{outcome}, {strength}".replace("-", " ") == wanted
    first = graph.value(node, REC.first)
    if order or outcome == "change":
        assert str(first).startswith(f"{PIER}{'b' if order else 'a'}#")
    reason = graph.value(node, REC.because)
    assert str(reason).endswith(".")
    assert any(name in str(reason) for name in ("Ada", "Ben", "Carl", "Dora"))


def expected(case: Path) -> str:
    """Return what a case says that it concludes."""
    lines = case.read_text(encoding="utf-8").splitlines()
    return lines[1].removeprefix("# concludes: ")
