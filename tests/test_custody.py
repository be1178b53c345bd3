"""What small collections say of roots, independence and laundering, by the header of each.

A file of tests/custody has in its second line what follows from it: `# witnesses: CLAIM, 1 root, 3
outlets, 1 traced, 2 not traced`, `# independence: CODE` of the one agreement in it, or `# launders:
STRENGTH` of the one laundering, `nothing` where there is none. A third line `# primary: REPORT`
names the reports that are primary, and lines `# in words:` and `# sources:` have what is printed of
the claim.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef

from onrecord.derivation.derived import derive, rules
from onrecord.derivation.drift import DRIFTS
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import assemble
from onrecord.records.collection import Collection, read_file

FOLDER = Path(__file__).parent / "custody"
CASES = sorted(path for path in FOLDER.glob("*.ttl") if path.name != "base.ttl")
USED = (
    "comparable", "judged", "kin", "comparison", "roots", "witnesses", "primary", "independence",
    "laundered", *(rule.name for rule in DRIFTS),
)  # fmt: skip
RULES = [rule for rule in rules() if rule.name in USED]
PIER = "https://example.org/pier/"


def expected(case: Path, name: str) -> str:
    """Return what a line of the header says; empty if there is no such line."""
    match = re.search(rf"^# {name}: (.*)$", case.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else ""


@cache
def derived(case: Path) -> dict[str, Graph]:
    files = tuple(read_file(path) for path in (FOLDER / "base.ttl", case))
    assembly = assemble(Collection(FOLDER, files, ()))
    return derive((assembly.records, assembly.completed, assembly.ontology), RULES)


def that_say(name: str) -> pytest.MarkDecorator:
    cases = [case for case in CASES if expected(case, name)]
    return pytest.mark.parametrize("case", cases, ids=lambda path: path.stem)


def test_every_case_says_what_follows() -> None:
    for case in CASES:
        assert any(expected(case, name) for name in ("witnesses", "independence", "launders"))


@that_say("witnesses")
def test_outlets_and_roots_are_counted_as_far_as_they_are_traced(case: Path) -> None:
    claim, *_ = wanted = expected(case, "witnesses").split(", ")
    graph = derived(case)["witnesses"]
    names = (REC.independentRoots, REC.outlets, REC.outletsTraced, REC.outletsUntraced)
    counts = [int(str(graph.value(URIRef(PIER + claim), name))) for name in names]
    assert counts == [int(text.partition(" ")[0]) for text in wanted[1:]]
    sentence = str(graph.value(URIRef(PIER + claim), REC.rootsInWords))
    outlets = f"{counts[1]} outlet{'s' if counts[1] > 1 else ''}"
    assert outlets in sentence
    assert ("not traced" in sentence) == bool(counts[3])


@that_say("in words")
def test_what_nobody_can_look_up_here_is_named(case: Path) -> None:
    graph = derived(case)["witnesses"]
    assert str(graph.value(URIRef(f"{PIER}a"), REC.rootsInWords)) == expected(case, "in words")


@that_say("sources")
def test_a_source_that_reports_a_claim_otherwise_is_marked(case: Path) -> None:
    graph = derived(case)["witnesses"]
    assert str(graph.value(URIRef(f"{PIER}a"), REC.sourcesInWords)) == expected(case, "sources")


@that_say("primary")
def test_the_document_itself_is_primary(case: Path) -> None:
    graph = derived(case)["primary"]
    primary = [
        report for report, value in graph.subject_objects(REC.primary) if str(value) == "true"
    ]
    assert primary == [URIRef(PIER + expected(case, "primary"))]


def test_a_report_that_is_not_traced_has_no_root() -> None:
    graph = derived(FOLDER / "one-traced.ttl")["roots"]
    traced, *others = (URIRef(f"{PIER}a-{outlet}") for outlet in ("mail", "post", "tide"))
    assert list(graph.objects(traced, REC.root)) == [URIRef(f"{PIER}transcript")]
    assert graph.value(traced, REC.tracing) == CODE["to-origin"]
    for report in others:
        assert list(graph.objects(report, REC.root)) == []
        assert graph.value(report, REC.tracing) == CODE.untraced


@that_say("independence")
def test_nothing_is_independent_that_nobody_has_traced(case: Path) -> None:
    found = derived(case)
    (comparison,) = found["comparison"].subjects(REC.outcome, CODE.agreement)
    graph = found["independence"]
    assert graph.value(comparison, REC.independence) == CODE[expected(case, "independence")]
    ground = str(graph.value(comparison, REC.ground))
    assert expected(case, "says") in ground
    assert ground.endswith(".")


@that_say("launders")
def test_only_what_an_outlet_has_from_the_speaker_and_gives_as_its_own_is_laundered(
    case: Path,
) -> None:
    graph, wanted = derived(case)["laundered"], expected(case, "launders")
    pairs = set(graph.subject_objects(REC.launders))
    nodes = set(graph.subjects(RDF.type, REC.Laundering))
    if wanted == "nothing":
        assert (pairs, nodes) == (set(), set())
        return
    (node,) = nodes
    assert pairs == {(URIRef(f"{PIER}b"), URIRef(f"{PIER}a"))}
    assert pairs == {(graph.value(node, REC.editorial), graph.value(node, REC.spoken))}
    strength = str(graph.value(node, REC.strength)).partition("#")[2].replace("-", " ")
    assert strength == wanted.replace("-", " ")
    reason = str(graph.value(node, REC.because))
    assert "Mail" in reason
    assert "Ada (1 March 2030)" in reason
    assert expected(case, "says") in reason
    assert reason.endswith(".")
