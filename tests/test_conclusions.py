"""Conclusions from pairs of claimed figures, by small collections that say what follows from them.

A file of tests/conclusions holds two figures, perhaps with claims `x`, `y` and `z` that only bear
on what follows from the two, and the line `# concludes: OUTCOME, STRENGTH`, with `; b first` where
the second claim comes first, or `# concludes: nothing`. A line `# because: …` after it has the end
of the sentence that says why, and a line `# tells: …` what stands in it.
"""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph
from rdflib.term import Node

from onrecord.derivation.comparison import all_of, compare, neighbours
from onrecord.derivation.derived import derive, derive_into, in_memory, rules
from onrecord.derivation.inference import Conclusion
from onrecord.rdf.namespaces import PROV, REC
from onrecord.rdf.oxigraph import quads, to_graph
from onrecord.records.assembly import assemble
from onrecord.records.collection import Collection, read_file

FOLDER = Path(__file__).parent / "conclusions"
CASES = sorted(path for path in FOLDER.glob("*.ttl") if path.name != "base.ttl")
RULES = [rule for rule in rules() if rule.name in ("comparable", "judged", "kin", "comparison")]
PIER = "https://example.org/pier/"
SUBJECT, PREDICATE, OBJECT = (
    f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>"
    for name in ("subject", "predicate", "object")
)


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
        "expected later", "reached", "missed", "pending", "apparent",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_it_follows_what_a_reader_would_say(case: Path) -> None:
    graph, found = conclusions(case)
    wanted, _, order = expected(case).partition("; ")
    if wanted == "nothing":
        assert [each for each in found if not _is_of_another(graph, each)] == []
        return
    (node,) = (each for each in found if not _is_of_another(graph, each))
    outcome, strength = (
        str(graph.value(node, property)).partition("#")[2]
        for property in (REC.outcome, REC.strength)
    )
    assert f"{outcome}, {strength}".replace("-", " ") == wanted
    first = graph.value(node, REC.first)
    if order or outcome == "change":
        assert str(first).startswith(f"{PIER}{'b' if order else 'a'}#")
    reason = graph.value(node, REC.because)
    assert str(reason).endswith(because(case))
    assert all(words in str(reason) for words in told(case))
    assert any(name in str(reason) for name in ("Ada", "Ben", "Carl", "Dora"))


def _is_of_another(graph: Graph, comparison: Node) -> bool:
    """Return whether it is of a claim that only bears on what follows from the two of a case."""
    figures = graph.objects(comparison, REC.first | REC.second)
    return any(str(figure).startswith(f"{PIER}{name}#") for figure in figures for name in "xyz")


def expected(case: Path) -> str:
    """Return what a case says that it concludes."""
    lines = case.read_text(encoding="utf-8").splitlines()
    return lines[1].removeprefix("# concludes: ")


def because(case: Path) -> str:
    """Return how the sentence ends that says why."""
    line = case.read_text(encoding="utf-8").splitlines()[2]
    return line.removeprefix("# because: ") if line.startswith("# because: ") else "."


def told(case: Path) -> list[str]:
    """Return what stands in the sentence that says why."""
    lines = case.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# tells: ") for line in lines if line.startswith("# tells: ")]


def long_line(folder: Path) -> ox.Store:
    """Return a store of one series with figures of two speakers, month by month."""
    claims = "".join(
        f""":c{number} a rec:Claim ; rec:speaker :{"ada" if number % 3 else "ben"} ;
        rec:modality code:{"targeted" if number % 4 == 0 else "asserted"} ;
        rec:saidOn [ dcterms:date "{2030 + number // 12}-{number % 12 + 1:02}"^^edtf:EDTF ] ;
        rec:quantity [ rec:inSeries :output ; rec:comparator code:eq ;
            qudt:numericValue {1000 * (number % 5 + 1)} ; rec:over "P1Y"^^xsd:duration ;
            rec:validFor [ dcterms:date "{2030 + number // 12}"^^edtf:EDTF ] ] ."""
        for number in range(24)
    )
    prefixes = (FOLDER / "plan-reached.ttl").read_text(encoding="utf-8").partition(":a a")[0]
    (folder / "long.ttl").write_text(prefixes + claims, encoding="utf-8")
    files = tuple(read_file(path) for path in (FOLDER / "base.ttl", folder / "long.ttl"))
    assembly = assemble(Collection(folder, files, ()))
    store = ox.Store()
    for graph in (assembly.records, assembly.completed):
        store.extend(quads(graph))
    for _ in derive_into(store, [rule for rule in RULES if rule.name != "comparison"], in_memory):
        pass
    return store


