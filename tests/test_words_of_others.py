"""The collection republishes no journalist's prose: speech in quotation marks, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef

REPOSITORY = Path(__file__).parent.parent
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
    yield from re.split(r'“[^”]*”|«[^»]*»|„[^”"\n]*["”]|"[^"\n]*"', text)


def own_words(graph: Graph) -> Iterator[str]:
    """Yield the literals that are ours: neither speech, nor a source's title, nor a body's name."""
    named = {*graph.subjects(None, REC.Source), *graph.subjects(None, REC.Actor)}
    for subject, predicate, value in graph:
        is_name = predicate == SCHEMA.name and subject in named
        if isinstance(value, Literal) and predicate != REC.words and not is_name:
            yield str(value)


def runs_of_prose(texts: list[str]) -> set[Run]:
    """Return the runs of words in the prose of texts."""
    return {run for text in texts for piece in prose(text) for run in runs(piece)}


def shared_runs(graph: Graph, published: set[Run]) -> list[str]:
    """Return the runs of words that records share with published prose, as text."""
    ours = {run for own in own_words(graph) for run in runs(own)}
    return sorted(" ".join(run) for run in ours & published)


@pytest.fixture(scope="module")
def published(seeds_archive: Path, corpus_archive: Path, corpus2_archive: Path) -> set[Run]:
    """The runs of words in the prose of all that is archived, but for the lines of addresses."""
    texts = [article.read_text(encoding="utf-8") for article in seeds_archive.iterdir()]
    texts += [
        page.read_text(encoding="utf-8").partition("\n")[2]
        for archive in (corpus_archive, corpus2_archive)
        for page in archive.iterdir()
    ]
    return runs_of_prose(texts)


@pytest.mark.parametrize("folder", ["", "claims", "sources"])
def test_no_record_repeats_the_prose_of_an_article(folder: str, published: set[Run]) -> None:
    files = sorted((REPOSITORY / "graph" / "data" / folder).glob("*.ttl"))
    assert len(files) > 5
    for path in files:
        assert shared_runs(Graph().parse(path), published) == [], path.name


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
    assert len(shared_runs(graph, runs_of_prose([SAMPLE]))) == found


def test_speech_titles_and_names_are_not_taken_for_our_words() -> None:
    graph = Graph().parse(
        format="turtle",
        data="""
            @prefix rec: <https://w3id.org/onrecord/ns#> .
            @prefix schema: <https://schema.org/> .
            <https://example.org/source/mill>
                a rec:Source ;
                schema:name "The mill by the river ground less flour"@en .
            <https://example.org/actor/mill>
                a rec:Actor ;
                schema:name "The mill by the river ground less flour"@en .
            <https://example.org/attestation/mill#passage>
                rec:words "The mill by the river ground less flour" .
        """,
    )
    assert shared_runs(graph, runs_of_prose([SAMPLE])) == []
