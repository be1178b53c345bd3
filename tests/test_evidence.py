"""Evidence: what is said of a passage, of one whose numbers are wrong, and at what cost."""

import tempfile
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

import onrecord.records.evidence
from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import Archive, add_text, decode, open_archive
from onrecord.records.assembly import records_of
from onrecord.records.collection import read_collection
from onrecord.records.evidence import Verdict, verify
from onrecord.records.fix import move_drifted

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").with_stem("evidence").read_text())[
    "passage"
]
THINGS = "https://tide.example/"


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def snapshot(records: Graph, name: str, digest: str) -> URIRef:
    """Add a snapshot of a source to records."""
    node = URIRef(f"{THINGS}snapshot/{name}")
    records.add((node, RDF.type, REC.Snapshot))
    records.add((node, SCHEMA.sha256, Literal(digest)))
    return node


@pytest.mark.parametrize("modality", [None, REC.possible])
def test_a_hedge_stands_in_a_report_that_puts_the_claim_as_it_is(
    modality: URIRef | None, tmp_path: Path
) -> None:
    """“Probably” of a report that makes a guess of what was asserted is no hedge of the speaker."""
    text = "Ann is said to have 40 boats, probably."
    add_text(tmp_path, text.encode())
    records = Graph()
    claim, report, passage = (URIRef(f"{THINGS}{name}") for name in ("claim", "report", "passage"))
    records.add((claim, REC.hedge, Literal("probably")))
    records.add((report, REC.attests, claim))
    records.add((report, REC.passage, passage))
    records.add((passage, OA.hasSource, snapshot(records, "one", hashed(text))))
    records.add((passage, SCHEMA.sha256, Literal(hashed("40 boats"))))
    records.add((passage, REC.start, Literal(text.index("40"))))
    records.add((passage, REC.end, Literal(text.index("40") + len("40 boats"))))
    if modality:
        records.add((report, REC.modality, modality))
    broken = [each for each in verify(records, open_archive([tmp_path])) if each.status == "broken"]
    assert [each.node for each in broken] == ([claim] if modality else [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["what"]))
def test_of_a_passage_is_said_what_the_file_says(case: dict[str, str], tmp_path: Path) -> None:
    add_text(tmp_path, case["text"].encode())
    records = Graph()
    passage = URIRef(f"{THINGS}passage")
    records.add((passage, OA.hasSource, snapshot(records, "one", hashed(case["text"]))))
    for name in ("start", "end"):
        if name in case:
            number = str(case[name]).replace("THOUSANDS", "9" * 5000)
            records.add((passage, REC[name], Literal(number)))
    if "words" in case:
        records.add((passage, REC.words, Literal(case["words"])))
    if "prose" in case:
        records.add((passage, SCHEMA.sha256, Literal(hashed(case["prose"]))))
    (verdict,) = verify(records, open_archive([tmp_path]))
    assert verdict.status == case["status"]
    assert case.get("told", "") in verdict.problem
    diagnosis = verdict.diagnosis
    place = diagnosis and diagnosis.kind == "drifted" and [diagnosis.start, diagnosis.end]
    assert (place or None) == case.get("place")


def kept(folder: Path, text: str, start: int, end: int, evidence: str) -> None:
    """Write a record of one passage, and archive its text."""
    archived = add_text(folder / "archive", text.encode())
    (folder / "records").mkdir()
    (folder / "records" / "one.ttl").write_text(
        f"""
        @prefix oa: <{OA}> . @prefix rec: <{REC}> . @prefix schema: <{SCHEMA}> .
        <{THINGS}snapshot> a rec:Snapshot ; schema:sha256 "{archived.stem}" .
        <{THINGS}attestation> rec:passage [
            oa:hasSource <{THINGS}snapshot> ; rec:start {start} ; rec:end {end} ; {evidence}
        ] .
        """,
        encoding="utf-8",
    )


def fixed(folder: Path) -> tuple[Verdict, Verdict, list[int]]:
    """Return the verdict on the passage before and after `--fix`, and its numbers then."""
    archive = open_archive([folder / "archive"])
    collection = read_collection(folder / "records")
    (before,) = verify(records_of(collection), archive)
    move_drifted(collection, records_of(collection), [before])
    records = records_of(read_collection(folder / "records"))
    (after,) = verify(records, archive)
    numbers = [int(str(records.value(after.node, name))) for name in (REC.start, REC.end)]
    return before, after, numbers


SLIP = st.integers(-16, 16)
AROUND = st.text("abcé ñ\n\r\ufeff\U0001f4a3.e\u0301", max_size=40)
SPEECH = st.text("abc éñ,\U0001f4a3", min_size=1, max_size=30).filter(str.strip)


