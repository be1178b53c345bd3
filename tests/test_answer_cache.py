"""Answer cache: its bounds, and eviction of the least recently used answers."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from onrecord_server.sparql.answer_cache import Answer, AnswerCache, cache_key
from onrecord_server.sparql.response import Response

ENTRY = 2500
"""Bytes that an answer counts for beside its body."""


def answer(body: bytes | Path, size: int) -> Answer:
    return Answer(body, size, "text/csv", 1, False, "2026-01-02-0123abcd", "e")


def test_the_least_recently_used_answer_leaves_first() -> None:
    answers = AnswerCache(memory=3 * (ENTRY + 100), disk=0)
    for name in ("one", "two", "three"):
        answers.put(cache_key(name), answer(b"x" * 100, 100))
    assert answers.get(cache_key("one")) is not None
    answers.put(cache_key("four"), answer(b"x" * 100, 100))
    kept = [name for name in ("one", "two", "three", "four") if answers.get(cache_key(name))]
    assert kept == ["one", "three", "four"]


def test_a_file_leaves_with_its_answer(tmp_path: Path) -> None:
    answers = AnswerCache(memory=100 * ENTRY, disk=250)
    for name in ("one", "two", "three"):
        (tmp_path / name).write_bytes(b"x" * 100)
        answers.put(cache_key(name), answer(tmp_path / name, 100))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["three", "two"]
    (tmp_path / "two").unlink()
    assert answers.get(cache_key("two")) is None, "its file was removed by hand"
    answers.clear()
    assert list(tmp_path.iterdir()) == []


def test_responses_share_the_bound_with_answers() -> None:
    cache = AnswerCache(memory=3 * (ENTRY + 100), disk=0)
    response = Response(200, (), b"x" * 100, 100)
    for number in range(3):
        cache.put(("2026-01-02-0123abcd", f"query={number}", "", ""), response)
    cache.put(cache_key("one"), answer(b"x" * 100, 100))
    kept = [cache.response(("2026-01-02-0123abcd", f"query={n}", "", "")) for n in range(3)]
    assert [each is not None for each in kept] == [False, True, True]
    assert cache.get(cache_key("one")) is not None


def test_an_answer_that_is_larger_than_the_bound_is_not_kept() -> None:
    answers = AnswerCache(memory=ENTRY, disk=0)
    answers.put(cache_key("one"), answer(b"x", 1))
    assert answers.get(cache_key("one")) is None


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2000), st.booleans()), max_size=40),
    st.integers(0, 9000),
)
def test_what_is_kept_is_never_over_the_bound(
    puts: list[tuple[int, int, bool]], bound: int
) -> None:
    answers = AnswerCache(memory=bound, disk=0)
    newest: dict[int, int] = {}
    for number, size, again in puts:
        answers.put(cache_key(str(number)), answer(b"x" * size, size))
        newest[number] = size
        if again:
            answers.get(cache_key(str(number)))
        found = [answers.get(cache_key(str(other))) for other in range(10)]
        kept = [entry for entry in found if entry is not None]
        assert sum(entry.size + ENTRY for entry in kept) <= bound
        assert all(
            entry is None or entry.size == newest[other] for other, entry in enumerate(found)
        )


def test_parts_of_a_question_are_not_taken_for_each_other() -> None:
    parts = [("a", "b"), ("ab", ""), (("a", "b"),), (("a",), "b"), (None, "b"), ("None", "b")]
    assert len({cache_key(*each) for each in parts}) == len(parts)
