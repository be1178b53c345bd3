"""Records of a reviewed article: source, claims, attestations, and what else is new."""

from collections.abc import Iterator

from rdflib import URIRef
from rdflib.namespace import RDF

from onrecord.rdf.namespaces import REC
from onrecord.rdf.turtle_file import block, string
from onrecord.reviewing.card import Card, CardPlace, DraftedTime
from onrecord.reviewing.choice import ChosenSeries, ChosenSpeaker
from onrecord.reviewing.circumstance_records import (
    authority_lines,
    event_lines,
    source_lines,
    write_events,
    write_office,
)
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownSource, slug_of
from onrecord.reviewing.named_actor import actor_named
from onrecord.reviewing.record_writer import (
    IncompleteArticleError,
    RecordWriter,
    actor_written,
    time_written,
)
from onrecord.reviewing.settled_claim import SettledClaim, SettledFigure, topics_written

_ORDER = ("curation", "actor", "topic", "product", "measure", "series", "source", "event", "claim")


def records_of_article(writer: RecordWriter, claims: list[SettledClaim]) -> list[str]:
    """Return the blocks of all new records, in the order of a file."""
    source = writer.known_source()
    slug = source.iri.rpartition("/")[2] if source else _slug(writer)
    _write_curation(writer, slug)
    if source is not None and not writer.known.is_answered_for(source.iri):
        _write_publisher(writer, source)
    if source is None:
        source = _write_source(writer, slug)
    elif writer.known.source_of(writer.file.sha256) is None:
        source = KnownSource(source.iri, _write_text(writer, slug, source.snapshot))
    for claim in claims:
        before = set(writer.taken)
        _write_claim(writer, claim, source, slug)
        writer.card_of |= dict.fromkeys(writer.taken - before, claim.card.id)
    write_events(writer)
    return [each for kind in _ORDER for each in writer.blocks.get(kind, ())]


def _slug(writer: RecordWriter) -> str:
    fixed = writer.file.of_article("slug")
    if fixed:
        return slug_of(fixed, most=12)
    words = writer.file.of_article("title") or writer.file.name.rpartition(".")[0]
    publisher = slug_of(writer.file.of_article("publisher"), 3)
    return f"{publisher}-{slug_of(words, 4, whole=False)}"


def _write_curation(writer: RecordWriter, slug: str) -> None:
    name = f"{slug}-review-{writer.today.isoformat()}"
    writer.curation = f"{writer.known.base}curation/{name}"
    if (URIRef(writer.curation), RDF.type, REC.Curation) in writer.known.graph:
        return  # what is accepted later on one day belongs to the review of this day
    writer.taken.add(writer.curation)
    reason = (
        f"A person reviewed the drafts of {writer.file.made_with}, one by one or those of one"
        " speaker together, and accepted or corrected them."
    )
    writer.blocks.setdefault("curation", []).append(
        block(
            writer.short(writer.curation),
            [
                "a rec:Curation",
                f"prov:wasAssociatedWith {writer.short(writer.known.publisher)}",
                "rec:method code:reading",
                f'rec:curatedOn "{writer.today.isoformat()}"^^xsd:date',
                f"rec:reason {string(reason, 'en')}",
            ],
        )
    )


def _write_source(writer: RecordWriter, slug: str) -> KnownSource:
    file = writer.file
    publisher, title = _publisher(writer), file.of_article("title").strip()
    language = file.of_article("language")
    lines = ["a rec:Source"]
    if title:
        lines.append(f"schema:name {string(title, language)}")
    if file.of_article("url"):
        lines.append(f"schema:url <{_require_url(file)}>")
    lines.append(f"schema:publisher {publisher}")
    published = file.of_article("published")
    if published:
        lines.append(f"rec:publishedOn {time_written(_publication(file, published))}")
    lines.append(f"schema:inLanguage {string(language)}")
    source = writer.new_name("source", slug)
    writer.add("source", source, lines)
    own = source.rpartition("/")[2]
    snapshot = writer.new_name("snapshot", own)
    of_bytes = writer.layer.bytes_sha256 if writer.layer else writer.file.sha256
    writer.add(
        "source",
        snapshot,
        [
            "a rec:Snapshot",
            f"rec:snapshotOf {writer.short(source)}",
            f"schema:sha256 {string(of_bytes)}",
            "rec:extent code:whole",
        ],
    )
    if writer.layer is not None:
        snapshot = _write_text(writer, own, snapshot)
    return KnownSource(source, snapshot)


def _publisher(writer: RecordWriter) -> str:
    """Return the publisher of the article as it is written, who is put on record if not there."""
    name = writer.file.of_article("publisher").strip()
    if not name:
        raise IncompleteArticleError(
            f"{writer.file.name}: the article has no publisher, fill it in on the page or in"
            " `fixes`"
        )
    return writer.short(actor_written(writer, ChosenSpeaker(name, None, "Organization")))


