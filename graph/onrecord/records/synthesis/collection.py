"""A synthetic collection that the check accepts, with an archive that contains each passage.

It has the form of the bundled collection: the numbers here are what is counted there. Speakers,
publishers, topics and series recur (`Recurrence`), so that some are hot at any size. Each topic has
series and products of its own; the busiest topic has a sixth of all claims and its busiest series
a twentieth of all figures, while the number of series grows nearly as the claims do: about 360 of
520 figures, 3,600 of 10,000, 22,000 of 100,000.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

from onrecord.errors import UsageError
from onrecord.records.synthesis.figures import (
    MADE,
    REASON,
    FiguresOfTopics,
    SyntheticFigure,
    concept,
    dated,
)
from onrecord.records.synthesis.record_files import BASE, RecordFiles, SyntheticText
from onrecord.records.synthesis.recurrence import Recurrence, drawn

ARCHIVE = "archive"
"""The folder of the texts, in that of the collection."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_WORDS = ("crates", "output", "plant", "contract", "delivery", "powder", "line", "shift", "order",
          "budget", "stock", "launch", "fuse", "barrel", "depot", "freight", "minister", "report",
          "estimate", "harbour", "ration", "quota")  # fmt: skip

_CLAIMS_OF_EVENT = {1: 76, 2: 56, 3: 12, 4: 6, 5: 6, 7: 1, 13: 1, 18: 1}
_OUTLETS_OF_CLAIM = {1: 456, 2: 76, 3: 18, 4: 10, 5: 2, 7: 5, 25: 1}
_FIGURES_OF_CLAIM = {0: 132, 1: 356, 2: 78, 3: 4}
_OTHER_TOPICS = {0: 253, 1: 262, 2: 54}
_MODALITIES = {"asserted": 334, "targeted": 94, "projected": 85, "urged": 15, "possible": 13,
               "promised": 12, "questioned": 4, "not-known": 2}  # fmt: skip
_TO_COME = frozenset(("targeted", "projected", "promised"))
_MODES = {"indirect": 392, "direct": 240, "mixed": 17}
_ATTRIBUTIONS = {"named": 620, "passive": 15}
_BASES = {"curator": 60, "explicit": 20, "inferred-year": 12, "unknown": 8}
_TIMES = {"inferred-context": 53, "explicit": 25, "bounded": 19}
_RELATIONS = {"contradicts": 14, "seemsToContradict": 19, "supersedes": 13, "repeats": 3,
              "qualifies": 3}  # fmt: skip


class SyntheticClaim(NamedTuple):
    """What reports and later claims need of a claim."""

    number: int
    topic: int
    speaker: str
    day: date
    year: int
    """The year that it is about."""
    sentence: str
    """What was said, in words that a report prints."""
    figures: tuple[SyntheticFigure, ...]
    modality: str

    @property
    def name(self) -> str:
        """Its name in Turtle."""
        return f"claim:c{self.number}"


