"""What is said of a query that does not parse: where the mistake is, its cause and its mend."""

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY, w3c_suite
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.query_text.mistake import Mistake, mistake
from onrecord.rdf.query_text.syntax import failure
from onrecord.rdf.query_text.tokens import QueryToken, tokens

CASES = tomllib.loads(Path(__file__).with_name("query_mistakes.toml").read_text(encoding="utf-8"))[
    "mistake"
]
KNOWN = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
QUERY_FILES = sorted([*QUERIES.glob("*.rq"), *(REPOSITORY / "ontology" / "rules").glob("*.rq")])
SAVED = [path.read_text(encoding="utf-8") for path in QUERY_FILES]


def told(query: str) -> Mistake:
    """Return what is said of a query that the engine refuses."""
    with pytest.raises(SyntaxError) as refused:
        ox.Store().query(query)
    return mistake(query, str(refused.value), KNOWN)


@pytest.mark.parametrize("case", CASES, ids=[case["query"][:60] for case in CASES])
def test_a_mistake_is_told_with_its_place_cause_and_mend(case: dict[str, str]) -> None:
    found = told(case["query"])
    assert (f"{found.line}:{found.column}", found.advice) == (case["place"], case["advice"])


def test_a_third_of_the_mistakes_stopped_somebody_in_public() -> None:
    public = [case for case in CASES if "found" in case]
    assert len(CASES) >= 60
    assert len(public) >= 20


@pytest.mark.parametrize("case", CASES, ids=[case["query"][:60] for case in CASES])
def test_the_caret_stands_under_the_place(case: dict[str, str]) -> None:
    found = told(case["query"])
    line, caret = found.excerpt.split("\n")
    written = case["query"].split("\n")[found.line - 1]
    assert caret.strip() == "^"
    assert len(caret) == found.column
    assert len(line) == len(written)


def test_a_long_line_is_shown_around_the_place() -> None:
    query = "SELECT ?c { " + "?c a ?t . " * 60 + "?c , ?t " + "?c a ?t . " * 60 + "}"
    found = told(query)
    line, caret = found.excerpt.split("\n")
    assert found.column == 616
    assert line[len(caret) - 1 :].startswith(", ?t")
    assert len(line) <= 100


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda path: path.stem)
def test_the_grammar_takes_every_query_of_the_project(path: Path) -> None:
    assert failure(tokens(path.read_text(encoding="utf-8"))) is None


@pytest.mark.parametrize("suite", ["sparql10", "sparql11"])
def test_the_grammar_takes_what_the_engine_takes_of_the_w3c_suites(suite: str) -> None:
    queries = sorted(w3c_suite(suite).rglob("*.rq"))
    refused = {path.name for path in queries if is_parsed(path) and failure(tokens(read(path)))}
    assert len(queries) > 100
    # The letters of SPARQL make an IRI of `<?a&&?b>` (19.8), the engine a comparison.
    assert refused <= {"syn-bad-26.rq"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def is_parsed(path: Path) -> bool:
    """Return whether the engine parses a query."""
    try:
        ox.Store().query(read(path))
    except SyntaxError:
        return False
    except RuntimeError:
        return True  # it asks another endpoint
    return True


@pytest.mark.parametrize(
    "query", ["SELECT * { <<( ?a ?b ?c )>> ?p , }", "SELECT ?x { ?a ?b LATERAL }"]
)
def test_of_what_only_the_engine_takes_it_says_what_the_engine_says(query: str) -> None:
    found = told(query)
    assert 1 <= found.column <= len(query) + 1
    assert found.advice


@given(st.sampled_from(SAVED), st.data())
def test_something_is_said_of_any_damaged_query(query: str, data: st.DataObject) -> None:
    found = tokens(query)
    damaged = data.draw(damage(query, found))
    try:
        ox.Store().query(damaged)
    except SyntaxError as error:
        said = mistake(damaged, str(error), KNOWN)
        lines = damaged.split("\n")
        assert 1 <= said.line <= len(lines)
        assert 1 <= said.column <= len(lines[said.line - 1]) + 1
        assert said.advice
        assert "\n" not in said.advice
    except RuntimeError:
        pass  # of a SERVICE that cannot be reached


@st.composite
def damage(draw: st.DrawFn, query: str, found: list[QueryToken]) -> str:
    """Drop, double or replace a token."""
    token = draw(st.sampled_from(found))
    put = draw(
        st.sampled_from(["", f"{token.text} {token.text}", "}", ")", ",", "FILTER", "é", "'"])
    )
    return f"{query[: token.start]}{put}{query[token.end :]}"


@given(st.text(max_size=200))
def test_any_text_is_told_to_be_no_query(text: str) -> None:
    said = mistake(text, "error at 1:1: expected [_]", {})
    assert said.advice
    assert said.line >= 1


def test_a_word_of_any_length_is_told_in_short() -> None:
    assert len(told(f"SELECT ?x {{ ?x a {'word' * 2_000} }}").advice) <= 300