def _write_publisher(writer: RecordWriter, source: KnownSource) -> None:
    """Write who answers for a source that was archived without.

    Its day of publication is written beside it, if the record has none either.
    """
    lines = [f"schema:publisher {_publisher(writer)}"]
    published = writer.file.of_article("published")
    if published and (URIRef(source.iri), REC.publishedOn, None) not in writer.known.graph:
        lines.append(f"rec:publishedOn {time_written(_publication(writer.file, published))}")
    writer.blocks.setdefault("source", []).append(block(writer.short(source.iri), lines))


def _write_text(writer: RecordWriter, slug: str, of_bytes: str) -> str:
    """Write the snapshot of a text that was made from archived bytes; return its IRI."""
    snapshot = writer.new_name("snapshot", f"{slug}-text")
    lines = ["a rec:Snapshot", f"rec:textOf {writer.short(of_bytes)}"]
    if writer.layer is not None:
        lines += [
            f"rec:madeWith {string(writer.layer.made_with)}",
            f"schema:softwareVersion {string(writer.layer.version)}",
        ]
        if writer.layer.options:
            lines.append(f"rec:options {string(writer.layer.options)}")
        lines.append(f"rec:placeMap {string(writer.layer.file_sha256)}")
    lines += [f"schema:sha256 {string(writer.file.sha256)}", "rec:extent code:whole"]
    writer.add("source", snapshot, lines)
    return snapshot


def _require_url(file: DraftFile) -> str:
    url = file.of_article("url")
    if not url.startswith(("http://", "https://")) or any(
        letter in url for letter in ' <>"{}|\\^`'
    ):
        raise IncompleteArticleError(
            f"{file.name}: {url!r} is no address, write one that begins with https://"
        )
    return url


def _publication(file: DraftFile, published: str) -> DraftedTime:
    """Return the time of publication: explicit by the words of the article that state it."""
    words = file.article.published_words
    if words and published == file.article.published:
        return DraftedTime(published, "explicit", words)
    reason = "As the page or document itself says, or the person who reviewed it."
    return DraftedTime(published, "curator", None, reason)


def _concept(writer: RecordWriter, kind: str, written: str) -> str:
    """Return the IRI of a topic or product by its label; "label: definition" makes a new one."""
    label, _, definition = (part.strip() for part in written.partition(":"))
    on_record = getattr(writer.known, f"{kind}s").get(" ".join(label.casefold().split()))
    if on_record is not None:
        return str(on_record)
    key = (kind, label.casefold())
    if key not in writer.named:
        iri = writer.named[key] = writer.new_name(kind, slug_of(label))
        lines = [
            "a skos:Concept",
            f"skos:inScheme <{writer.known.base}{kind}>",
            f"skos:prefLabel {string(label, 'en')}",
        ]
        if definition:
            lines.append(f"skos:definition {string(definition, 'en')}")
        writer.add(kind, iri, lines)
    return writer.named[key]


def topics_of(card: Card, file: DraftFile) -> list[str]:
    """Return the topics of a card as written: its own, else those of the article."""
    return topics_written(card.fixes.get("topics")) or topics_written(file.fixes.get("topics"))


def _measure(writer: RecordWriter, written: str) -> str:
    """Return the IRI of a measure by its label; "label: definition" makes a new one."""
    label, _, definition = (part.strip() for part in written.partition(":"))
    on_record = writer.known.measures.get(" ".join(label.casefold().split()))
    if on_record is not None:
        return on_record
    key = ("measure", label.casefold())
    if key not in writer.named:
        iri = writer.named[key] = writer.new_name("measure", slug_of(label))
        lines = [
            "a rec:Measure",
            f"skos:inScheme <{writer.known.base}measure>",
            f"skos:prefLabel {string(label, 'en')}",
            f"skos:definition {string(definition, 'en')}",
        ]
        writer.add("measure", iri, lines)
    return writer.named[key]


def _side(writer: RecordWriter, written: str) -> str:
    """Return the IRI of the bearer of a new series, or of whom it is compared with."""
    return actor_written(writer, actor_named(written, writer.file, writer.known))


def _series(writer: RecordWriter, series: ChosenSeries) -> str:
    if series.iri is not None:
        return series.iri
    key = ("series", series.label.casefold())
    if key not in writer.named:
        lines = [
            "a rec:Series",
            f"rdfs:label {string(series.label, 'en')}",
            f"rec:measure {writer.short(_measure(writer, series.measure))}",
            f"rec:product {writer.short(_concept(writer, 'product', series.product))}",
            f"rec:bearer {writer.short(_side(writer, series.bearer))}",
        ]
        if series.versus:
            lines.append(f"rec:versus {writer.short(_side(writer, series.versus))}")
        if series.versus and series.versus_measure:
            other = _measure(writer, series.versus_measure)
            lines.append(f"rec:versusMeasure {writer.short(other)}")
        lines.append(f"qudt:hasUnit unit:{series.unit}")
        iri = writer.named[key] = writer.new_name("series", slug_of(series.label, 8, whole=False))
        writer.add("series", iri, lines)
    return writer.named[key]