def compared(store: ox.Store, whole_line: int) -> Graph:
    return to_graph(compare(store, whole_line))


def test_a_long_line_keeps_neighbours_and_counts_all(tmp_path: Path) -> None:
    """On one side of the threshold all pairs are kept, on the other some, and all are counted."""
    store = long_line(tmp_path)
    whole, part = compared(store, 24), compared(store, 23)
    kept = set(part.subjects(RDF.type, REC.Comparison))
    every = set(whole.subjects(RDF.type, REC.Comparison))
    assert kept < every
    for node in kept:
        assert set(part.predicate_objects(node)) == set(whole.predicate_objects(node))
    counts = {
        part.value(node, REC.outcome): int(str(part.value(node, REC.pairs)))
        for node in part.subjects(RDF.type, REC.OutcomeCount)
    }
    assert counts == Counter(whole.objects(None, REC.outcome))
    assert not set(whole.subjects(RDF.type, REC.OutcomeCount))
    assert len(all_of(store, f"{PIER}output")) == len(every)


def test_each_figure_of_a_long_line_keeps_its_neighbours(tmp_path: Path) -> None:
    """The last clash, its own speakers' last word, and the first of each outcome."""
    conclusions = all_of(long_line(tmp_path), f"{PIER}output")
    kept = {names(found) for found in neighbours(conclusions)}
    by_later: dict[str, list[tuple[tuple[date, str], Conclusion]]] = {}
    for found in conclusions:
        earlier, later = sorted(found[:2], key=lambda figure: figure.saying)
        by_later.setdefault(later.iri, []).append((earlier.saying, found))
    for pairs in by_later.values():
        said = [conclusion for _, conclusion in sorted(pairs, key=lambda pair: pair[0])]
        clashes = [each for each in said if each.inference.outcome in ("disagreement", "revision")]
        own = [each for each in said if each.first.speakers == each.second.speakers]
        first = {each.inference.outcome: each for each in reversed(said)}
        wanted = {names(each) for each in (*clashes[-1:], *own[-1:], *first.values())}
        assert wanted == {names(each) for each in said} & kept


