"""Links that rules read of a release: what dictionaries of sets are, in less memory."""

import tracemalloc
from collections import defaultdict
from collections.abc import Callable

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from onrecord.derivation.report import Links, links, read_custody, text_of, texts
from onrecord.rdf.namespaces import RDFS, REC, SCHEMA

BASE = "https://example.org/pier/"
LETTERS = st.sampled_from("abc")
LANGUAGES = st.sampled_from([None, "en", "en-GB", "cs"])


@given(st.lists(st.tuples(LETTERS, LETTERS)))
def test_links_are_what_a_dictionary_of_sets_is(pairs: list[tuple[str, str]]) -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        expected[one].add(other)
    found = Links(pairs)
    assert dict(found) == expected
    assert len(found) == len(expected)
    assert sorted(found.pairs()) == sorted(set(pairs))
    for one in "abcd":
        assert found.of(one) == expected.get(one, set())
        assert (one in found) == (one in expected)


@given(st.lists(st.tuples(LETTERS, LETTERS, LANGUAGES)))
def test_a_text_looked_up_is_the_one_that_is_read_of_all(
    given: list[tuple[str, str, str | None]],
) -> None:
    store, name = ox.Store(), ox.NamedNode(SCHEMA.name)
    for thing, text, language in given:
        literal = ox.Literal(text, language=language)
        store.add(ox.Quad(ox.NamedNode(BASE + thing), name, literal))
        store.add(ox.Quad(ox.BlankNode(thing), name, literal))
    read = texts(store, SCHEMA.name)
    for letter in "abc":
        for thing in (letter, BASE + letter):
            of_thing = [
                ((language or "x")[:2] != "en", text)
                for each, text, language in given
                if each == letter
            ]
            expected = min(of_thing)[1] if of_thing else None
            assert read.get(thing) == text_of(store, thing, SCHEMA.name) == expected


def kept(make: Callable[[], object]) -> int:
    """Return the bytes of what something makes."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        made = make()
        after, _ = tracemalloc.get_traced_memory()
        del made
    finally:
        tracemalloc.stop()
    return after - before


def test_links_take_a_third_of_the_memory_of_sets() -> None:
    pairs = [(f"{BASE}report/{each}", f"{BASE}actor/{each % 9}") for each in range(5_000)]
    assert kept(lambda: Links(pairs)) < kept(lambda: {one: {other} for one, other in pairs}) / 3


def test_each_iri_is_one_string_in_all_links() -> None:
    store = ox.Store()
    for each in range(3):
        report = ox.NamedNode(f"{BASE}report/{each}")
        for name in (REC.reporter, REC.seenBy):
            store.add(ox.Quad(report, ox.NamedNode(name), ox.NamedNode(f"{BASE}actor/1")))
    both = [links(store, name).pairs() for name in (REC.reporter, REC.seenBy)]
    strings = [string for pairs in both for pair in pairs for string in pair]
    assert len(strings) == 12
    assert len({id(string) for string in strings}) == 4


def test_names_are_looked_up_and_none_is_held() -> None:
    store = ox.Store()
    custody = read_custody(store)
    assert custody.name(f"{BASE}actor/1") is None
    for name, text in ((RDFS.label, "a label"), (SCHEMA.name, "a name")):
        node = ox.NamedNode(f"{BASE}actor/1")
        store.add(ox.Quad(node, ox.NamedNode(name), ox.Literal(text, language="en")))
        assert custody.name(f"{BASE}actor/1") == text
