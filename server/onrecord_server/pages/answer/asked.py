"""What an answer was asked with, in the answer itself, as far as its format has a place for it."""

from collections.abc import Iterable
from html import escape

from onrecord.releases import ask
from onrecord_server.sparql.formats import Format


def linked(body: bytes, format: Format, address: str) -> bytes:
    """Return an answer with the address that names all it was asked with.

    In JSON and XML it is a link of the head, as SPARQL has it for what is known about an answer;
    CSV and TSV have no place but that of `commented`.
    """
    if format.suffix == "json":
        return ask.linked(body, address)
    if format.suffix == "xml":
        return body.replace(b"</head>", b'<link href="%s"/></head>' % escape(address).encode(), 1)
    return body


def commented(body: bytes, format: Format, lines: Iterable[str]) -> bytes:
    """Return CSV or TSV after lines that begin with `# `; another format as it is."""
    if format.suffix not in ("csv", "tsv"):
        return body
    end = "\r\n" if format.suffix == "csv" else "\n"
    mark = b"\xef\xbb\xbf" if body.startswith(b"\xef\xbb\xbf") else b""
    comment = "".join(f"# {line}{end}" for line in lines)
    return mark + comment.encode() + body.removeprefix(mark)