@pytest.mark.parametrize(("month", "outcome"), [("2031-10", "path"), ("2033-10", "revision")])
def test_a_step_of_a_claim_that_goes_on_is_no_other_plan(
    month: str, outcome: str, tmp_path: Path
) -> None:
    """3,000 in 2031 does not revise 4,000 in 2031, if its claim goes on to 4,000 in that year."""
    case = (FOLDER / "plan-raised-by-body.ttl").read_text(encoding="utf-8")
    case = case.replace("6000", "3000").replace("2031-12-31", "2031")
    first, _, step = case.rpartition("rec:quantity ")
    later = step.strip(" .\n").replace("3000", "4000").replace('"2031"', f'"{month}"')
    case = f"{first}rec:quantity {later} , {step}"
    (tmp_path / "case.ttl").write_text(case, encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    reasons = {node: str(graph.value(node, REC.because)) for node in found}
    (node,) = (node for node in found if "Carl" in reasons[node] and "3,000" in reasons[node])
    assert str(graph.value(node, REC.outcome)).partition("#")[2] == outcome


def names(conclusion: Conclusion) -> tuple[str, str]:
    return conclusion.first.iri, conclusion.second.iri


def test_a_share_names_the_figure_that_it_is_of() -> None:
    graph, (node,) = conclusions(FOLDER / "share-and-other-number.ttl")
    bases = set(graph.objects(node, PROV.wasDerivedFrom))
    assert [str(base).partition("#")[0] for base in bases] == [f"{PIER}c"]
    assert "52 % of 1,000,000 is 520,000" in str(graph.value(node, REC.because))


@pytest.mark.parametrize(
    ("time", "places"),
    [
        ("2029", ["1"]),
        ("2028-02/..", []),
        ("../2029-05", []),
        ("2030-03-01/..", []),
        ("2027/2030", []),
    ],
)
def test_the_nearest_that_seem_to_conflict_are_of_one_time(
    time: str, places: list[str], tmp_path: Path
) -> None:
    """A time with an open end may be another one."""
    case = (FOLDER / "other-product.ttl").read_text(encoding="utf-8")
    first, _, second = case.rpartition('"2029"')
    (tmp_path / "case.ttl").write_text(f'{first}"{time}"{second}', encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    assert len(found) == 1
    assert [str(place) for place in graph.objects(None, REC.nearness)] == places


@pytest.mark.parametrize(
    ("relation", "places"),
    [
        ("rec:contradicts", []),
        ("rec:repeats", []),
        ("rec:supersedes", []),
        ("rec:alters", []),
        ("rec:qualifies", ["1"]),
    ],
)
def test_what_a_curator_judged_does_not_only_seem_so(
    relation: str, places: list[str], tmp_path: Path
) -> None:
    """The judgement says what the one claim is to the other."""
    case = (FOLDER / "other-product.ttl").read_text(encoding="utf-8")
    judged = f":judged a rec:Judgement ; {SUBJECT} :b ; {PREDICATE} {relation} ; {OBJECT} :a .\n"
    (tmp_path / "case.ttl").write_text(f"{case}\n{judged}", encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    assert len(found) == 1
    assert [str(place) for place in graph.objects(None, REC.nearness)] == places


def test_what_was_altered_on_the_way_is_not_set_beside_others(tmp_path: Path) -> None:
    case = (FOLDER / "other-product.ttl").read_text(encoding="utf-8")
    judged = f":judged a rec:Judgement ; {SUBJECT} :b ; {PREDICATE} rec:alters ; {OBJECT} :c .\n"
    (tmp_path / "case.ttl").write_text(f"{case}\n{judged}", encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    assert len(found) == 1
    assert not list(graph.objects(None, REC.nearness))


@pytest.mark.parametrize(("value", "places"), [("1500", ["1"]), ("400", [])])
def test_a_part_far_below_its_whole_is_not_taken_for_it(
    value: str, places: list[str], tmp_path: Path
) -> None:
    case = (FOLDER / "part-at-most-its-whole.ttl").read_text(encoding="utf-8")
    case = case.replace("code:le ; qudt:numericValue 2000", f"code:eq ; qudt:numericValue {value}")
    (tmp_path / "case.ttl").write_text(case, encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    assert len(found) == 1
    assert [str(place) for place in graph.objects(None, REC.nearness)] == places


def test_what_is_of_no_known_time_is_not_nearest(tmp_path: Path) -> None:
    """Neither the time nor the day of saying is known, so that all may lie between the two."""
    case = (FOLDER / "other-product.ttl").read_text(encoding="utf-8")
    said, valid = r"\n    rec:saidOn \[[^]]*\] ;", r" ; rec:validFor \[[^]]*\]"
    first, mark, second = case.rpartition("\n:b ")
    second = re.sub(valid, "", re.sub(said, "", second))
    (tmp_path / "case.ttl").write_text(f"{first}{mark}{second}", encoding="utf-8")
    graph, found = conclusions(tmp_path / "case.ttl")
    assert len(found) == 1
    assert not list(graph.objects(None, REC.nearness))


def test_what_follows_from_two_series_says_in_what_they_differ() -> None:
    graph, (node,) = conclusions(FOLDER / "output-above-capacity.ttl")
    assert list(graph.objects(node, REC.differsIn)) == [REC.measure]