@given(AROUND, SPEECH, AROUND, SLIP, SLIP, st.booleans())
def test_a_slip_at_either_end_of_a_passage_is_told_and_fixed(
    before: str, words: str, after: str, first: int, last: int, are_kept: bool
) -> None:
    text = f"{before} “{words}” {after}"
    start = text.index(f"“{words}”") + 1
    end = start + len(words)
    assume(text.find(words) == text.rfind(words))
    assume((first, last) != (0, 0))
    evidence = f'rec:words "{words}"' if are_kept else f'schema:sha256 "{hashed(words)}"'
    with tempfile.TemporaryDirectory() as name:
        kept(Path(name), text, start + first, end + last, evidence)
        told, verdict, numbers = fixed(Path(name))
    assert (told.status, told.diagnosis and told.diagnosis.kind) == ("broken", "drifted")
    assert (verdict.status, numbers) == ("verified", [start, end])


@given(st.text("ab", min_size=1, max_size=3), SLIP, SLIP)
def test_words_that_stand_in_many_places_are_moved_to_one_where_they_verify(
    words: str, first: int, last: int
) -> None:
    text = f"abba baba ab “{words}” aabb abab b"
    start = text.index("“") + 1
    with tempfile.TemporaryDirectory() as name:
        kept(Path(name), text, start + first, start + len(words) + last, f'rec:words "{words}"')
        _, verdict, numbers = fixed(Path(name))
    assert (verdict.status, numbers) == ("verified", [start, start + len(words)])


def test_a_passage_with_one_number_is_moved_by_that_number(tmp_path: Path) -> None:
    kept(tmp_path, "Rain. “All is well.”", 0, 12, 'rec:words "All is well."')
    path = tmp_path / "records" / "one.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("rec:end 12 ;", ""), "utf-8")
    archive = open_archive([tmp_path / "archive"])
    collection = read_collection(tmp_path / "records")
    (verdict,) = verify(records_of(collection), archive)
    assert move_drifted(collection, records_of(collection), [verdict]) == 1
    (verdict,) = verify(records_of(read_collection(tmp_path / "records")), archive)
    assert verdict.status == "verified"
    assert "rec:start 7 ;" in path.read_text(encoding="utf-8")


class Counted(Graph):
    """A graph that counts the triples it is asked for."""

    given = 0

    def triples(self, triple: tuple[Node, Node, Node]) -> Iterator[tuple[Node, Node, Node]]:
        """Yield the triples like this one."""
        for found in super().triples(triple):
            self.given += 1
            yield found


def missing(number: int) -> Counted:
    """Return records of sources, each with a passage, that no archive has."""
    records = Counted()
    for each in range(number):
        passage = URIRef(f"{THINGS}passage/{each}")
        words = f"word {each:03}"
        records.add((passage, OA.hasSource, snapshot(records, str(each), hashed(words))))
        records.add((passage, REC.start, Literal(0)))
        records.add((passage, REC.end, Literal(len(words))))
        records.add((passage, SCHEMA.sha256, Literal(hashed(words))))
    records.given = 0
    return records


@pytest.mark.parametrize("others", [0, 40])
def test_twice_as_many_missing_texts_cost_twice_as_much(
    tmp_path: Path, others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted are triples that are looked at, and texts that are read."""
    for number in range(others):
        add_text(tmp_path, f"another text {number}".encode())
    texts: list[bytes] = []

    def read(data: bytes) -> str:
        texts.append(data)
        return decode(data)

    monkeypatch.setattr(onrecord.records.evidence, "decode", read)
    given_for = {}
    for number in (50, 100):
        records = missing(number)
        verdicts = list(verify(records, Archive((tmp_path,))))
        assert [verdict.status for verdict in verdicts] == ["not checked"] * number
        given_for[number] = records.given
    assert given_for[100] <= 2 * given_for[50]
    assert len(texts) == 2 * others, "each text is read once, however many passages are missing"


def test_each_altered_text_is_told_by_its_own_file(tmp_path: Path) -> None:
    records = missing(30)
    for each in (4, 17):
        add_text(tmp_path, f"word {each:03} and more".encode())
    told = {
        str(verdict.node).rpartition("/")[2]: verdict.problem
        for verdict in verify(records, open_archive([tmp_path]))
        if verdict.status == "broken"
    }
    assert told.keys() == {"4", "17"}
    for each, problem in ((int(name), problem) for name, problem in told.items()):
        assert f"altered, as {hashed(f'word {each:03} and more')}.txt" in problem
