"""Pictures of pages with few colours, a third as large: what the README shows has to load fast.

A screenshot has more than a thousand shades at the edges of letters. The commonest fit a palette
(PNG 1.2, type 3), the others are shown by those that are most like them.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256
_RGB = 3


def with_few_colours(picture: bytes) -> bytes:
    """Return a PNG of 8 bits for each of red, green and blue as one with a palette.

    Raises ValueError for any other.
    """
    chunks = list(_chunks(picture))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, 2):
        raise ValueError("only RGB of 8 bits is reduced")
    packed = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    rows = _rows(packed, width * _RGB)
    pixels = [[row[at : at + _RGB] for at in range(0, len(row), _RGB)] for row in rows]
    number = Counter(pixel for row in pixels for pixel in row)
    palette = sorted(sorted(number), key=lambda colour: -number[colour])[:_COLOURS]
    places = {colour: palette.index(_most_like(colour, palette)) for colour in number}
    lines = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in pixels)
    return _SIGNATURE + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", b"".join(palette)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def _most_like(colour: bytes, palette: list[bytes]) -> bytes:
    def distance(other: bytes) -> int:
        return sum((one - two) ** 2 for one, two in zip(colour, other, strict=True))

    return min(palette, key=distance)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(picture):
        (size,) = struct.unpack_from(">I", picture, place)
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]
        place += size + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(packed: bytes, length: int) -> Iterator[bytes]:
    """Yield the rows of a picture without their filters (PNG 1.2, 6)."""
    above = bytes(length)
    for start in range(0, len(packed), length + 1):
        row = bytearray(packed[start + 1 : start + 1 + length])
        kind = packed[start]
        for at, value in enumerate(row) if kind else ():
            left = row[at - _RGB] if at >= _RGB else 0
            corner = above[at - _RGB] if at >= _RGB else 0
            before = (0, left, above[at], (left + above[at]) // 2)
            added = before[kind] if kind < 4 else _nearest(left, above[at], corner)
            row[at] = (value + added) & 255
        above = bytes(row)
        yield above


def _nearest(left: int, above: int, corner: int) -> int:
    """Return which of three bytes is nearest to what continues them (the Paeth predictor)."""
    expected = left + above - corner
    return min((left, above, corner), key=lambda each: abs(expected - each))
