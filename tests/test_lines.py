"""Lines of N-Triples: those that two contents do not share, and those that mention a term."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from onrecord.rdf.located_turtle import read_located_triples
from onrecord.rdf.ntriples_diff import diff_lines
from onrecord.rdf.ntriples_search import lines_mentioning

LINES = st.lists(st.sampled_from([b"a", b"b", b"ab", b"aab", b""]), max_size=12)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(LINES, LINES, ENDS, st.booleans())
def test_lines_apart_are_those_of_two_sets(
    old: list[bytes], new: list[bytes], end: bytes, ended: bool
) -> None:
    was, now = (end.join(lines) + end * ended for lines in (old, new))
    lost, come = diff_lines(was, now)
    before, after = set(was.splitlines()) - {b""}, set(now.splitlines()) - {b""}
    assert sorted(lost.splitlines()) == sorted(before - after)
    assert sorted(come.splitlines()) == sorted(after - before)


MENTIONS = [
    ("<urn:a>", "<urn:a> <urn:p> <urn:x> ."),
    ("<urn:a>", "<urn:x> <urn:p> <urn:a> ."),
    ("<urn:a>", "<urn:x><urn:p><urn:a>."),
    ("<urn:a>", "<urn:x> <urn:p> <urn:\\u0061> ."),
    ("<urn:é>", "<urn:x> <urn:p> <urn:\\u00E9> ."),
    ('"t\\"s"', '<urn:x> <urn:p> "t\\u0022s" .'),
    ('"t\ts"', '<urn:x> <urn:p> "t\\ts" .'),
    ('"tide"', '<urn:x> <urn:p> "tide"   .'),
    ('"tide"@en', '<urn:x> <urn:p> "tide"@en <urn:graph> .'),
    ('"tide"@en', '<urn:x> <urn:p> "tide"@EN .'),
    ("<urn:x>", "<urn:x><urn:p> <urn:y> ."),
    ("<urn:z>", "<urn:x> <urn:p><urn:z> ."),
    ("<urn:z>", "_:a <urn:p> <urn:z> ."),
    ("_:f1", "_:a <urn:p> <urn:x> ."),
]


@pytest.mark.parametrize(("term", "line"), MENTIONS)
def test_lines_with_a_term_are_told_of(term: str, line: str) -> None:
    other = '<urn:y> <urn:p> "“ebb”" .'
    content = f"{other}\n{line}\n{other}\n{other}".encode()
    assert list(lines_mentioning({term})(content)) == [(2, line.encode())]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_lines_that_are_read_alone_keep_their_numbers(tmp_path: Path, end: str, start: str) -> None:
    lines = ["# é", "<urn:a> <urn:p> <urn:x> .", "", *["<urn:b> <urn:p> <urn:y> ."] * 3]
    lines += ["<urn:c> <urn:p> <urn:a> .", "", "<urn:a> <urn:p> <urn:z> ."]
    path = tmp_path / "some.nt"
    path.write_bytes((start + end.join(lines)).encode())
    a = URIRef("urn:a")
    whole = [
        triple for triple in read_located_triples(path) if a in (triple.subject, triple.object)
    ]
    regions = [triple.subject_region for triple in whole]
    assert [region.line for region in regions] == [2, 7, 9]
    found = {
        triple.subject_region
        for triple in read_located_triples(path, line_filter=lines_mentioning({"<urn:a>"}))
    }
    assert found == set(regions)
