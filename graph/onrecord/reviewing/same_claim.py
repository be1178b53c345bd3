"""Claims that may be on record already: likeness finds them, and what must be equal decides.

Likeness alone takes another figure, a denial or another month for the same claim.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from onrecord.rdf.namespaces import CODE, OA, QUDT, REC, SCHEMA
from onrecord.reviewing.card import Card
from onrecord.reviewing.choice import speaker_of
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords

LEAST = 80.0
"""Similarity (0 to 100) of the sets of words of two claims that may be one."""
_NEGATIONS = frozenset([
    "not", "no", "never", "none", "nobody", "neither", "nor", "without", "cannot",
    "nicht", "kein", "keine", "keinen", "nie", "ne", "pas", "jamais", "non", "mai",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class SameClaim:
    """A claim on record that a card may be another report of."""

    iri: str
    text: str
    likeness: float


def same_claims(card: Card, file: DraftFile, known: KnownRecords) -> list[SameClaim]:
    """Return claims on record that may be the one of a card, the likeliest first.

    Equal must be speaker, modality, negation, numbers, and the time, comparator, measure and
    period of figures, as far as the card has them.
    """
    speaker = speaker_of(card, file, known)
    if speaker is None or speaker.iri is None:
        return []
    own = known.source_of(file.sha256)
    words = str(card.fixes.get("text") or card.fixes.get("words") or card.words)
    modality = str(card.fixes.get("modality", card.modality))
    found = []
    for claim in known.graph.subjects(REC.speaker, URIRef(speaker.iri)):
        if (claim, RDF.type, REC.Claim) not in known.graph:
            continue
        if (claim, REC.retractedIn, None) in known.graph:
            continue
        if (claim, REC.modality, CODE[modality]) not in known.graph:
            continue
        if own is not None and _is_attested(known, claim, own.snapshot):
            continue
        if not _figures_agree(known, claim, card) or not _times_agree(known, claim, card):
            continue
        best = max((_likeness(words, each) for each in _wordings(known, claim)), default=0.0)
        if best >= LEAST:
            text = str(known.graph.value(claim, SCHEMA.text))
            found.append(SameClaim(str(claim), text, best))
    return sorted(found, key=lambda one: (-one.likeness, one.iri))[:3]


def _is_attested(known: KnownRecords, claim: Node, snapshot: str) -> bool:
    return any(
        (passage, OA.hasSource, URIRef(snapshot)) in known.graph
        for attestation in known.graph.subjects(REC.attests, claim)
        for passage in known.graph.objects(attestation, REC.passage)
    )


def _wordings(known: KnownRecords, claim: Node) -> list[str]:
    """Return the text of a claim, and its words as its sources quote them."""
    graph = known.graph
    quoted = [
        str(words)
        for attestation in graph.subjects(REC.attests, claim)
        for passage in graph.objects(attestation, REC.passage)
        for words in graph.objects(passage, REC.words)
    ]
    return [str(graph.value(claim, SCHEMA.text)), *quoted]


def _likeness(one: str, other: str) -> float:
    """Return how alike two wordings are, 0 if their numbers or negations differ."""
    if _numbers(one) != _numbers(other) or _negations(one) % 2 != _negations(other) % 2:
        return 0.0
    score: float = fuzz.token_set_ratio(_plain(one), _plain(other))
    return score


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _numbers(words: str) -> list[str]:
    return sorted(
        re.sub(r"[,.\s](?=\d{3}\b)", "", each) for each in re.findall(r"\d[\d,.]*\d|\d", words)
    )


def _negations(words: str) -> int:
    plain = re.findall(r"[\w’']+", words.casefold())
    return sum(each in _NEGATIONS or each.endswith(("n't", "n’t")) for each in plain)


def _figures_agree(known: KnownRecords, claim: Node, card: Card) -> bool:
    """Say whether two have the same figures: values, comparators and periods."""
    ours = sorted(
        (str(_plain_number(one.value)), one.comparator, one.over or "") for one in card.figures
    )
    graph = known.graph
    theirs = sorted(
        (
            str(_plain_number(graph.value(quantity, QUDT.numericValue))),
            str(graph.value(quantity, REC.comparator)).rpartition("#")[2],
            str(graph.value(quantity, REC.over) or ""),
        )
        for quantity in graph.objects(claim, REC.quantity)
    )
    if ours != theirs:
        return False
    chosen = {
        str(said["iri"])
        for said in (card.fixes.get("series") or {}).values()
        if isinstance(said, dict) and "iri" in said
    }
    series = {
        str(each)
        for quantity in graph.objects(claim, REC.quantity)
        for each in graph.objects(quantity, REC.inSeries)
    }
    return not chosen or chosen <= series


def _plain_number(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value)).normalize()
    except InvalidOperation:
        return None


def _times_agree(known: KnownRecords, claim: Node, card: Card) -> bool:
    """Say whether a time that the card's words name is the one of the claim."""
    if card.valid_for is None or card.valid_for.edtf is None:
        return True
    spans = [
        *known.graph.objects(claim, REC.validFor),
        *(
            span
            for quantity in known.graph.objects(claim, REC.quantity)
            for span in known.graph.objects(quantity, REC.validFor)
        ),
    ]
    wanted = _plain_edtf(card.valid_for.edtf)
    return any(
        _plain_edtf(str(value)) == wanted
        for span in spans
        for value in known.graph.objects(span, DCTERMS.date)
    )


def _plain_edtf(edtf: str) -> str:
    return edtf.replace("..", "").rstrip("~?%")
