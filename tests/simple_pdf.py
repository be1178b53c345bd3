"""PDF files for tests: pages of lines, or one with any content stream."""

from collections.abc import Sequence

_WINDOWS = {"“": "\x93", "”": "\x94", "’": "\x92"}


def pdf_of(*pages: Sequence[str]) -> bytes:
    """Return a PDF whose pages have these lines, one below the other."""
    return _pdf([_lines(page) for page in pages], "")


def pdf_with(content: bytes, packing: str) -> bytes:
    """Return a PDF with one page, whose content is packed in some way."""
    return _pdf([content], f"/Filter {packing}")


def _lines(lines: Sequence[str]) -> bytes:
    shown = []
    for line in lines:
        text = "".join(_WINDOWS.get(letter, letter) for letter in line)
        text = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(f"({text}) Tj 0 -14 Td")
    return f"BT /F1 12 Tf 72 720 Td {' '.join(shown)} ET".encode("latin-1")


def _pdf(contents: Sequence[bytes], extra: str) -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            f"<< /Length {len(content)} {extra} >>\nstream\n".encode() + content + b"\nendstream",
        ]
    data, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + value + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        data
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
        ).encode()
    )
