"""Content negotiation: result format, HTML or data, and content coding (RFC 9110, 12.5)."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from onrecord_server.sparql.formats import Format

HTML = "text/html"
_HTML_TYPES = (HTML, "application/xhtml+xml")
"""What clients name that want a page; both get it as text/html."""

_WORD = r'"(?:[^"\\]|\\.)*"?'
"""A quoted string; one that does not end has the rest of the header."""
_ELEMENT = re.compile(rf'(?:[^,"]|{_WORD})+')
_PARAMETER = re.compile(rf'(?:[^;"]|{_WORD})+')
_QUALITY = re.compile(r"q\s*=\s*(\d+\.?\d*|\.\d+)", re.IGNORECASE)

Ranges = tuple[tuple[str, float], ...]
"""The values of an Accept header in lower case, without parameters, each with its quality."""


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
            quality = _quality(ranges, media_type)
            written = _is_named(ranges, media_type)
            if media_type != offer.media_type and not written:
                # The answer has another media type, so a wildcard does not match this one.
                continue
            rank = (quality, int(written))
            if rank > best_rank:
                best, best_rank = offer, rank
    return best


def _ranges(accept: str) -> Ranges:
    """Return the values of an Accept header with their qualities.

    Parameters that are not a quality are ignored (RFC 9110, 12.5.1): no format has one that could
    tell two answers apart. `q=.9` is read as it is meant, and `*` alone as any type.
    """
    found = []
    for element in _ELEMENT.findall(accept):
        value, *parameters = _PARAMETER.findall(element)
        name = value.strip().lower()
        weights = (_QUALITY.fullmatch(parameter.strip()) for parameter in parameters)
        quality = next((min(float(weight[1]), 1.0) for weight in weights if weight), 1.0)
        if name:
            found.append(("*/*" if name == "*" else name, quality))
    return tuple(found)


def _quality(ranges: Ranges, media_type: str) -> float:
    """Return the quality of a media type: that of the most specific range that matches it."""
    for wanted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        found = [quality for value, quality in ranges if value == wanted]
        if found:
            return max(found)
    return 0.0


def _is_named(ranges: Ranges, media_type: str) -> bool:
    """Return whether an Accept header names a media type, not just a wildcard that matches it.

    At equal quality a named type wins: `application/n-triples, */*` means N-Triples.
    """
    return any(value == media_type for value, _ in ranges)


@lru_cache(maxsize=256)
def wants_html(accept: str, offers: tuple[Format, ...]) -> bool:
    """Return whether the client is a browser: it names HTML or XHTML and ranks it highest."""
    ranges = _ranges(accept)
    written = [quality for value, quality in ranges if value in _HTML_TYPES]
    if not written:
        return False
    named = (quality for offer in offers for quality in _written(ranges, offer))
    return max(written) > max(named, default=0.0)


@lru_cache(maxsize=256)
def names_any(accept: str, offers: tuple[Format, ...]) -> bool:
    """Return whether a client names the type of an offer, and not only a wildcard."""
    ranges = _ranges(accept)
    return any(_is_named(ranges, media_type) for offer in offers for media_type in offer.accepts)


@lru_cache(maxsize=256)
def wants_json(accept: str) -> bool:
    """Return whether the type that a client names first among those it ranks highest is JSON."""
    ranges = _ranges(accept)
    best = max((quality for _, quality in ranges), default=0.0)
    first = next((value for value, quality in ranges if quality == best), "")
    return best > 0 and first.endswith(("/json", "+json"))


def _written(ranges: Ranges, offer: Format) -> list[float]:
    # Browsers name application/xml, but do not mean RDF/XML.
    own = [media_type for media_type in offer.accepts if not media_type.endswith("/xml")]
    return [quality for value, quality in ranges if value in own]


@lru_cache(maxsize=256)
def encoding(accept_encoding: str) -> str:
    """Return `zstd` or `gzip` if Accept-Encoding names it, else an empty string.

    A wildcard does not count: clients that cannot decompress send `*` too.
    """
    codings = dict(_ranges(accept_encoding))
    zstd, gzip = codings.get("zstd", 0.0), codings.get("gzip", 0.0)
    if max(zstd, gzip) <= 0:
        return ""
    return "zstd" if zstd >= gzip else "gzip"
