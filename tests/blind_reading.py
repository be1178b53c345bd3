"""Draw attestations of the second evidence pack for a blind coder, and count how far he agrees.

`python blind_reading.py draw SEED PAGES SHEET ANSWERS` writes a sheet of 60 stretches of pages, and
a table to fill in, of which docs/coding.md tells how. `python blind_reading.py count ANSWERS` sets
what he wrote beside the records, prints Krippendorff's α of each variable with the differences, and
writes tests/second_reading_2.csv.
"""

import csv
import random
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import chain
from pathlib import Path

import krippendorff
from rdflib import Graph
from rdflib.namespace import DCTERMS, ORG, RDFS, SKOS
from rdflib.term import Node

import bundled
from onrecord.rdf.namespaces import OA, QUDT, REC, SCHEMA

VARIABLES = (
    "speaker", "mode", "date", "value", "comparator", "measure", "modality", "period", "time",
)  # fmt: skip
READING = Path(__file__).parent / "second_reading_2.csv"
NUMBER = 60
WORDS = {"anonymous", "outlet"}
CYRILLIC = dict(zip("абвгдезиіїклмнопрстуфыэєю", "abvgdeziiiklmnoprstufyeeu", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "я": "ya",
}  # fmt: skip


def drawn(graph: Graph, seed: int) -> list[tuple[str, Node]]:
    """Return attestations of the second pack with their numbers, drawn with a seed."""
    numbered = sorted(
        (str(number), attestation)
        for attestation, number in graph.subject_objects(DCTERMS.identifier)
        if str(number).startswith("AMD-")
    )
    return sorted(random.Random(seed).sample(numbered, NUMBER))  # noqa: S311 (a sample, no secret)


def stretches(graph: Graph, attestation: Node) -> list[tuple[str, int, int]]:
    """Return the hash of the page and the place of each passage of an attestation."""
    return sorted(
        (
            str(graph.value(graph.value(passage, OA.hasSource), SCHEMA.sha256)),
            int(str(graph.value(passage, REC.start))),
            int(str(graph.value(passage, REC.end))),
        )
        for passage in graph.objects(attestation, REC.passage)
    )


def quantities(graph: Graph, attestation: Node) -> list[Node]:
    """Return the figures of a report: its own where it departs from its claim."""
    claim = graph.value(attestation, REC.attests)
    own = [*graph.objects(attestation, REC.quantity)] or [*graph.objects(claim, REC.quantity)]
    return sorted(own, key=str)


def draw(seed: int, pages: Path, sheet: Path, answers: Path) -> None:
    """Write the sheet and the empty table."""
    graph = bundled.graph()
    texts = {sha256(page.read_bytes()).hexdigest(): page for page in pages.iterdir()}
    with answers.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["number", *VARIABLES])
        table.writerows([number, *[""] * len(VARIABLES)] for number, _ in drawn(graph, seed))
    with sheet.open("w", encoding="utf-8") as file:
        for number, attestation in drawn(graph, seed):
            print(f"== {number}", file=file)
            for name, start, end in stretches(graph, attestation):
                page = texts[name]
                words = page.read_text(encoding="utf-8")[start:end]
                print(f"page {page.name}, {start}–{end}:", file=file)
                print(f"    {' '.join(words.split())}", file=file)
            figures = quantities(graph, attestation)
            if len(figures) > 1:
                said = graph.value(figures[0], REC.asStated)
                print(f"several figures: code the one of “{said}”", file=file)
            print(file=file)


def recorded(graph: Graph, attestation: Node) -> dict[str, set[str]]:
    """Return what the records have for each variable, in all forms that count as the same."""
    claim = graph.value(attestation, REC.attests)

    def said(path: Node) -> Node | None:
        return graph.value(attestation, path) or graph.value(claim, path)

    speaker = graph.value(attestation, REC.creditedTo) or graph.value(claim, REC.speaker)
    time = said(REC.saidOn)
    found = {
        "speaker": speaker_forms(graph, attestation, speaker),
        "mode": {code(graph.value(attestation, REC.mode))},
        "date": {str(graph.value(time, DCTERMS.date, default="none"))} if time else {"none"},
        "modality": {code(said(REC.modality))},
    }
    figures = quantities(graph, attestation)
    if not figures:
        return found | {each: {"none"} for each in VARIABLES if each not in found}
    figure = figures[0]
    series = graph.value(figure, REC.inSeries)
    over = graph.value(figure, REC.over)
    valid = graph.value(figure, REC.validFor) or said(REC.validFor)
    return found | {
        "value": {amount(graph, figure)},
        "comparator": {code(graph.value(figure, REC.comparator))},
        "measure": {str(graph.value(series, REC.measure)).rpartition("#")[2].rpartition("/")[2]},
        "period": {str(over) if over else "none"},
        "time": time_forms(graph, valid),
    }


def code(node: Node | None) -> str:
    """Return the code at the end of an IRI."""
    return str(node).rpartition("#")[2]


