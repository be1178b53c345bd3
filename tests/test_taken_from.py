"""Days, offices and names that no archived text states name the source that states them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import DCTERMS, ORG, RDF, SKOS
from rdflib.term import Node

import bundled
from bundled import BASE
from conftest import beside
from corpus_page import PAGE, taken_words
from onrecord.rdf.namespaces import CODE, OA, REC, SCHEMA

TIMES = (REC.saidOn, REC.heldOn, REC.publishedOn)
PACKS = {"evidence-pack": "corpus", "evidence-pack-2": "corpus2"}
"""The folder beside the repository that a pack was read from, by the name of its source."""
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

WEEKS = {"last week", "minulý týden", "na konci února"}
"""Words that name a week or the last days of a month, whose ends are reckoned and not stated."""


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
def texts(seeds_archive: Path, corpus_archive: Path, corpus2_archive: Path) -> dict[str, str]:
    """The archived texts of the pages, in plain words, by their hash."""
    archives = (seeds_archive, corpus_archive, corpus2_archive)
    return {
        sha256(path.read_bytes()).hexdigest(): plain(path.read_text(encoding="utf-8"))
        for archive in archives
        for path in sorted(archive.iterdir())
    }


def pack(name: str) -> Path:
    """Return the file of a pack, or skip."""
    return beside(PACKS[name]) / "claims.jsonl"


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
    nth = rf"{day.day}(?:st|nd|rd|th)?"
    forms = (
        rf"{month} {nth}",
        rf"{nth} {month}",
        rf"{month[:3]} {nth}",
        rf"{nth} {month[:3]}",
        rf"{day.year} 0?{day.month} 0?{day.day}",
        rf"0?{day.month} 0?{day.day} {day.year}",
        rf"0?{day.day} 0?{day.month} {day.year}",
    )
    in_addresses = rf"{day.year}{month[:3]}{day.day:02}|(?<!\d){day:%Y%m%d}"
    pattern = re.compile(rf"\b(?:{'|'.join(forms)})\b|{in_addresses}".lower())
    return any(pattern.search(text) for text in texts)


@pytest.fixture(scope="module")
def pages(corpus_archive: Path, corpus2_archive: Path) -> dict[str, str]:
    """The archived pages without the line of their address, in plain words, by their hash."""
    return {
        sha256(path.read_bytes()).hexdigest(): plain(
            path.read_text(encoding="utf-8").partition("\n")[2]
        )
        for archive in (corpus_archive, corpus2_archive)
        for path in sorted(archive.iterdir())
    }


def own_times(records: Graph) -> Iterator[tuple[Node, Node]]:
    """Yield what has a time that is not taken from elsewhere, and that time."""
    for path in TIMES:
        for node, time in records.subject_objects(path):
            if (time, REC.takenFrom, None) not in records:
                yield node, time


@pytest.mark.parametrize("name", PACKS)
def test_the_snapshot_of_a_pack_is_its_file(records: Graph, name: str) -> None:
    source = f"{BASE}source/{name}"
    (snapshot,) = (
        node for node, of in records.subject_objects(REC.snapshotOf) if str(of) == source
    )
    assert (
        str(records.value(snapshot, SCHEMA.sha256)) == sha256(pack(name).read_bytes()).hexdigest()
    )


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
            if is_week(records, time):
                days = [day + timedelta(days=each) for each in range(-14, 15)]
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
        during = records.value(membership, ORG.memberDuring)
        words = records.value(during, REC.asStated) if during else None
        forms = [plain(form) for form in [*OFFICES.get(label, [label]), *filter(None, [words])]]
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


def test_no_name_that_a_text_of_the_persons_words_has_is_taken_from_elsewhere(
    records: Graph, texts: dict[str, str]
) -> None:
    named = [
        str(person)
        for person in records.subjects(RDF.type, SCHEMA.Person)
        if (person, REC.takenFrom, None) in records
        for name in records.objects(person, SCHEMA.name)
        if any(
            f" {plain(str(name))} " in f" {text} "
            for claim in records.subjects(REC.speaker, person)
            for text in texts_of(records, claim, texts)
        )
    ]
    assert named == []


def test_no_office_of_which_a_texts_words_are_on_record_is_taken_from_elsewhere(
    records: Graph,
) -> None:
    both = [
        str(records.value(membership, ORG.role))
        for membership in records.subjects(REC.takenFrom)
        for during in records.objects(membership, ORG.memberDuring)
        if (during, REC.asStated, None) in records
    ]
    assert both == []


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


def test_a_pack_states_what_is_taken_from_it(records: Graph) -> None:
    """An office that runs from the first to the last statement on record has the days of those."""
    stated = {f"{BASE}source/{name}": everything(pack(name)) for name in PACKS}
    taken: dict[Node, str] = {}
    for node, source in records.subject_objects(REC.takenFrom):
        if str(source) in stated:
            taken[node] = taken.get(node, "") + stated[str(source)]
    assert len(taken) > 800
    statements = ends(records.objects(None, REC.saidOn / DCTERMS.date))
    offices = set(records.objects(None, ORG.memberDuring))
    for node, text in taken.items():
        if (node, REC.anonymous, None) not in records:
            for name in records.objects(node, SCHEMA.name):
                assert plain(str(name)) in plain(text), name
        for edtf in records.objects(node, DCTERMS.date):
            known = statements if node in offices else set()
            # A week is reckoned, and "this year" begins with a day that nobody states.
            for end in ends([edtf]) - known if not is_week(records, node) else ():
                assert end.rstrip("~") in text or end.endswith("-01-01"), (node, edtf)


def everything(pack: Path) -> str:
    """Return all that a pack states, as one text."""
    rows = [json.loads(line) for line in pack.read_text(encoding="utf-8").splitlines()]
    return json.dumps(rows, ensure_ascii=False)


def ends(times: Iterable[Node]) -> set[str]:
    """Return the first and last days, or months or years, of EDTF times."""
    return {end for edtf in times for end in str(edtf).replace("..", "").split("/") if end}


def is_week(records: Graph, time: Node) -> bool:
    """Say whether the words of a time name it by the week, so that its ends are reckoned."""
    return str(records.value(time, REC.asStated)).lower() in WEEKS


def test_the_page_on_the_collection_tells_how_much_is_taken(records: Graph) -> None:
    assert taken_words(records) in PAGE.read_text(encoding="utf-8")
