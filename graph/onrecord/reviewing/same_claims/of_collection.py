"""Claims that may be on record already: words find candidates, and what must be equal decides."""

from collections.abc import Iterator
from datetime import date

from rdflib import URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.completion import sources_of_snapshot
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.releases.tables.search import claims_alike
from onrecord.reviewing.card import Card, DraftedTime
from onrecord.reviewing.cards.drafted_cards import day_of
from onrecord.reviewing.choice import speaker_of
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords
from onrecord.reviewing.same_claims.said_again import (
    SameClaim,
    are_put_alike,
    best_match,
    likeliest,
    wordings_of,
)
from onrecord.reviewing.same_claims.wording import ClaimWording, read_wording
from onrecord.reviewing.settled_claim import time_of


def same_claims(card: Card, file: DraftFile, known: KnownRecords) -> list[SameClaim]:
    """Return claims on record that may be the one of a card, the likeliest first.

    Equal must be speaker, negation, numbers, comparator, period, modality, measure and the roles of
    those who are named; the time of speaking must be possible. None is of this very article.
    """
    speaker = speaker_of(card, file, known)
    if speaker is None or speaker.iri is None:
        return []
    own = known.source_of(file.sha256)
    words = str(card.fixes.get("text") or card.fixes.get("words") or card.words)
    language = "en" if "text" in card.fixes else file.of_article("language")[:2]
    published = day_of(file.of_article("published"))
    wordings = wordings_of(words, language, published)
    found = []
    for iri in claims_alike(known.index, words, speaker.iri):
        claim = URIRef(iri)
        if own is not None and _is_attested(known, claim, own.snapshot):
            continue
        if not _is_possible(known, claim, card):
            continue
        theirs = _wordings(known, claim, language, is_dated=published is not None)
        named = frozenset(_times(known, claim, as_stated=True))
        text = str(known.graph.value(claim, SCHEMA.text))
        said_again = best_match(iri, text, wordings, theirs, named)
        if said_again is not None:
            found.append(said_again)
    return likeliest(found)


def _is_possible(known: KnownRecords, claim: Node, card: Card) -> bool:
    """Say whether nothing but the words tells a card from a claim."""
    modality = str(known.graph.value(claim, REC.modality)).rpartition("#")[2]
    ours = str(card.fixes.get("modality", card.modality))
    return (
        are_put_alike(modality, ours)
        and _series_agree(known, claim, card)
        and _times_agree(known, claim, card)
        and _was_said_then(known, claim, time_of(card, "said_on"))
    )


def _is_attested(known: KnownRecords, claim: Node, snapshot: str) -> bool:
    return any(
        (passage, OA.hasSource, URIRef(snapshot)) in known.graph
        for attestation in known.graph.subjects(REC.attests, claim)
        for passage in known.graph.objects(attestation, REC.passage)
    )


def _wordings(
    known: KnownRecords, claim: Node, language: str, *, is_dated: bool
) -> Iterator[ClaimWording]:
    """Yield the text of a claim, and its words as sources in a language quote them.

    If `is_dated`, "this year" is a year, else it is words.
    """
    graph = known.graph
    if language == "en":
        span = graph.value(claim, REC.saidOn)
        said = graph.value(span, DCTERMS.date) if span is not None else None
        day = day_of(str(said or "").rstrip("~?%"))  # "this year" is the year of the speech
        yield read_wording(str(graph.value(claim, SCHEMA.text)), "en", day if is_dated else None)
    for attestation in graph.subjects(REC.attests, claim):
        for passage in graph.objects(attestation, REC.passage):
            for words in graph.objects(passage, REC.words):
                told, published = _told_of(known, graph.value(passage, OA.hasSource))
                if told == language:
                    yield read_wording(str(words), language, published if is_dated else None)


def _told_of(known: KnownRecords, snapshot: Node | None) -> tuple[str, date | None]:
    """Return the language of an archived text and its day of publication, as far as on record."""
    for source in sources_of_snapshot(known.graph, snapshot) if snapshot is not None else ():
        language = str(known.graph.value(source, SCHEMA.inLanguage) or "")[:2]
        span = known.graph.value(source, REC.publishedOn)
        written = known.graph.value(span, DCTERMS.date) if span is not None else None
        return language, day_of(str(written or ""))
    return "", None


def _series_agree(known: KnownRecords, claim: Node, card: Card) -> bool:
    """Say whether the series that the reviewer has chosen are those of the claim's figures."""
    chosen = {
        str(said["iri"])
        for said in (card.fixes.get("series") or {}).values()
        if isinstance(said, dict) and "iri" in said
    }
    return chosen <= {
        str(series)
        for quantity in known.graph.objects(claim, REC.quantity)
        for series in known.graph.objects(quantity, REC.inSeries)
    }


def _times_agree(known: KnownRecords, claim: Node, card: Card) -> bool:
    """Say whether a time that the card's words name is the one of the claim."""
    time = time_of(card, "valid_for")
    if time is None or time.edtf is None:
        return True
    return _plain_edtf(time.edtf) in map(_plain_edtf, _times(known, claim, as_stated=False))


def _times(known: KnownRecords, claim: Node, *, as_stated: bool) -> Iterator[str]:
    """Yield the times of which a claim is; those that its sources name in words, or all."""
    graph = known.graph
    spans = [
        *graph.objects(claim, REC.validFor),
        *(
            span
            for quantity in graph.objects(claim, REC.quantity)
            for span in graph.objects(quantity, REC.validFor)
        ),
    ]
    for span in spans:
        if not as_stated or (span, REC.asStated, None) in graph:
            yield from map(str, graph.objects(span, DCTERMS.date))


def _plain_edtf(edtf: str) -> str:
    return edtf.replace("..", "").rstrip("~?%").strip("/")


def _was_said_then(known: KnownRecords, claim: Node, time: DraftedTime | None) -> bool:
    """Say whether a claim may have been made at the time at which a card's words were said."""
    ours = time.edtf if time is not None else None
    span = known.graph.value(claim, REC.saidOn)
    theirs = known.graph.value(span, DCTERMS.date) if span is not None else None
    if ours is None or theirs is None:
        return True
    try:
        first, last = bounds(ours)
        other_first, other_last = bounds(str(theirs))
    except DateError:
        return True
    return not (last and other_first and last < other_first) and not (
        first and other_last and other_last < first
    )
