"""Writing what the engine finds, row by row, so that a limit can cut between two rows."""

from collections.abc import Callable, Iterable, Iterator
from io import BufferedWriter, RawIOBase
from itertools import chain, islice
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Protocol
from xml.sax.saxutils import quoteattr

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm
from onrecord_server.workers.result_terms import as_csv, as_json, as_tsv, as_xml
from onrecord_server.workers.spool import Sink

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Written = tuple[int, bool]
"""How many rows were written, and whether there were more."""

RowIterator = Iterator[Iterable[ResultTerm | None]]


class Output(Protocol):
    """What takes rows, until it is full."""

    @property
    def full(self) -> bool:
        """Whether no more is to be written."""
        ...

    def write(self, buffer: bytes, /) -> int:
        """Take bytes."""
        ...


_PIECE = 512
"""How many rows are put together before they are written out."""

_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'

GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}


def write_boolean(answer: bool, format: str, sink: Sink) -> Written:
    """Write the answer to an ASK as JSON or XML."""
    word = "true" if answer else "false"
    if format == "json":
        sink.write(f'{{"head":{{}},"boolean":{word}}}'.encode())
    else:
        sink.write(f"{_XML_HEAD}<head></head><boolean>{word}</boolean></sparql>".encode())
    return 1, False


def in_order(rows: ox.QuerySolutions, columns: list[str]) -> tuple[list[str], RowIterator]:
    """Return the names of the variables, as in `columns`, and the rows in their order."""
    names = [variable.value for variable in rows.variables]
    if not columns:
        return names, iter(rows)
    places = {name: place for place, name in enumerate(columns)}
    names.sort(key=lambda name: places.get(name, len(places)))
    return names, ([row[name] for name in names] for row in rows)


def write_rows(
    names: list[str], solutions: RowIterator, format: str, sink: Output, limit: int
) -> Written:
    """Write at most `limit` rows of terms, one for each name, as JSON, XML, CSV or TSV."""
    if format == "json":
        head = f'{{"head":{{"vars":[{",".join(map(quoted, names))}]}},"results":{{"bindings":['
        return _write(solutions, sink, limit, head, _json_row(names), ",", "]}}")
    if format == "xml":
        variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
        head = f"{_XML_HEAD}<head>{variables}</head><results>"
        return _write(solutions, sink, limit, head, _xml_row(names), "", "</results></sparql>")
    if format == "csv":
        head = ",".join(names) + "\r\n"
        return _write(solutions, sink, limit, head, _line(as_csv, ",", "\r\n"), "", "")
    head = "\t".join(f"?{name}" for name in names) + "\n"
    return _write(solutions, sink, limit, head, _line(as_tsv, "\t", "\n"), "", "")


def _write(
    rows: RowIterator,
    sink: Output,
    limit: int,
    head: str,
    row_text: Callable[[Iterable[ResultTerm | None]], str],
    between: str,
    tail: str,
) -> Written:
    text = head
    count = 0
    while True:
        room = min(_PIECE, limit - count)
        piece = list(islice(rows, room))
        count += len(piece)
        written = between.join(map(row_text, piece))
        if len(piece) < room:
            # Nothing follows the last separator if the rows ended with a full piece.
            lead = text if piece or text is head else ""
            sink.write((lead + written + tail).encode())
            return count, False
        text += written
        if count == limit or sink.full:
            more = next(rows, None) is not None
            sink.write((text + tail).encode())
            return count, more
        sink.write(text.encode())
        text = between


def _json_row(names: list[str]) -> Callable[[Iterable[ResultTerm | None]], str]:
    keys = [f"{quoted(name)}:" for name in names]

    def text(row: Iterable[ResultTerm | None]) -> str:
        bound = [
            key + as_json(term) for key, term in zip(keys, row, strict=True) if term is not None
        ]
        return "{" + ",".join(bound) + "}"

    return text


def _xml_row(names: list[str]) -> Callable[[Iterable[ResultTerm | None]], str]:
    starts = [f"<binding name={quoteattr(name)}>" for name in names]

    def text(row: Iterable[ResultTerm | None]) -> str:
        bound = [
            f"{start}{as_xml(term)}</binding>"
            for start, term in zip(starts, row, strict=True)
            if term is not None
        ]
        return f"<result>{''.join(bound)}</result>"

    return text


def _line(
    term_text: Callable[[ResultTerm], str], between: str, end: str
) -> Callable[[Iterable[ResultTerm | None]], str]:
    def text(row: Iterable[ResultTerm | None]) -> str:
        return between.join("" if term is None else term_text(term) for term in row) + end

    return text


def write_graph(
    triples: Iterable[ox.Triple], format: str, sink: Sink, limit: int, prefixes: dict[str, str]
) -> Written:
    """Write at most `limit` triples. Raises ValueError where the format cannot hold one."""
    count = 0
    limited = False

    def counted() -> Iterator[ox.Triple]:
        nonlocal count, limited
        for triple in triples:
            if count == limit or sink.full:
                limited = True
                return
            count += 1
            yield triple

    given = counted()
    first = next(given, None)
    found: Iterable[ox.Triple] = () if first is None else chain((first,), given)
    output = BufferedWriter(_Raw(sink))
    ox.serialize(found, output, GRAPHS[format], prefixes=prefixes)
    output.flush()
    output.detach()
    return count, limited


class _Raw(RawIOBase):
    """A sink as the engine wants a file to be."""

    def __init__(self, sink: Output) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, buffer: "ReadableBuffer") -> int:
        # The buffer is used again, so what is kept has to be a copy.
        return self._sink.write(bytes(buffer))
