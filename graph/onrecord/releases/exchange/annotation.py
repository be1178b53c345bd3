"""The passages of a source that report claims, as a collection of Web Annotations (W3C)."""

from onrecord.rdf.namespaces import REC
from onrecord.releases.exchange.record import (
    PassageRecord,
    RecordReader,
    ReleaseNote,
    SourceRecord,
)

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PROFILE = f'application/ld+json; profile="{CONTEXT}"'


def annotations(
    source: SourceRecord, reader: RecordReader, note: ReleaseNote, address: str
) -> dict[str, object]:
    """Return the collection as JSON-LD; `address` is that of the document."""
    items = [_annotation(each, source, reader, note) for each in reader.passages(source.iri)]
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": f"Claims in: {source.title}",
        "total": len(items),
        **({"rights": note.license} if note.license else {}),
        "first": {
            "id": f"{address}#page",
            "type": "AnnotationPage",
            "partOf": address,
            "startIndex": 0,
            "items": items,
        },
    }


def _annotation(
    passage: PassageRecord, source: SourceRecord, reader: RecordReader, note: ReleaseNote
) -> dict[str, object]:
    """Return an annotation of one passage: of the page on the web, and of the archived text.

    Only the archived text is the one in which the offsets hold.
    """
    place: dict[str, object] = {
        "type": "TextPositionSelector", "start": passage.start, "end": passage.end,
    }  # fmt: skip
    quote: dict[str, object] = {"type": "TextQuoteSelector", "exact": passage.words}
    targets: list[dict[str, object]] = [
        {
            "type": "SpecificResource",
            "source": passage.snapshot,
            "selector": [place, quote] if passage.words else [place],
        }
    ]
    if source.address and passage.words:
        targets.insert(
            0, {"type": "SpecificResource", "source": source.address, "selector": [quote]}
        )
    return {
        "id": f"{passage.iri}{'-' if '#' in passage.iri else '#'}annotation",
        "type": "Annotation",
        "motivation": "identifying",
        "body": [
            {"id": passage.claim, "type": str(REC.Claim), "purpose": "identifying"},
            {
                "type": "TextualBody",
                "purpose": "describing",
                "value": reader.text(passage.claim),
                "format": "text/plain",
            },
        ],
        "target": targets,
        **({"rights": note.license} if note.license else {}),
    }
