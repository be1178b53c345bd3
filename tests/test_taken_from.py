"""Days, offices and names that no archived text states name the source that states them."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import DCTERMS, ORG, RDF, SKOS
from rdflib.term import Node

import bundled
from bundled import BASE
from conftest import REPOSITORY, beside
from onrecord.rdf.namespaces import CODE, OA, REC, SCHEMA

TIMES = (REC.saidOn, REC.heldOn, REC.publishedOn)
PACK = f"{BASE}source/evidence-pack"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
OFFICES = {
    "Commander-in-Chief": ["Commander-in-Chief"],
    "Commissioner": ["Commissioner"],
    "Commissioner for Defence and Space": ["Commissioner for Defense and Space"],
    "Commissioner for the Internal Market": ["EU Internal Market Commissioner"],
    "Director General": ["Estlands etterretningssjef"],
    "High Representative": ["EU High Representative"],
    "Minister of Defence": ["Defense Minister", "Ministry of Defense"],
    "Minister of Foreign Affairs": ["Foreign Minister"],
    "Supreme Allied Commander Europe": ["supreme allied commander in Europe"],
    "acquisition chief of the Army": ["assistant secretary of the Army for acquisition"],
    "chief executive": ["chief executive", "CEO"],
    "permanent representative to NATO": ["us_permanent_representative_to_nato"],
    "senior official": ["senior Estonian Defense Ministry official"],
}
"""Words by which texts name an office, where they are not its label."""


def plain(text: str) -> str:
    """Return a text in lower case, without marks on letters, as words between single spaces."""
    letters = unicodedata.normalize("NFD", text.lower())
    return " ".join(re.findall(r"[^\W_]+", "".join(filter(_is_no_mark, letters))))


def _is_no_mark(character: str) -> bool:
    return not unicodedata.combining(character)


@pytest.fixture(scope="module")
def records() -> Graph:
    return bundled.assembly().records


@pytest.fixture(scope="module")
def texts(seeds_archive: Path, corpus_archive: Path) -> dict[str, str]:
    """The archived texts of the pages, in plain words, by their hash."""
    paths = [*sorted(seeds_archive.iterdir()), *sorted(corpus_archive.iterdir())]
    return {
        sha256(path.read_bytes()).hexdigest(): plain(path.read_text(encoding="utf-8"))
        for path in paths
    }


@pytest.fixture(scope="module")
def pack() -> Path:
    return beside("corpus") / "claims.jsonl"


def texts_of(records: Graph, claim: Node, texts: dict[str, str]) -> list[str]:
    """Return the archived texts of the attestations of a claim."""
    hashes = {
        str(value)
        for attestation in records.subjects(REC.attests, claim)
        for snapshot in records.objects(attestation, REC.passage / OA.hasSource)
        for value in records.objects(snapshot, SCHEMA.sha256)
    }
    return [text for name, text in texts.items() if name in hashes]


def is_stated(day: date, texts: list[str]) -> bool:
    """Say whether one of the texts names a day of a month, with or without its year."""
    month = MONTHS[day.month - 1]
    digits = rf"{day.year} 0?{day.month} 0?{day.day}"
    forms = (
        rf"{month} {day.day}",
        rf"{day.day} {month}",
        rf"{month[:3]} {day.day}",
        rf"{day.day} {month[:3]}",
        digits,
    )
    pattern = re.compile(rf"\b(?:{'|'.join(forms).lower()})\b")
    return any(pattern.search(text) for text in texts)


@pytest.fixture(scope="module")
def pages(corpus_archive: Path) -> dict[str, str]:
    """The archived pages without the line of their address, in plain words, by their hash."""
    return {
        sha256(path.read_bytes()).hexdigest(): plain(
            path.read_text(encoding="utf-8").partition("\n")[2]
        )
        for path in sorted(corpus_archive.iterdir())
    }


def own_times(records: Graph) -> Iterator[tuple[Node, Node]]:
    """Yield what has a time that is not taken from elsewhere, and that time."""
    for path in TIMES:
        for node, time in records.subject_objects(path):
            if (time, REC.takenFrom, None) not in records:
                yield node, time


def test_the_snapshot_of_the_pack_is_its_file(records: Graph, pack: Path) -> None:
    (snapshot,) = (node for node, of in records.subject_objects(REC.snapshotOf) if str(of) == PACK)
    assert str(records.value(snapshot, SCHEMA.sha256)) == sha256(pack.read_bytes()).hexdigest()


def test_every_day_said_is_in_an_archived_text_or_taken_from_a_source(
    records: Graph, texts: dict[str, str]
) -> None:
    """A bound may be the day before a day that is stated, or the first of a year."""
    wanting = []
    for node, time in own_times(records):
        bounded = records.value(time, REC.basis) == CODE.bounded
        for found in re.findall(r"\d{4}-\d\d-\d\d", str(records.value(time, DCTERMS.date))):
            day = date.fromisoformat(found)
            days = [day, day + timedelta(days=1)] if bounded else [day]
            is_new_year = bounded and (day.month, day.day) == (1, 1)
            if not is_new_year and not any(is_stated(each, [*texts.values()]) for each in days):
                wanting.append((str(node), found))
    assert wanting == []


def test_the_words_of_a_date_stand_in_a_text_of_its_claim(
    records: Graph, texts: dict[str, str]
) -> None:
    wanting = []
    for node, time in own_times(records):
        words = records.value(time, REC.asStated)
        is_claim = (node, RDF.type, REC.Claim) in records
        among = texts_of(records, node, texts) if is_claim else list(texts.values())
        if words is not None and not any(plain(str(words)) in text for text in among):
            wanting.append((str(node), str(words)))
    assert wanting == []


def test_a_date_that_a_curator_gave_names_its_source(records: Graph) -> None:
    curated = [
        time for time in records.subjects(REC.basis, CODE.curator)
        if (time, REC.takenFrom, None) not in records
    ]  # fmt: skip
    assert curated == []


def test_every_office_is_in_an_archived_text_or_taken_from_a_source(
    records: Graph, texts: dict[str, str]
) -> None:
    wanting = []
    for person, membership in records.subject_objects(ORG.hasMembership):
        role = records.value(membership, ORG.role)
        label = str(records.value(role, SKOS.prefLabel)) if role else "member"
        if label == "member" or (membership, REC.takenFrom, None) in records:
            continue
        last = plain(str(records.value(person, SCHEMA.name))).split()[-1]
        among = {text for text in texts.values() if last in text}
        for claim in records.subjects(REC.speaker, person):
            among.update(texts_of(records, claim, texts))
        forms = [plain(form) for form in OFFICES.get(label, [label])]
        if not any(form in text for form in forms for text in among):
            wanting.append((str(person), label))
    assert wanting == []


def test_every_full_name_is_in_an_archived_text_or_taken_from_a_source(
    records: Graph, texts: dict[str, str]
) -> None:
    wanting = [
        str(person)
        for person in records.subjects(RDF.type, SCHEMA.Person)
        if (person, REC.anonymous, None) not in records
        and (person, REC.takenFrom, None) not in records
        and not any(
            plain(str(name)) in text
            for name in records.objects(person, SCHEMA.name)
            for text in texts.values()
        )
    ]
    assert wanting == []


def test_whom_a_source_names_is_in_its_text_or_a_judgement_says_how_the_name_is_known(
    records: Graph, pages: dict[str, str]
) -> None:
    """Its title counts as text, its address does not; an office is credited as such."""
    judged = set(records.subjects(RDF.predicate, REC.attests))
    told = {records.value(judgement, RDF.subject) for judgement in judged}
    wanting = []
    for attestation in records.subjects(REC.attribution, CODE.named):
        claim = records.value(attestation, REC.attests)
        persons = [
            speaker
            for speaker in records.objects(claim, REC.speaker)
            if (speaker, RDF.type, SCHEMA.Person) in records
            and (speaker, REC.anonymous, None) not in records
        ]
        is_credited = any(
            (attestation, path, None) in records for path in (REC.creditedAs, REC.creditedTo)
        )
        if attestation in told or is_credited or not persons:
            continue
        snapshots = set(records.objects(attestation, REC.passage / OA.hasSource))
        titles = [
            plain(str(title))
            for snapshot in snapshots
            for title in records.objects(snapshot, REC.snapshotOf / SCHEMA.name)
        ]
        hashes = {str(records.value(snapshot, SCHEMA.sha256)) for snapshot in snapshots}
        if not hashes <= pages.keys():
            continue  # a seed, whose records have tests of their own
        among = [*titles, *(pages[each] for each in hashes)]
        for person in persons:
            last = plain(str(records.value(person, SCHEMA.name))).split()[-1]
            if not any(form in text for form in (last, last.replace("æ", "ae")) for text in among):
                wanting.append(str(attestation).rpartition("/")[2])
    assert wanting == []


def test_the_pack_states_what_is_taken_from_it(records: Graph, pack: Path) -> None:
    rows = [json.loads(line) for line in pack.read_text(encoding="utf-8").splitlines()]
    stated = json.dumps(rows, ensure_ascii=False)
    words = plain(stated)
    taken = {node for node, source in records.subject_objects(REC.takenFrom) if str(source) == PACK}
    assert len(taken) > 400
    for node in taken:
        for name in records.objects(node, SCHEMA.name):
            assert plain(str(name)) in words, name
        for edtf in records.objects(node, DCTERMS.date):
            for end in filter(None, str(edtf).replace("..", "").split("/")):
                # The year of "this year" begins with a day that nobody states.
                assert end.rstrip("~") in stated or end.endswith("-01-01"), (node, edtf)


def test_the_page_on_the_collection_tells_how_much_is_taken(records: Graph) -> None:
    taken = set(records.subjects(REC.takenFrom))
    claims = set(records.subjects(RDF.type, REC.Claim))
    said = [
        str(records.value(time, REC.basis)).rpartition("#")[2]
        for claim, time in records.subject_objects(REC.saidOn)
        if claim in claims and time in taken
    ]
    offices = [each for each in records.objects(None, ORG.hasMembership) if each in taken]
    names = taken & set(records.subjects(RDF.type, REC.Actor))
    told = (
        f"Of {len(claims)} days said, {len(said)} are in the evidence pack alone: "
        f"{said.count('curator')} whole, {said.count('inferred-year')} by their year, "
        f"{said.count('bounded')} by a bound. So are {len(offices)} offices, "
        f"{len(names)} full names"
    )
    assert told in (REPOSITORY / "docs" / "corpus.md").read_text(encoding="utf-8")
