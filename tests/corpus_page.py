"""Write the numbers of docs/corpus.md anew: `cd tests && ../.venv/bin/python corpus_page.py`.

Counts of records and of what is derived, what the rules find of the relations that a curator
judged, how much only the evidence packs state, the judged pairs of figures, and how far two readers
agree. It then prints each judged relation that the rules miss and the page does not explain yet.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import krippendorff
from rdflib import Graph
from rdflib.namespace import ORG, RDF

import bundled
import judged_pairs
from conftest import REPOSITORY, beside
from onrecord.rdf.namespaces import REC

HERE = Path(__file__).parent
PAGE = REPOSITORY / "docs" / "corpus.md"
READINGS = {
    "second_reading.csv": "\n## A second reading\n",
    "second_reading_2.csv": "\n## A blind reading of the second pack\n",
    "second_reading_3.csv": "\n### After the mends\n",
}
"""The heading under which the page tells how far two readers agree, by the file of the readings."""
HITS = {
    "alters": set(),
    "compatible with": {"agreement", "path", "pending"},
    "contradicts": {"disagreement", "revision"},
    "seems to contradict": {"apparent"},
    "supersedes": {"change", "revision", "postponement", "reached", "missed"},
}
"""Which comparisons find what was judged.

An agreement, a path and a pending target say that two figures do not conflict, so they find what
was judged compatible and nothing else: a plan that follows another on one path does not supersede
it. What is compatible is also found by no comparison at all.
"""
FOUND = {
    "drift": "alters",
    "apparent": "seems to contradict",
    "change, postponement, reached, missed": "supersedes",
    "disagreement": "contradicts",
    "agreement, path, pending": "compatible with",
}
"""Which relation each kind of result finds."""
OUTCOMES = {
    "apparent": "apparent conflicts",
    "change": "changes",
    "disagreement": "disagreements",
    "revision": "revisions",
    "postponement": "postponements",
    "expected-later": "plans expected later by others",
    "path": "paths",
    "agreement": "agreements",
    "reached": "reached targets",
    "missed": "missed ones",
    "pending": "pending ones",
}
"""What the page calls each outcome of a comparison."""
KINDS = {
    "claims": REC.Claim,
    "attestations": REC.Attestation,
    "sources": REC.Source,
    "snapshots": REC.Snapshot,
    "actors": REC.Actor,
    "events": REC.Event,
    "series": REC.Series,
    "judgements": REC.Judgement,
}


def judged() -> list[dict[str, str]]:
    """Return the answer that sets each judgement beside what the rules find."""
    path = HERE / "corpus_answers" / "judged-and-derived.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compared(row: dict[str, str]) -> set[str]:
    """Return the outcomes of the comparisons of the two that a judgement relates."""
    return set(filter(None, row["compared"].split(", ")))


def departs(row: dict[str, str]) -> bool:
    """Say whether the rules find that one of the two is a report that departs from its claim."""
    return bool(row["drift_of_subject"] or row["drift_of_object"])


def is_found(row: dict[str, str]) -> bool:
    """Say whether the rules find what a curator judged."""
    if row["judged"] == "alters":
        return departs(row)
    if row["judged"] == "compatible with":
        return compared(row) <= HITS[row["judged"]] and not departs(row)
    return bool(compared(row) & HITS[row["judged"]])


def collection_lines() -> Iterator[str]:
    """Yield the rows of how many records of each kind there are."""
    records = bundled.assembly().records
    for name, kind in KINDS.items():
        yield f"| {name} | {len(set(records.subjects(RDF.type, kind)))} |"


def recall_line(kind: str) -> str:
    """Return how many of the judged relations of one kind the rules find."""
    rows = [row for row in judged() if row["judged"] == kind]
    found = sum(map(is_found, rows))
    return f"| {kind} | {len(rows)} | {found} | {found / len(rows):.2f} |"


def precision_line(found: str) -> str:
    """Return how many results of one kind a curator judged the same."""
    told = set(found.split(", "))
    rows = [row for row in judged() if told & compared(row) or (found == "drift" and departs(row))]
    right = sum(row["judged"] == FOUND[found] for row in rows)
    return f"| {found} | {right} | {len(rows) - right} | {right / len(rows):.2f} |"


def derived_words(graph: Graph) -> str:
    """Return the sizes of what is derived in words."""
    outcomes = Counter(
        str(graph.value(comparison, REC.outcome)).rpartition("#")[2]
        for comparison in graph.subjects(RDF.type, REC.Comparison)
    )
    assert outcomes.keys() == OUTCOMES.keys()
    return ", ".join(f"{outcomes[outcome]} {name}" for outcome, name in OUTCOMES.items())


def taken_words(records: Graph) -> str:
    """Return how many days, offices and names are in an evidence pack alone, in words."""
    taken = set(records.subjects(REC.takenFrom))
    claims = set(records.subjects(RDF.type, REC.Claim))
    said = [
        str(records.value(time, REC.basis)).rpartition("#")[2]
        for claim, time in records.subject_objects(REC.saidOn)
        if claim in claims and time in taken
    ]
    offices = [each for each in records.objects(None, ORG.hasMembership) if each in taken]
    names = taken & set(records.subjects(RDF.type, REC.Actor))
    return (
        f"Of {len(claims)} days said, {len(said)} are in an evidence pack alone: "
        f"{said.count('curator')} whole, {said.count('inferred-year')} by their year, "
        f"{said.count('bounded')} by a bound. So are {len(offices)} offices, "
        f"{len(names)} full names"
    )


def reading(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return what two readers made of each variable, pair by pair."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs.setdefault(row["variable"], []).append((row["first"], row["second"]))
    return pairs


def agreement_line(name: str, variable: str) -> str:
    """Return how far two readers agree on a variable: pairs, those alike, Krippendorff's α."""
    pairs = reading(name)[variable]
    codes = {value: code for code, value in enumerate(sorted(set(chain(*pairs))))}
    alpha = krippendorff.alpha(
        reliability_data=[[codes[pair[reader]] for pair in pairs] for reader in (0, 1)],
        level_of_measurement="nominal",
    )
    agree = sum(first == second for first, second in pairs)
    return f"| {variable} | {len(pairs)} | {agree} | {alpha:.2f} |"


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of any level."""
    return re.split(r"\n##+ ", text.partition(heading)[2])[0]


def remade(text: str) -> str:
    """Return the page with its numbers counted anew."""
    for line in collection_lines():
        text = with_row(text, line)
    for line in (*map(recall_line, HITS), *map(precision_line, FOUND)):
        text = with_row(text, line)
    text = replaced(
        r"\d+ apparent conflicts, .*? pending ones", derived_words(bundled.graph()), text
    )
    taken = taken_words(bundled.assembly().records)
    text = replaced(r"Of \d+ days said, .*? full names", taken, text)
    for name, heading in READINGS.items():
        lines = [agreement_line(name, variable) for variable in reading(name)]
        text = within(text, heading, lines)
    pairs = judged_pairs.read_pairs(beside("pairs") / "pairs.jsonl")
    table = judged_pairs.table(judged_pairs.compare(bundled.store(), pairs))
    return within(text, "\n### Judged pairs of figures\n", table.splitlines()[2:])


def within(text: str, heading: str, lines: list[str]) -> str:
    """Return a text in which rows of tables under one heading are those given."""
    old = section(text, heading)
    new = old
    for line in lines:
        new = with_row(new, line)
    return text.replace(old, new)


def with_row(text: str, line: str) -> str:
    """Return a text in which the row of a table that begins like a line is that line."""
    first, numbers = line.removeprefix("| ").split(" |", 1)
    cells = r" \|".join([r"[ \d.]+"] * (numbers.count("|")))
    return replaced(rf"(?m)^\| {re.escape(first)} \|{cells} \|$", line, text)


def replaced(pattern: str, by: str, text: str) -> str:
    """Return a text with the one place that a pattern matches replaced."""
    made, count = re.subn(pattern, lambda _: by, text, count=1)
    assert count, f"docs/corpus.md has no place for: {by}"
    return made


def unexplained(text: str) -> list[dict[str, str]]:
    """Return the judgements that the rules miss and the page says nothing of."""
    explained = section(text, "Every difference, and who is right")
    return [
        row
        for row in judged()
        if not is_found(row)
        and "onrecord/claim/" in row["subject"]
        and row["subject"].removeprefix(bundled.BASE) not in explained
    ]


def main(show: Callable[[str], None] = print) -> None:
    """Write the page and print what it does not explain."""
    text = remade(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8")
    for row in unexplained(text):
        show(f"{row['subject']}: judged {row['judged']}, compared {row['compared'] or 'nothing'}")


if __name__ == "__main__":
    main()
