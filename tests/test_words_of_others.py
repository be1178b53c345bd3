"""The collection republishes no journalist's prose: speech in quotation marks, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef

REPOSITORY = Path(__file__).parent.parent
FILES = sorted((REPOSITORY / "graph" / "data").rglob("*.ttl"))
LONGEST = 6

REC = Namespace("https://w3id.org/onrecord/ns#")
SCHEMA = Namespace("https://schema.org/")

Run = tuple[str, ...]


def runs(text: str) -> Iterator[Run]:
    """Yield each run of words that is one word too long to be shared."""
    words = re.findall(r"[\w'-]+", text.replace("’", "'").lower())
    for start in range(len(words) - LONGEST):
        yield tuple(words[start : start + LONGEST + 1])


def prose(text: str) -> Iterator[str]:
    """Yield what of a text stands outside quotation marks."""
    yield from re.split(r"“[^”]*”", text)


def own_words(graph: Graph) -> Iterator[str]:
    """Yield the literals that are ours: neither somebody's speech nor the title of a source."""
    sources = set(graph.subjects(None, REC.Source))
    for subject, predicate, value in graph:
        title = predicate == SCHEMA.name and subject in sources
        if isinstance(value, Literal) and predicate != REC.words and not title:
            yield str(value)


def shared_runs(graph: Graph, texts: list[str]) -> list[str]:
    """Return the runs of words that records share with the prose of texts, as text."""
    published = {run for text in texts for piece in prose(text) for run in runs(piece)}
    ours = {run for own in own_words(graph) for run in runs(own)}
    return sorted(" ".join(run) for run in ours & published)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_record_repeats_the_prose_of_an_article(path: Path, seeds_archive: Path) -> None:
    texts = [article.read_text(encoding="utf-8") for article in seeds_archive.iterdir()]
    assert shared_runs(Graph().parse(path), texts) == []


def test_words_are_kept_only_of_what_stands_in_quotation_marks(seeds_archive: Path) -> None:
    texts = [article.read_text(encoding="utf-8") for article in seeds_archive.iterdir()]
    quoted = [speech for text in texts for speech in re.findall(r"“([^”]*)”", text)]
    kept = [str(words) for path in FILES for words in Graph().parse(path).objects(None, REC.words)]
    assert kept
    assert all(any(words in speech for speech in quoted) for words in kept)


SAMPLE = (
    "The mill by the river ground less flour this year. “We have run short of stones,” she said."
)


@pytest.mark.parametrize(
    ("literal", "found"),
    [
        ("They say the mill by the river ground less flour.", 2),
        ("The mill by the river ground oats.", 0),
        ("We have run short of good stones, she told us.", 0),
    ],
)
def test_seven_words_in_a_row_are_found_outside_quotation_marks(literal: str, found: int) -> None:
    graph = Graph()
    graph.add((URIRef("https://example.org/claim/mill"), SCHEMA.text, Literal(literal, lang="en")))
    assert len(shared_runs(graph, [SAMPLE])) == found


def test_speech_and_titles_are_not_taken_for_our_words() -> None:
    graph = Graph().parse(
        format="turtle",
        data="""
            @prefix rec: <https://w3id.org/onrecord/ns#> .
            @prefix schema: <https://schema.org/> .
            <https://example.org/source/mill>
                a rec:Source ;
                schema:name "The mill by the river ground less flour"@en .
            <https://example.org/attestation/mill#passage>
                rec:words "The mill by the river ground less flour" .
        """,
    )
    assert shared_runs(graph, [SAMPLE]) == []
