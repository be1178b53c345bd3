"""`check --since` on random edits of files in git, beside a check of all.

`make audit` makes 500 edits; ONRECORD_EDITS is how many a run makes otherwise.
"""

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from rdflib import BNode
from rdflib.term import Node

from onrecord.files.git import open_commit
from onrecord.shacl import Result
from onrecord.validation.data_files import graph_of
from onrecord.validation.report import Report
from onrecord.validation.validate import validate_since

EDITS = int(os.environ.get("ONRECORD_EDITS", "60"))
SHAPES = Path(__file__).parent / "since" / "shapes.ttl"
FILES, NODES, START = 8, 100, 16
MOST = 1.5
"""How many times the time of a check of all a check of what changed may take."""
TRIES = 5
"""How often both are measured again where the machine was busy with something else."""
PREFIXES = (
    "@prefix : <https://tide.example/> .",
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
)

Draw = random.Random
Texts = dict[str, list[str]]
"""Statements by the name of their file, one a line."""


def a_value(draw: Draw) -> str:
    node = f":n{draw.randrange(NODES)}"
    return draw.choice(
        (node, node, node, ":a", "1", "01", "3", "'tide'", "'ebb'@en", "'ebbe'@de",
         f"[ :p {draw.randrange(4)} ; :q {node} ]", f"[ a :Mark ; :r {node} ]")
    )  # fmt: skip


def a_statement(draw: Draw, node: str) -> str:
    if draw.random() < 0.3:
        return f"{node} a {draw.choice((':Buoy', ':Mark', ':Tower'))} ."
    return f"{node} {draw.choice((':p', ':q', ':r'))} {a_value(draw)} ."


def statements(draw: Draw) -> Texts:
    texts: Texts = {f"{number}.ttl": [] for number in range(FILES)}
    for number in range(NODES):
        text = texts[f"{number % FILES}.ttl"]
        text += [a_statement(draw, f":n{number}") for _ in range(draw.randint(3, 7))]
    texts["0.ttl"] += [":Tower rdfs:subClassOf :Mark .", ":a a :Buoy ; :q :n1 ."]
    return texts


# Edits: each changes some lines of the files


def drop(draw: Draw, texts: Texts) -> None:
    text = texts[draw.choice(sorted(texts))]
    for _ in range(min(len(text), draw.randint(1, 3))):
        text.pop(draw.randrange(len(text)))


def add(draw: Draw, texts: Texts) -> None:
    text = texts[draw.choice(sorted(texts))]
    for _ in range(draw.randint(1, 3)):
        text.insert(draw.randint(0, len(text)), a_statement(draw, f":n{draw.randrange(NODES)}"))


def replace(draw: Draw, texts: Texts) -> None:
    drop(draw, texts)
    add(draw, texts)


def rename(draw: Draw, texts: Texts) -> None:
    name, other = f":n{draw.randrange(NODES)} ", f":n{draw.randrange(NODES)} "
    for text in texts.values():
        text[:] = [line.replace(name, other) for line in text]


def move(draw: Draw, texts: Texts) -> None:
    source, target = draw.sample(sorted(texts), 2)
    texts[target] += [texts[source].pop() for _ in range(min(4, len(texts[source])))]


def shuffle(draw: Draw, texts: Texts) -> None:
    draw.shuffle(texts[draw.choice(sorted(texts))])


def empty(draw: Draw, texts: Texts) -> None:
    texts[draw.choice(sorted(texts))].clear()


def delete(draw: Draw, texts: Texts) -> None:
    del texts[draw.choice(sorted(texts))]


def new_file(draw: Draw, texts: Texts) -> None:
    texts["new.ttl"] = [a_statement(draw, f":n{draw.randrange(NODES)}") for _ in range(5)]


def hierarchy(draw: Draw, texts: Texts) -> None:
    texts["0.ttl"].append(f":{draw.choice(('Buoy', 'Float'))} rdfs:subClassOf :Mark .")


KINDS: tuple[Callable[[Draw, Texts], None], ...] = (
    drop, add, replace, drop, add, replace,
    rename, move, shuffle, empty, delete, new_file, hierarchy,
)  # fmt: skip


def write(texts: Texts, folder: Path) -> None:
    for path in folder.glob("*.ttl"):
        if path.name not in texts:
            path.unlink()
    for name, lines in texts.items():
        content = "\n".join((*PREFIXES, *lines, ""))
        path = folder / name
        if not path.exists() or path.read_text() != content:
            path.write_text(content)


def cpu_seconds(run: Callable[[], Report]) -> tuple[float, Report]:
    """Return the CPU seconds of a check with those of the programs that it starts."""
    before = time.process_time(), os.times()
    report = run()
    after = os.times()
    children = sum(after[2:4]) - sum(before[1][2:4])
    return time.process_time() - before[0] + children, report


def results(report: Report) -> Counter[Result]:
    return Counter(each.result for each in report.findings if each.result is not None)


def named(found: Counter[Result]) -> Counter[Result]:
    """Return the results that an edit does not rename: blank nodes are counted in each file."""
    return Counter(
        {
            result: number
            for result, number in found.items()
            if not any(isinstance(term, BNode) for term in (result.focus, result.value))
        }
    )


def described(folder: Path) -> set[tuple[Node, Node, Node]]:
    """Return the triples of the files without blank nodes."""
    return {
        triple
        for triple in graph_of(sorted(folder.glob("*.ttl")))
        if not any(isinstance(term, BNode) for term in triple)
    }


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one commit of some hundred nodes."""
    root = tmp_path_factory.mktemp("edits")
    folder = root / "data"
    folder.mkdir()
    write(statements(Draw(START)), folder)
    someone = ("-c", "user.name=someone", "-c", "user.email=someone@tide.example")
    for arguments in (("init", "-q"), ("add", "-A"), (*someone, "commit", "-qm", "data")):
        subprocess.run(["git", *arguments], check=True, cwd=root)
    return folder


@pytest.fixture(scope="module")
def first(start: Path) -> Counter[Result]:
    return results(validate_since((start,), (SHAPES,), "fast", None))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(EDITS))
def test_an_edit_is_checked_as_all_is_and_never_takes_much_longer(
    seed: int, start: Path, first: Counter[Result]
) -> None:
    draw = Draw(seed)
    write(statements(Draw(START)), start)
    before = described(start)
    texts = statements(Draw(START))
    for _ in range(draw.randint(1, 3)):
        draw.choice(KINDS)(draw, texts)
    write(texts, start)

    def since() -> Report:
        return validate_since((start,), (SHAPES,), "fast", open_commit("HEAD", start))

    whole = partial(validate_since, (start,), (SHAPES,), "fast", None)
    least = [cpu_seconds(whole), cpu_seconds(since)]
    everything, narrowed = results(least[0][1]), results(least[1][1])
    assert not narrowed - everything
    assert not named(everything - first) - narrowed  # what the edit has made is told
    concerned = {subject for subject, _, _ in before ^ described(start)}
    about = {result for result in everything if result.focus in concerned}
    assert about <= set(narrowed)
    for _ in range(TRIES):
        if least[1][0] <= MOST * least[0][0]:
            break
        least = [
            min(one, cpu_seconds(run), key=lambda each: each[0])
            for one, run in zip(least, (whole, since), strict=True)
        ]
    assert least[1][0] <= MOST * least[0][0]