def speaker_forms(graph: Graph, attestation: Node, speaker: Node | None) -> set[str]:
    """Return the names of a speaker, with `outlet` and `anonymous` where these are meant."""
    names = {plain(str(name)) for name in graph.objects(speaker, SCHEMA.name | RDFS.label)}
    names |= {plain(str(name)) for name in graph.objects(speaker, SKOS.altLabel)}
    names |= {plain(str(name)) for name in graph.objects(attestation, REC.creditedAs)}
    for role in graph.objects(speaker, ORG.hasMembership / ORG.role / SKOS.prefLabel):
        names.add("the " + plain(str(role)))
    if (speaker, REC.anonymous, None) in graph:
        names.add("anonymous")
    for snapshot in graph.objects(attestation, REC.passage / OA.hasSource):
        source = graph.value(snapshot, REC.snapshotOf)
        for origin in (source, *graph.transitive_objects(source, REC.reprints)):
            if speaker in {*graph.objects(origin, SCHEMA.publisher | SCHEMA.author)}:
                names.add("outlet")
    return names


def amount(graph: Graph, figure: Node) -> str:
    """Return the value of a figure, or its range, as a plain number."""
    value = graph.value(figure, QUDT.numericValue)
    ends = [value] if value else [graph.value(figure, REC.low), graph.value(figure, REC.high)]
    return "-".join(number(str(end)) for end in ends if end is not None)


def number(text: str) -> str:
    """Return a number without what does not count: 4.0 is 4."""
    return f"{Decimal(text.replace(',', '')).normalize():f}"


def time_forms(graph: Graph, time: Node | None) -> set[str]:
    """Return the time of a figure; `said` where it is that of the statement."""
    if time is None:
        return {"none"}
    forms = {str(graph.value(time, DCTERMS.date, default="none")).rstrip("~")}
    if "the time of the statement is taken" in str(graph.value(time, REC.reason)):
        forms.add("said")
    if any(form.endswith("/..") for form in forms):
        forms.add("open")
    return forms


def plain(text: str) -> str:
    """Return a name in lower case, without marks on letters, as words between single spaces."""
    letters = unicodedata.normalize("NFD", text.lower())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", kept))


def written(variable: str, answer: str) -> str:
    """Return an answer in the form in which records are compared."""
    answer = answer.strip()
    if not answer:
        return "none"
    if variable == "speaker":
        return "anonymous" if answer.startswith("anonymous") else plain(answer)
    if variable == "value" and answer != "none":
        return "-".join(number(end) for end in answer.split("-"))
    return answer.rstrip("~")


def pairs(graph: Graph, answers: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield the number, the variable, what is on record and what the coder wrote."""
    attestations = {str(number): each for each, number in graph.subject_objects(DCTERMS.identifier)}
    with answers.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found = recorded(graph, attestations[row["number"]])
            for variable in VARIABLES:
                forms = {form.rstrip("~") for form in found[variable]}
                second = written(variable, row[variable])
                # A page that names no day is not compared, though other pages may name it.
                if variable == "date" and second == "none":
                    continue
                same = min((form for form in forms if is_same(variable, form, second)), default="")
                # What is called by two forms of one name is one code for both readers.
                yield row["number"], variable, same or min(forms), same or second


def is_same(variable: str, form: str, second: str) -> bool:
    """Say whether a form on record is what a coder wrote.

    A last name is enough, in the spelling or script of a page; so is a day without its year."""
    if variable == "speaker" and form not in WORDS and second not in WORDS:
        last, read = form.split()[-1:], romanised(second).split()[-1:]
        return form == second or SequenceMatcher(None, str(last), str(read)).ratio() > 0.8
    if second.startswith("XXXX"):
        return form[4:] == second[4:] and form[:4].isdigit()
    return form == second


def romanised(name: str) -> str:
    """Return a name in Latin letters, roughly."""
    return "".join(CYRILLIC.get(letter, letter) for letter in name)


def alpha(of: Iterable[tuple[str, str]]) -> float:
    """Return Krippendorff's α of nominal codes; nan where all are the same."""
    rows = [*of]
    codes = {value: place for place, value in enumerate(sorted(set(chain(*rows))))}
    if len(codes) < 2:
        return 1.0
    return float(
        krippendorff.alpha(
            reliability_data=[[codes[row[reader]] for row in rows] for reader in (0, 1)],
            level_of_measurement="nominal",
        )
    )


def count(answers: Path) -> None:
    """Print α of each variable and the differences, and keep the pairs."""
    rows = [*pairs(bundled.graph(), answers)]
    with READING.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["attestation", "variable", "first", "second"])
        table.writerows(rows)
    print("| variable | pairs | agree | α |\n|---|---|---|---|")
    for variable in VARIABLES:
        coded = [(first, second) for _, named, first, second in rows if named == variable]
        agree = sum(first == second for first, second in coded)
        print(f"| {variable} | {len(coded)} | {agree} | {alpha(coded):.2f} |")
    for number, variable, first, second in rows:
        if first != second:
            print(f"{number} {variable}: on record {first}, read {second}")


if __name__ == "__main__":
    command, *given = sys.argv[1:]
    if command == "draw":
        draw(int(given[0]), *map(Path, given[1:]))
    else:
        count(Path(given[0]))
