"""Draw attestations of the second evidence pack for a blind coder, and count how far he agrees.

`python blind_reading.py draw SEED PAGES SHEET ANSWERS` writes a sheet of 60 stretches of pages that
no earlier reading has had, and a table to fill in, of which docs/coding.md tells how.
`python blind_reading.py count ANSWERS READING` sets what the coder wrote beside the records, prints
Krippendorff's α of each variable with the differences, and keeps the pairs in a file like
tests/second_reading_2.csv.

Names are compared as persons and bodies, and what only the pack tells is not looked for on a page:
docs/coding.md has the rules.
"""

import csv
import random
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import chain
from pathlib import Path

import krippendorff
from rdflib import Graph
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS
from rdflib.term import Node

import bundled
from onrecord.rdf.namespaces import OA, QUDT, REC, SCHEMA

VARIABLES = (
    "speaker", "mode", "date", "value", "comparator", "measure", "modality", "period", "time",
)  # fmt: skip
READINGS = sorted(Path(__file__).parent.glob("second_reading*.csv"))
OTHER_NAMES = tomllib.loads(
    (Path(__file__).parent / "speaker_names.toml").read_text(encoding="utf-8")
)
"""What coders wrote for a body that the record names in another language, by its name on record."""
NUMBER = 60
SMALL = {"the", "of", "and", "for", "in", "a", "der", "des", "die", "und", "von", "de", "du", "et"}
PRONOUNS = {"he", "she", "they", "er", "sie", "он", "его", "она", "він", "иого", "його", "вона"}
CYRILLIC = dict(zip("абвгдезиіїклмнопрстуфыэєю", "abvgdeziiiklmnoprstufyeeu", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "я": "ya",
}  # fmt: skip


def earlier() -> set[str]:
    """Return the numbers of what a blind coder has had before."""
    numbers = set()
    for reading in READINGS:
        with reading.open(encoding="utf-8", newline="") as file:
            numbers |= {row["attestation"] for row in csv.DictReader(file)}
    return numbers


def drawn(graph: Graph, seed: int) -> list[tuple[str, Node]]:
    """Return attestations of the second pack with their numbers, drawn with a seed."""
    seen = earlier()
    numbered = sorted(
        (str(number), attestation)
        for attestation, number in graph.subject_objects(DCTERMS.identifier)
        if str(number).startswith("AMD-") and str(number) not in seen
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


def compared(graph: Graph, figure: Node) -> str:
    """Return the two sides of a ratio as its series has them, nothing for any other figure."""
    series = graph.value(figure, REC.inSeries)
    sides = [graph.value(series, side) for side in (REC.bearer, REC.versus)]
    if None in sides or sides[0] == sides[1]:
        return ""
    return " against ".join(str(graph.value(side, RDFS.label)) for side in sides)


def draw(seed: int, pages: Path, sheet: Path, answers: Path) -> None:
    """Write the sheet and the empty table."""
    graph = bundled.graph()
    texts = {sha256(page.read_bytes()).hexdigest(): page for page in pages.iterdir()}
    sample = drawn(graph, seed)
    with answers.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["number", *VARIABLES])
        table.writerows([number, *[""] * len(VARIABLES)] for number, _ in sample)
    with sheet.open("w", encoding="utf-8") as file:
        for number, attestation in sample:
            print(f"== {number}", file=file)
            stretch = ""
            for name, start, end in stretches(graph, attestation):
                page = texts[name]
                words = page.read_text(encoding="utf-8")[start:end]
                print(f"page {page.name}, {start}–{end}:", file=file)
                print(f"    {' '.join(words.split())}", file=file)
                stretch += words
            figures = quantities(graph, attestation)
            if figures and (len(figures) > 1 or len(re.findall(r"\d[\d.,]*", stretch)) > 1):
                said = graph.value(figures[0], REC.asStated)
                print(f"several numbers: code the one of “{said}”", file=file)
            if figures and (sides := compared(graph, figures[0])):
                print(f"sides: {sides}", file=file)
            print(file=file)


def recorded(graph: Graph, attestation: Node) -> dict[str, set[str]]:
    """Return what the records have for each variable, in all forms that count as the same."""
    claim = graph.value(attestation, REC.attests)

    def said(path: Node) -> Node | None:
        return graph.value(attestation, path) or graph.value(claim, path)

    credited = {*graph.objects(attestation, REC.creditedTo)}
    speakers = credited or {*graph.objects(claim, REC.speaker)}
    day = said(REC.saidOn)
    found = {
        "speaker": speaker_forms(graph, attestation, speakers),
        "mode": {code(graph.value(attestation, REC.mode))},
        "date": date_forms(graph, day),
        "modality": {code(said(REC.modality))},
    }
    figures = quantities(graph, attestation)
    if not figures:
        return found | {each: {"none"} for each in VARIABLES if each not in found}
    figure = figures[0]
    series = graph.value(figure, REC.inSeries)
    valid = graph.value(figure, REC.validFor) or said(REC.validFor)
    return found | {
        "value": {amount(graph, figure)},
        "comparator": {code(graph.value(figure, REC.comparator))},
        "measure": {str(graph.value(series, REC.measure)).rpartition("#")[2].rpartition("/")[2]},
        "period": period_forms(graph, figure),
        "time": time_forms(graph, valid, day),
    }


def code(node: Node | None) -> str:
    """Return the code at the end of an IRI."""
    return str(node).rpartition("#")[2]


def speaker_forms(graph: Graph, attestation: Node, speakers: set[Node]) -> set[str]:
    """Return the names of speakers, a person's with `*`, and `outlet` or `anonymous` where meant.

    A record that says that its page credits nobody has the outlet, or nobody, as what is to be read
    there, too; so has one that credits a pronoun."""
    credited = {plain(str(name)) for name in graph.objects(attestation, REC.creditedAs)}
    names = set(credited)
    for speaker in speakers:
        mark = "*" if (speaker, RDF.type, SCHEMA.Person) in graph else ""
        for name in graph.objects(speaker, SCHEMA.name | RDFS.label | SKOS.altLabel):
            names.add(mark + plain(str(name)))
        for role in graph.objects(speaker, ORG.hasMembership / ORG.role / SKOS.prefLabel):
            names.add(plain(str(role)))
        if (speaker, REC.anonymous, None) in graph:
            names.add("anonymous")
    publishers = set()
    for snapshot in graph.objects(attestation, REC.passage / OA.hasSource):
        source = graph.value(snapshot, REC.snapshotOf)
        for origin in (source, *graph.transitive_objects(source, REC.reprints)):
            publishers |= {*graph.objects(origin, SCHEMA.publisher | SCHEMA.author)}
    nobody = code(graph.value(attestation, REC.attribution)) in ("unattributed", "passive")
    if nobody or speakers & publishers:
        names |= {"outlet", *(plain(str(graph.value(each, RDFS.label))) for each in publishers)}
    if nobody or credited & PRONOUNS:
        names.add("anonymous")
    for name in [*names]:
        names.update(map(plain, OTHER_NAMES.get(name, ())))
    return names


def date_forms(graph: Graph, time: Node | None) -> set[str]:
    """Return when a claim was said; `none`, too, where the pack alone knows, or a month of it."""
    if time is None:
        return {"none"}
    day = text(graph, time, DCTERMS.date).rstrip("~")
    if not from_pack(graph, time) or code(graph.value(time, REC.basis)) == "inferred-year":
        return {day}
    return {day, day[:7], "none"}


def text(graph: Graph, node: Node | None, path: Node) -> str:
    """Return a value as text, `none` where there is none."""
    return str(next(iter(graph.objects(node, path)), "none")) if node else "none"


def from_pack(graph: Graph, time: Node) -> bool:
    """Say whether a time is known from an evidence pack and from no page."""
    return "evidence-pack" in str(graph.value(time, REC.takenFrom))


def period_forms(graph: Graph, figure: Node) -> set[str]:
    """Return the period of a figure, which a ratio of two alike ones need not have."""
    over, versus = graph.value(figure, REC.over), graph.value(figure, REC.versusOver)
    return {str(over), "none"} if over and over == versus else {str(over or "none")}


def amount(graph: Graph, figure: Node) -> str:
    """Return the value of a figure, or its range, as a plain number."""
    value = graph.value(figure, QUDT.numericValue)
    ends = [value] if value else [graph.value(figure, REC.low), graph.value(figure, REC.high)]
    return "-".join(number(str(end)) for end in ends if end is not None)


def number(text: str) -> str:
    """Return a number without what does not count: 4.0 is 4."""
    return f"{Decimal(text.replace(',', '')).normalize():f}"


def time_forms(graph: Graph, time: Node | None, day: Node | None) -> set[str]:
    """Return the time of a figure, with `said`, `open` and a length where these tell the same."""
    said = text(graph, day, DCTERMS.date).replace("~", "")
    known = text(graph, time, DCTERMS.date).replace("~", "")
    forms = {known}
    end = known.rpartition("/")[2]
    if "the time of the statement is taken" in text(graph, time, REC.reason):
        forms.add("said")
    if said != "none" and (end == said or (len(end) == 7 and said.startswith(end))):
        forms.add("said")
    if known == f"{said}/.." or (end == ".." and not graph.value(time, REC.asStated)):
        forms.add("open")
    if known == "none" or (time and from_pack(graph, time)):
        forms |= {"said", "open"}
    if (months := months_between(said, end)) > 0:
        forms |= {f"P{months}M"} | ({f"P{months // 12}Y"} if months % 12 == 0 else set())
    return forms


def months_between(start: str, end: str) -> int:
    """Return the months from one month to another, 0 where either is not known."""
    known = [re.match(r"(\d{4})-(0\d|1[0-2])", text) for text in (start, end)]
    if None in known:
        return 0
    first, last = (int(found[1]) * 12 + int(found[2]) for found in known if found)
    return last - first


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
            attestation = attestations[row["number"]]
            found = recorded(graph, attestation)
            for variable in VARIABLES:
                forms = found[variable]
                second = written(variable, row[variable])
                if variable == "date" and second == "none" and other_pages(graph, attestation):
                    forms = forms | {"none"}
                same = min((form for form in forms if is_same(variable, form, second)), default="")
                # What is called by two forms of one name is one code for both readers.
                yield row["number"], variable, same or min(forms), same or second


def other_pages(graph: Graph, attestation: Node) -> bool:
    """Say whether the day of a claim may stand on another page than the coder's."""
    claim = graph.value(attestation, REC.attests)
    time = graph.value(claim, REC.saidOn)
    reckoned = code(graph.value(time, REC.basis)) in ("inferred-context", "bounded")
    return reckoned or len({*graph.subjects(REC.attests, claim)}) > 1


def is_same(variable: str, form: str, second: str) -> bool:
    """Say whether a form on record is what a coder wrote.

    A person's last name is enough, in the spelling or script of a page, and a body's words in any
    order; so is a day without its year."""
    if variable == "speaker":
        second = romanised(second)
        if form.startswith("*"):
            last, read = form.split()[-1], second.split()[-1]
            return SequenceMatcher(None, last.lstrip("*"), read).ratio() > 0.8
        return words_of(romanised(form)) == words_of(second)
    if second.startswith("XXXX"):
        return form == second or (form[4:] == second[4:] and form[:4].isdigit())
    return form == second


def words_of(name: str) -> set[str]:
    """Return the words of a name that tell it from others, without the end of a plural."""
    return {word.rstrip("s") for word in name.split()} - SMALL


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


def count(answers: Path, reading: Path) -> None:
    """Print α of each variable and the differences, and keep the pairs."""
    rows = [*pairs(bundled.graph(), answers)]
    with reading.open("w", encoding="utf-8", newline="") as file:
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
        count(*map(Path, given))
