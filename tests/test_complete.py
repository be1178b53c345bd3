"""Completion: names of nested nodes, defaults, selectors and their context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, URIRef

from onrecord.rdf.namespaces import OA, QUDT, REC, UNIT
from onrecord.records.completion import context, nested_names
from onrecord.records.quotation import in_quotation
from sample_release import BASE, assemble_sample

OWNER = URIRef(f"{BASE}claim/x")
ASSEMBLY = assemble_sample()


def test_nested_nodes_are_named_under_their_owner_in_the_order_of_the_file() -> None:
    first, second, inner = BNode("z"), BNode("a"), BNode("m")
    names = nested_names(
        [
            (OWNER, REC.quantity, first),
            (first, REC.baseline, inner),
            (OWNER, REC.quantity, second),
        ]
    )
    assert names == {
        first: URIRef(f"{OWNER}#quantity"),
        second: URIRef(f"{OWNER}#quantity-2"),
        inner: URIRef(f"{OWNER}#quantity-baseline"),
    }


def test_a_node_that_nobody_owns_gets_no_name() -> None:
    assert nested_names([(BNode("a"), REC.quantity, BNode("b"))]) == {}


def test_the_published_graph_has_no_blank_nodes() -> None:
    for graph in (ASSEMBLY.records, ASSEMBLY.completed):
        assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


def test_a_quantity_gets_its_unit_from_its_series() -> None:
    quantity = URIRef(f"{BASE}claim/nine-thousand#quantity")
    assert list(ASSEMBLY.completed.objects(quantity, QUDT.hasUnit)) == [UNIT.NUM]


def test_the_reporter_is_the_author_or_else_the_publisher() -> None:
    for attestation, actor in (
        ("no-longer-ahead-quay", "tom-brandt"),
        ("still-ahead-gazette", "gazette"),
    ):
        reporters = ASSEMBLY.completed.objects(
            URIRef(f"{BASE}attestation/{attestation}"), REC.reporter
        )
        assert list(reporters) == [URIRef(f"{BASE}actor/{actor}")]


def test_kept_words_become_a_quote_selector_and_prose_does_not() -> None:
    direct = URIRef(f"{BASE}attestation/still-ahead-gazette#passage")
    kinds = {
        str(selector).rpartition("-")[2]
        for selector in ASSEMBLY.completed.objects(direct, OA.hasSelector)
    }
    assert kinds == {"position", "quote"}
    prose = URIRef(f"{BASE}attestation/tripled-meer#passage")
    kinds = {
        str(selector).rpartition("-")[2]
        for selector in ASSEMBLY.completed.objects(prose, OA.hasSelector)
    }
    assert kinds == {"position"}


@pytest.mark.parametrize(
    ("text", "words", "nth", "prefix", "suffix"),
    [
        ("she said yes", "yes", 0, "", ""),
        ("he said yes and she said yes", "yes", 1, "she said ", ""),
        ("yes yes", "yes", 0, "", " yes"),
    ],
)
def test_context_grows_only_until_it_is_unique(
    text: str, words: str, nth: int, prefix: str, suffix: str
) -> None:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    assert context(text, start, start + len(words)) == (prefix, suffix)


@given(st.text(alphabet="ab ", min_size=1, max_size=30), st.data())
def test_context_makes_a_stretch_unique_or_is_the_whole_text(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    prefix, suffix = context(text, start, end)
    whole = prefix + text[start:end] + suffix
    assert text.find(whole) == start - len(prefix)
    assert text.find(whole, start - len(prefix) + 1) == -1


@pytest.mark.parametrize(
    ("text", "words", "inside"),
    [
        ("He said: “We must go on.” They left.", "We must go on.", True),
        ("He said: “We must go on.” They left.", "They left.", False),
        ('He said: "We must go on." They left.', "We must go on.", True),
        ('He said: "We must go on." They left.', "They left.", False),
        ("Er sagte: „Wir gehen.“ Sie blieben.", "Wir gehen.", True),
        ("Er sagte: „Wir gehen.“ Sie blieben.", "Sie blieben.", False),
        ("Il dit : « Nous partons. » Ils restent.", "Nous partons.", True),
        ("“One”\nTwo", "Two", False),
        ("'We must go on, it is Ann's wish,' he said.", "Ann's wish", True),
        ("It is Ann's wish, he said, and the boys' too.", "wish, he said", False),
        ("'We must go on,' he said.", "he said", False),
        ('"One\nTwo, and then it ends."', "Two", True),
        ('"One\nTwo, and it does not end.', "Two", False),
        ('"One"\nTwo, and then it ends."', "Two", False),
    ],
)
def test_quotation_marks_are_seen_in_several_languages(text: str, words: str, inside: bool) -> None:
    start = text.index(words)
    assert in_quotation(text, start, start + len(words)) is inside