def _write_claim(writer: RecordWriter, claim: SettledClaim, source: KnownSource, slug: str) -> None:
    if claim.same_as is not None:
        iri = claim.same_as
    else:
        topics = topics_of(claim.card, writer.file)
        if not topics:
            raise IncompleteArticleError(
                f"{writer.file.name}: card {claim.card.id} has no topic, give one to the article"
            )
        speaker = actor_written(writer, claim.speaker)
        write_office(writer, claim, speaker)
        iri = writer.new_name("claim", _slug_of_claim(claim))
        lines = [
            "a rec:Claim",
            f"schema:text {string(claim.text, 'en')}",
            f"rec:speaker {writer.short(speaker)}",
            *authority_lines(writer, claim),
            *event_lines(writer, claim, speaker),
            f"rec:saidOn {time_written(claim.said_on)}",
        ]
        if claim.valid_for is not None:
            lines.append(f"rec:validFor {time_written(claim.valid_for)}")
        lines.append(f"rec:modality code:{claim.modality}")
        if claim.condition:
            lines.append(f"rec:condition {string(claim.condition, 'en')}")
        series = [_series(writer, one.series) for one in claim.figures]
        bearers = dict.fromkeys(_bearer(writer, one) for one in claim.figures)
        if bearers:
            lines.append(f"schema:about {' , '.join(map(writer.short, bearers))}")
        concepts = [writer.short(_concept(writer, "topic", each)) for each in topics]
        lines.append(f"dcterms:subject {' , '.join(dict.fromkeys(concepts))}")
        if claim.figures:
            written = zip(claim.figures, series, strict=True)
            figures = " ,\n    ".join(_figure(writer, one, each) for one, each in written)
            lines.append(f"rec:quantity {figures}")
        writer.add("claim", iri, lines)
    attestation = writer.new_name("attestation", f"{iri.rpartition('/')[2]}-{slug}")
    lines = [
        "a rec:Attestation",
        f"rec:attests {writer.short(iri)}",
        f"rec:mode code:{claim.mode}",
        "rec:attribution code:named",
    ]
    drafted = claim.card.speaker
    if drafted is not None and drafted.person is None and claim.speaker.anonymous:
        lines.append(f"rec:creditedAs {string(drafted.mention)}")
    lines += source_lines(writer, claim, slug)
    lines.append(_passages(writer, claim.places, source.snapshot, claim.mode))
    writer.add("claim", attestation, lines)
    writer.recorded[claim.card.id] = (iri, attestation)


def _slug_of_claim(claim: SettledClaim) -> str:
    text = claim.text.removeprefix(f"{claim.speaker.name}: ")
    last = claim.speaker.name.split()[-1]
    return f"{slug_of(last, 1)}-{slug_of(text, 5, whole=False)}"


def _bearer(writer: RecordWriter, figure: SettledFigure) -> str:
    if figure.series.iri is not None:
        return figure.series.bearer
    return _side(writer, figure.series.bearer)


def _figure(writer: RecordWriter, figure: SettledFigure, series: str) -> str:
    lines = [f"rec:inSeries {writer.short(series)}", f"rec:comparator code:{figure.comparator}"]
    for name, value in (
        ("qudt:numericValue", figure.value),
        ("rec:low", figure.low),
        ("rec:high", figure.high),
    ):
        if value is not None:
            lines.append(f"{name} {value:f}")
    if figure.over:
        lines.append(f'rec:over "{figure.over}"^^xsd:duration')
    lines.append(f"rec:asStated {string(figure.words)}")
    return "[\n        " + " ;\n        ".join(lines) + "\n    ]"


def _passages(writer: RecordWriter, places: tuple[CardPlace, ...], snapshot: str, mode: str) -> str:
    written = list(_written_places(writer, places, snapshot, mode))
    if len(written) == 1:
        return f"rec:passage {written[0]}"
    return "rec:passage\n        " + " ,\n        ".join(written)


def _written_places(
    writer: RecordWriter, places: tuple[CardPlace, ...], snapshot: str, mode: str
) -> Iterator[str]:
    for one in places:
        start = f"oa:hasSource {writer.short(snapshot)} ; rec:start {one.start} ; rec:end {one.end}"
        if one.quoted and mode in ("direct", "mixed"):
            words = writer.text[one.start : one.end]
            yield f"[ {start} ; rec:words {string(words)} ]"
        else:
            yield f"[ {start} ; schema:sha256 {string(one.sha256)} ]"
