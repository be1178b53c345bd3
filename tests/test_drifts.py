"""What a report changed of its claim, by small collections that say what is found.

A file of tests/drifts holds a claim, its quotation elsewhere and a report of it, and the line
`# finds: OUTCOME, STRENGTH`, several of them after semicolons, or `# finds: nothing`.
"""

from pathlib import Path

import pytest
from rdflib import RDF, Graph

from onrecord.derivation.derived import derive, rules
from onrecord.derivation.drift import DRIFTS
from onrecord.rdf.namespaces import REC
from onrecord.records.assembly import assemble
from onrecord.records.collection import Collection, read_file

FOLDER = Path(__file__).parent / "drifts"
CASES = sorted(path for path in FOLDER.glob("*.ttl") if path.name != "base.ttl")
NAMES = {"comparable", "judged", "primary", *(rule.name for rule in DRIFTS)}
RULES = [rule for rule in rules() if rule.name in NAMES]
OF_FIGURES = {"stronger", "other value", "other measure", "other product", "other party",
              "other time", "conjoined"}  # fmt: skip


def drifts(case: Path) -> Graph:
    files = tuple(read_file(path) for path in (FOLDER / "base.ttl", case))
    assembly = assemble(Collection(FOLDER, files, ()))
    derived = derive((assembly.records, assembly.completed), RULES)
    graph = Graph()
    for rule in DRIFTS:
        graph += derived[rule.name]
    return graph


def expected(case: Path) -> list[str]:
    """Return what a case says that is found."""
    line = case.read_text(encoding="utf-8").splitlines()[1].removeprefix("# finds: ")
    return [] if line == "nothing" else sorted(line.split("; "))


def test_there_are_cases_of_every_kind() -> None:
    found = [each for case in CASES for each in expected(case)]
    assert len(CASES) >= 60
    assert {each.partition(",")[0] for each in found} == {
        *OF_FIGURES, "other modality", "other speaker", "other saying", "other words"
    }  # fmt: skip
    assert {each.partition(", ")[2] for each in found} == {"for certain", "probable", "may be"}
    assert sum(not expected(case) for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_report_is_charged_with_what_it_changed_and_no_more(case: Path) -> None:
    graph = drifts(case)
    nodes = sorted(graph.subjects(RDF.type, REC.Drift))
    found = [
        ", ".join(
            str(graph.value(node, name)).partition("#")[2].replace("-", " ")
            for name in (REC.outcome, REC.strength)
        )
        for node in nodes
    ]
    assert sorted(found) == expected(case)
    for node, told in zip(nodes, found, strict=True):
        figures = [
            list(map(str, graph.objects(node, name)))
            for name in (REC.reportedFigure, REC.saidFigure)
        ]
        number = {"conjoined": 2}.get(told.partition(",")[0], 1)
        if told.partition(",")[0] in OF_FIGURES:
            assert [len(each) for each in figures] == [number, number]
            assert all("/report#" in figure for figure in figures[0])
            assert all("/a#" in figure for figure in figures[1])
        else:
            assert figures == [[], []]
        assert str(graph.value(node, REC.because)).endswith(".")