def write_synthetic_collection(folder: Path, claims: int, seed: int) -> dict[str, int]:
    """Write a collection and its archive; return how many things of each kind it has.

    The same number of claims and seed give the same files. Raises UsageError.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder}: not an empty folder, name one that is not there yet")
    try:
        (folder / ARCHIVE).mkdir(parents=True)
        return _Synthesis(folder, claims, seed).write()
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written, {error.strerror}") from error


class _Synthesis:
    """Makes records event by event; of what was written before it keeps only a few claims."""

    def __init__(self, folder: Path, claims: int, seed: int) -> None:
        self.folder, self.wanted = folder, claims
        self.chance = Random(seed)  # noqa: S311 - figures to measure with
        self.files = RecordFiles(folder)
        self.speakers = Recurrence(self.chance, 0.6, 6)
        self.publishers = Recurrence(self.chance, 0.6, 20)
        self.topics = Recurrence(self.chance, 0.5, 2)
        self.figures = FiguresOfTopics(self.chance)
        self.claims = self.attestations = self.sources = self.events = self.judgements = 0
        self.recent: list[SyntheticClaim] = []

    def write(self) -> dict[str, int]:
        """Write all files, and return what there is how often."""
        while self.claims < self.wanted:
            size = min(drawn(self.chance, _CLAIMS_OF_EVENT), self.wanted - self.claims)
            self.event(size)
        self.write_background()
        return {
            "claims": self.claims,
            "attestations": self.attestations,
            "sources": self.sources,
            "events": self.events,
            "series": len(self.figures.series),
            "topics": len(self.topics.counts),
        }

    def event(self, size: int) -> None:
        """Write what was said at an event or in a document, and who carried it."""
        chance = self.chance
        day = date(2016, 1, 1) + timedelta(int(chance.random() ** 0.6 * 3950))
        speaker, topic = f"actor:speaker-{self.speakers.next()}", self.topics.next()
        number, self.events = self.events, self.events + 1
        is_document = chance.random() < 0.1
        claims = [self.claim(topic, speaker, day) for _ in range(size)]
        reports = {claim: drawn(chance, _OUTLETS_OF_CLAIM) for claim in claims}
        outlets = max(reports.values())
        texts = [SyntheticText(f"Page {outlet} on event {number}, {stated(day)}. ")
                 for outlet in range(outlets)]  # fmt: skip
        told: list[list[str]] = [[] for _ in texts]
        spoken = []
        for claim, times in reports.items():
            carried = sorted(chance.sample(range(outlets), times))
            made = f"rec:madeIn source:{number}-0" if is_document else f"rec:madeAt event:e{number}"
            spoken.append(self.described(claim, made, f"source:{number}-{carried[0]}"))
            if is_document and 0 not in carried:
                carried.insert(0, 0)
            for outlet in carried:
                told[outlet].append(self.attestation(claim, number, outlet, texts[outlet], outlets))
        publishers = [f"actor:publisher-{self.publishers.next()}" for _ in texts]
        if claims[0].figures and chance.random() < 0.2 and self.claims < self.wanted:
            outlet = chance.randrange(outlets)
            spoken.append(self.own_voice(claims[0], number, outlet, publishers[outlet]))
            told[outlet].append(
                self.attestation(self.recent[-1], number, outlet, texts[outlet], outlets)
            )
        if not is_document:
            spoken.append(
                f'event:e{number} a rec:Event ; schema:name "event {number}"@en ; '
                f"rec:heldOn {dated(f'{day}~', 'curator')} ; prov:wasAssociatedWith {speaker} ; "
                f"{MADE}"
            )
        spoken.extend(self.judgement(claim) for claim in claims if chance.random() < 0.09)
        self.files.write_among_others("claims", f"event-{number}", spoken)
        for outlet, text in enumerate(texts):
            if told[outlet]:
                of_event = "" if is_document or outlet else f"rec:recordOf event:e{number} ; "
                self.source(number, outlet, day, text, publishers[outlet], of_event, told[outlet])
        if outlets > 1:
            self.sources += 1
            publisher = f"actor:publisher-{self.publishers.next()}"
            wire = (
                f'source:{number}-wire a rec:Source ; rdfs:label "report on event {number}, not '
                f'seen"@en ; schema:publisher {publisher} ; {MADE}'
            )
            self.files.write_among_others("sources", f"event-{number}-wire", [wire])

    def claim(self, topic: int, speaker: str, day: date) -> SyntheticClaim:
        """Return the next claim that a speaker makes."""
        chance = self.chance
        figures = [self.figures.next(topic, day) for _ in range(drawn(chance, _FIGURES_OF_CLAIM))]
        modality = drawn(chance, _MODALITIES)
        what = " and ".join(figure.words for figure in figures) or "no figure"
        words = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}"
        year = day.year + (modality in _TO_COME)
        sentence = f"perhaps {what} in {year}, {self.claims} {words}"
        claim = SyntheticClaim(
            self.claims, topic, speaker, day, year, sentence, tuple(figures), modality
        )
        self.claims += 1
        self.recent.append(claim)
        del self.recent[:-50]
        return claim

    def described(self, claim: SyntheticClaim, made: str, source: str) -> str:
        """Return the record of a claim that was made somewhere and dated by a source."""
        chance, day = self.chance, claim.day
        said = {
            "curator": dated(f"{day}~", "curator", f"rec:takenFrom {source} ; {REASON}"),
            "explicit": dated(str(day), "explicit", f'rec:asStated "{stated(day)}"'),
            "inferred-year": dated(
                str(day), "inferred-year", f'rec:asStated "{stated(day)[:-5]}" ; {REASON}'
            ),
            "unknown": "[ rec:basis code:unknown ]",
        }[drawn(chance, _BASES)]
        year = claim.year
        meant = {
            "inferred-context": dated(f"{day:%Y-%m}", "inferred-context"),
            "explicit": dated(str(year), "explicit", f'rec:asStated "in {year}"'),
            "bounded": dated(f"../{day}" if year == day.year else f"{day}/..", "bounded"),
        }[drawn(chance, _TIMES)]
        others = drawn(chance, _OTHER_TOPICS)
        topics = sorted({claim.topic, *(self.topics.again() for _ in range(others))})
        parts = [
            f"{claim.name} a rec:Claim",
            f'schema:text "Statement {claim.number}: {claim.sentence}."@en',
            f"rec:speaker {claim.speaker}",
            f"rec:modality code:{claim.modality}",
            f"rec:saidOn {said}",
            f"dcterms:subject {' , '.join(f'topic:t{topic}' for topic in topics)}",
            f"rec:validFor {meant}",
            made,
        ]
        if chance.random() < 0.1:
            parts.append('rec:hedge "perhaps"')
        if self.figures.bearers.counts:
            abouts = sorted({self.figures.bearers.again() for _ in range(2)})
            about = " , ".join(f"actor:bearer-{each}" for each in abouts)
            parts.append(f"schema:about {about}")
        parts.extend(f"rec:quantity {figure.turtle()}" for figure in claim.figures)
        if chance.random() < 0.01 and len(self.recent) > 1:
            replacement = next(each for each in reversed(self.recent) if each != claim)
            parts.append(
                f"rec:retractedIn curation:correction ; dcterms:isReplacedBy {replacement.name}"
            )
        return record(parts)

    def own_voice(self, claim: SyntheticClaim, number: int, outlet: int, publisher: str) -> str:
        """Return a claim by which an outlet says as its own what a speaker said."""
        own = claim._replace(number=self.claims, speaker=publisher, modality="asserted")
        self.claims += 1
        self.recent.append(own)
        source = f"source:{number}-{outlet}"
        return self.described(own, f"rec:madeIn {source}", source)

    def attestation(
        self, claim: SyntheticClaim, event: int, outlet: int, text: SyntheticText, outlets: int
    ) -> str:
        """Tell a claim in a text, and return the record of that report."""
        chance = self.chance
        self.attestations += 1
        is_own = claim.speaker.startswith("actor:publisher")
        mode = "editorial" if is_own else drawn(chance, _MODES)
        attribution = "unattributed" if is_own else drawn(chance, _ATTRIBUTIONS)
        is_quoted = mode in ("direct", "mixed")
        start, end = text.add(claim.sentence, is_quoted)
        kept = (
            f'rec:words "{claim.sentence}"'
            if is_quoted
            else f'schema:sha256 "{sha256(claim.sentence.encode()).hexdigest()}"'
        )
        parts = [
            f"attestation:{claim.number}-{outlet} a rec:Attestation",
            f"rec:attests {claim.name}",
            f"rec:mode code:{mode} ; rec:attribution code:{attribution}",
            f"rec:passage [ oa:hasSource snapshot:{event}-{outlet} ; rec:start {start} ; "
            f"rec:end {end} ; {kept} ]",
        ]
        if outlet and chance.random() < 0.4:
            relied = "wire" if chance.random() < 0.5 else "0"
            parts.append(f"rec:reliesOn source:{event}-{relied}")
        if claim.figures and not is_own and chance.random() < 0.08:
            parts.append(f"rec:quantity {self.retold(claim.figures[0]).turtle()}")
        return record(parts)

    def retold(self, figure: SyntheticFigure) -> SyntheticFigure:
        """Return a figure as an outlet gives it that is not careful."""
        if self.chance.random() < 0.5:
            return figure._replace(comparator="gt")
        return figure._replace(more=figure.more.replace("P1M", "P1Y").replace("P3M", "P1Y"))

    def source(
        self, number: int, outlet: int, day: date, text: SyntheticText, publisher: str,
        of_event: str, told: Iterable[str],
    ) -> None:  # fmt: skip
        """Write a page with its text, and what it attests."""
        chance = self.chance
        self.sources += 1
        name = f"{number}-{outlet}"
        published = reprints = ""
        if chance.random() < 0.5:
            words = f'rec:asStated "{stated(day)}"'
            published = f"rec:publishedOn {dated(str(day), 'explicit', words)} ; "
        if outlet and chance.random() < 0.15:
            reprints = f"rec:reprints source:{number}-wire ; "
        digest = text.write(self.folder / ARCHIVE)
        page = (
            f'source:{name} a rec:Source ; schema:name "page {outlet} on event {number}"@en ; '
            f'schema:url <https://outlet.example/{number}/{outlet}> ; schema:inLanguage "en" ; '
            f"schema:publisher {publisher} ; {published}{of_event}{reprints}{MADE}"
        )
        snapshot = (
            f"snapshot:{name} a rec:Snapshot ; rec:snapshotOf source:{name} ; "
            f'schema:sha256 "{digest}" ; rec:extent code:excerpt ; {MADE}'
        )
        self.files.write_among_others("sources", f"event-{name}", [page, snapshot, *told])

    def judgement(self, claim: SyntheticClaim) -> str:
        """Return a curator's judgement of a claim and one that was made not long before."""
        other = self.chance.choice([each for each in self.recent if each != claim] or [claim])
        relation = drawn(self.chance, _RELATIONS)
        number, self.judgements = self.judgements, self.judgements + 1
        return (
            f"judgement:j{number} a rec:Judgement ; rdf:subject {claim.name} ; "
            f"rdf:predicate rec:{relation} ; rdf:object {other.name} ; {REASON} ; {MADE}"
        )

    def write_background(self) -> None:
        """Write who is spoken of, who speaks and who publishes, and what is counted."""
        write = self.files.write
        write("collection.ttl", [
            f'<{BASE}> a dcat:Dataset ; dcterms:title "synthetic"@en ; '
            'dcterms:description "Made up by a program, to measure with."@en ; '
            "dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; "
            f'dcterms:publisher actor:desk ; void:uriSpace "{BASE}" ; '
            'dcat:contactPoint [ schema:name "nobody"@en ] ; '
            'rec:corrections "None: all of it is made up."@en .'
        ])  # fmt: skip
        write("curations.ttl", (
            f"curation:{name} a rec:Curation ; prov:wasAssociatedWith actor:desk ; "
            f'rec:method code:machine-reading ; rec:curatedOn "{day}"^^xsd:date ; {REASON} .\n'
            for name, day in (("synthesis", "2026-11-28"), ("correction", "2026-11-29"))
        ))  # fmt: skip
        write("topics.ttl", self.topic_records())
        write("products.ttl", self.figures.products.values())
        write("series.ttl", self.figures.series)
        write("actors/speakers.ttl", (
            actor(f"speaker-{number}", "Person", "rec:anonymous true ; " * (number % 16 == 15))
            for number in range(len(self.speakers.counts))
        ))  # fmt: skip
        write("actors/publishers.ttl", [
            actor("desk", "Organization"),
            *(actor(f"publisher-{number}", "Organization")
              for number in range(len(self.publishers.counts))),
        ])  # fmt: skip
        write("actors/bearers.ttl", [
            f'role:member a org:Role ; skos:prefLabel "member"@en ; {MADE}',
            *(self.bearer(number) for number in range(len(self.figures.bearers.counts))),
        ])  # fmt: skip

    def topic_records(self) -> Iterator[str]:
        """Yield the topics; every fourth is a programme."""
        for number in range(len(self.topics.counts)):
            kind = "skos:Concept , rec:Programme" if number % 4 == 3 else "skos:Concept"
            yield concept(f"topic:t{number}", f"topic {number}", kind=kind)

    def bearer(self, number: int) -> str:
        """Return a country, or a body that may be a member of one of a few."""
        if number < 15:
            return actor(f"bearer-{number}", "Country")
        if self.chance.random() < 0.7:
            return actor(f"bearer-{number}", "Organization")
        member = (
            f"org:hasMembership [ org:organization actor:bearer-{self.chance.randrange(15)} ; "
            "org:role role:member ; org:memberDuring [ rec:basis code:unknown ] ] ; "
        )
        return actor(f"bearer-{number}", "Organization", member)


def record(parts: Iterable[str]) -> str:
    """Return a record of several properties, one on each line."""
    return " ;\n    ".join((*parts, MADE))


def stated(day: date) -> str:
    """Return a day as a page prints it."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def actor(name: str, kind: str, more: str = "") -> str:
    """Return the record of a person or an organisation."""
    label = name.replace("-", " ")
    return f'actor:{name} a rec:Actor , schema:{kind} ; schema:name "{label}"@en ; {more}{MADE}'
