"""Content negotiation: which of the formats on offer a client wants."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from onrecord_server.sparql.formats import Format

HTML = "text/html"


@lru_cache(maxsize=256)
def choose(offers: tuple[Format, ...], accept: str, wanted: tuple[str, ...] = ()) -> Format | None:
    """Return the format to answer in, or None if the client takes none of those on offer.

    `wanted` are the values of `format`, `output` and `results`; a value that names an offer wins
    over Accept, others are skipped, since SPARQLWrapper sends every spelling it knows. Without an
    Accept header anything is welcome (RFC 9110, 12.5.1), and the first offer is sent.
    """
    return _named(offers, wanted) or _accepted(offers, accept)


def _named(offers: Sequence[Format], wanted: Iterable[str]) -> Format | None:
    for values in wanted:
        for value in values.split(","):
            # A `+` in an unescaped query string arrives as a space.
            name = value.strip().lower().replace(" ", "+")
            for offer in offers:
                if name in offer.names or name in offer.accepts:
                    return offer
    return None


def _accepted(offers: Sequence[Format], accept: str) -> Format | None:
    ranges = _ranges(accept or "*/*")
    best: Format | None = None
    best_rank = (0.0, 0)
    for offer in offers:
        for media_type in offer.accepts:
            quality = ranges.quality(media_type)
            written = _written_out(ranges, media_type)
            if media_type != offer.media_type and not written:
                # What is sent is not of this type, so a wildcard does not ask for it.
                continue
            rank = (quality, int(written))
            if quality > 0 and rank > best_rank:
                best, best_rank = offer, rank
    return best


def _ranges(accept: str) -> MIMEAccept:
    """Return the media ranges of an Accept header without their parameters.

    `text/turtle;charset=utf-8` asks for Turtle, and to werkzeug for no type without a charset.
    """
    ranges = parse_accept_header(accept, MIMEAccept)
    return MIMEAccept(
        [(value.partition(";")[0].strip().lower(), weight) for value, weight in ranges]
    )


def _written_out(ranges: MIMEAccept, media_type: str) -> bool:
    """Return whether a client wrote a media type out, and not only a wildcard that allows it.

    At equal quality what was written out wins: `application/n-triples, */*` means N-Triples.
    """
    return any(value == media_type for value, _ in ranges)


@lru_cache(maxsize=256)
def wants_html(accept: str, offers: tuple[Format, ...]) -> bool:
    """Return whether a client is a browser: it writes out text/html and ranks it highest."""
    ranges = _ranges(accept)
    written = [quality for value, quality in ranges if value == HTML]
    if not written or written[0] <= 0:
        return False
    named = (quality for offer in offers for quality in _written(ranges, offer))
    return written[0] > max(named, default=0.0)


def _written(ranges: MIMEAccept, offer: Format) -> list[float]:
    # Browsers write out application/xml, which is not how they ask for RDF/XML.
    own = [media_type for media_type in offer.accepts if not media_type.endswith("/xml")]
    return [quality for value, quality in ranges if value in own]


@lru_cache(maxsize=256)
def encoding(accept_encoding: str) -> str:
    """Return `zstd` or `gzip` where a client asked for it by name, `` where it did not.

    A wildcard is not asking by name: clients that cannot inflate send `*` too.
    """
    codings = {value.lower(): quality for value, quality in parse_accept_header(accept_encoding)}
    zstd, gzip = codings.get("zstd", 0.0), codings.get("gzip", 0.0)
    if max(zstd, gzip) <= 0:
        return ""
    return "zstd" if zstd >= gzip else "gzip"
