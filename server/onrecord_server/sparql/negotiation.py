"""Content negotiation: result format, HTML or data, and content coding (RFC 9110, 12.5)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from onrecord_server.sparql.formats import Format

HTML = "text/html"


@lru_cache(maxsize=256)
def choose(
    offers: tuple[Format, ...], accept: str, format_names: tuple[str, ...] = ()
) -> Format | None:
    """Return the format of the answer, or None if the client accepts none of those on offer.

    `format_names` are the values of `format`, `output` and `results`; a value that names an offer
    takes precedence over Accept, others are ignored, since SPARQLWrapper sends several spellings.
    Without an Accept header any format is acceptable (RFC 9110, 12.5.1), and the first one is sent.
    """
    return _named(offers, format_names) or _accepted(offers, accept)


def _named(offers: Sequence[Format], format_names: Iterable[str]) -> Format | None:
    for values in format_names:
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
    best_rank = (0.0, 1)  # that of a type which is named and refused
    for offer in offers:
        for media_type in offer.accepts:
            quality = ranges.quality(media_type)
            written = _is_named(ranges, media_type)
            if media_type != offer.media_type and not written:
                # The answer has another media type, so a wildcard does not match this one.
                continue
            rank = (quality, int(written))
            if rank > best_rank:
                best, best_rank = offer, rank
    return best


def _ranges(accept: str) -> MIMEAccept:
    """Return the media ranges of an Accept header without their parameters.

    Werkzeug takes `text/turtle;charset=utf-8` for another type than `text/turtle`.
    """
    ranges = parse_accept_header(accept, MIMEAccept)
    return MIMEAccept(
        [(value.partition(";")[0].strip().lower(), weight) for value, weight in ranges]
    )


def _is_named(ranges: MIMEAccept, media_type: str) -> bool:
    """Return whether an Accept header names a media type, not just a wildcard that matches it.

    At equal quality a named type wins: `application/n-triples, */*` means N-Triples.
    """
    return any(value == media_type for value, _ in ranges)


@lru_cache(maxsize=256)
def wants_html(accept: str, offers: tuple[Format, ...]) -> bool:
    """Return whether the client is a browser: it names text/html and ranks it highest."""
    ranges = _ranges(accept)
    written = [quality for value, quality in ranges if value == HTML]
    if not written:
        return False
    named = (quality for offer in offers for quality in _written(ranges, offer))
    return written[0] > max(named, default=0.0)


def _written(ranges: MIMEAccept, offer: Format) -> list[float]:
    # Browsers name application/xml, but do not mean RDF/XML.
    own = [media_type for media_type in offer.accepts if not media_type.endswith("/xml")]
    return [quality for value, quality in ranges if value in own]


@lru_cache(maxsize=256)
def encoding(accept_encoding: str) -> str:
    """Return `zstd` or `gzip` if Accept-Encoding names it, else an empty string.

    A wildcard does not count: clients that cannot decompress send `*` too.
    """
    codings = {value.lower(): quality for value, quality in parse_accept_header(accept_encoding)}
    zstd, gzip = codings.get("zstd", 0.0), codings.get("gzip", 0.0)
    if max(zstd, gzip) <= 0:
        return ""
    return "zstd" if zstd >= gzip else "gzip"
