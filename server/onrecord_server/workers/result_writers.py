"""Serialisers of query results; row limits are applied between two rows."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BufferedWriter, RawIOBase
from itertools import chain, islice
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Protocol
from xml.sax.saxutils import quoteattr

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm
from onrecord_server.workers.result_terms import as_csv, as_json, as_tsv, as_xml
from onrecord_server.workers.spool import SpooledOutput

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Written = tuple[int, bool]
"""Number of rows that were written, and whether there were more."""

RowIterator = Iterator[Iterable[ResultTerm | None]]


class Output(Protocol):
    """Byte output with a size limit."""

    @property
    def full(self) -> bool:
        """Whether the size limit is reached."""
        ...

    def write(self, buffer: bytes, /) -> int:
        """Write bytes; return their number."""
        ...


_PIECE = 512
"""Number of rows in one write."""

_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'

GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}


def write_boolean(answer: bool, format: str, output: SpooledOutput) -> Written:
    """Write the result of an ASK; CSV and TSV, which have no booleans, get a column with it."""
    word = "true" if answer else "false"
    texts = {
        "json": f'{{"head":{{}},"boolean":{word}}}',
        "xml": f"{_XML_HEAD}<head></head><boolean>{word}</boolean></sparql>",
        "csv": f"boolean\r\n{word}\r\n",
        "tsv": f"?boolean\n{word}\n",
    }
    output.write(texts[format].encode())
    return 1, False


def in_order(rows: ox.QuerySolutions, columns: list[str]) -> tuple[list[str], RowIterator]:
    """Return the variables in the order of `columns`, and the rows in the same order."""
    names = [variable.value for variable in rows.variables]
    if not columns:
        return names, iter(rows)
    places = {name: place for place, name in enumerate(columns)}
    names.sort(key=lambda name: places.get(name, len(places)))
    return names, ([row[name] for name in names] for row in rows)


def write_rows(
    names: list[str], solutions: RowIterator, format: str, output: Output, limit: int
) -> Written:
    """Write at most `limit` rows of terms, one for each name, as JSON, XML, CSV or TSV."""
    if format == "json":
        head = f'{{"head":{{"vars":[{",".join(map(quoted, names))}]}},"results":{{"bindings":['
        return _write(solutions, output, limit, head, _json_row(names), ",", "]}}")
    if format == "xml":
        variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
        head = f"{_XML_HEAD}<head>{variables}</head><results>"
        return _write(solutions, output, limit, head, _xml_row(names), "", "</results></sparql>")
    if format == "csv":
        head = ",".join(names) + "\r\n"
        return _write(solutions, output, limit, head, _line(as_csv, ",", "\r\n"), "", "")
    head = "\t".join(f"?{name}" for name in names) + "\n"
    return _write(solutions, output, limit, head, _line(as_tsv, "\t", "\n"), "", "")


def _write(
    rows: RowIterator,
    output: Output,
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
            output.write((lead + written + tail).encode())
            return count, False
        text += written
        if count == limit or output.full:
            more = next(rows, None) is not None
            output.write((text + tail).encode())
            return count, more
        output.write(text.encode())
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
    triples: Iterable[ox.Triple],
    format: str,
    output: SpooledOutput,
    limit: int,
    prefixes: dict[str, str],
) -> Written:
    """Write at most `limit` triples. Raises ValueError if the format cannot represent one."""
    count = 0
    limited = False

    def counted() -> Iterator[ox.Triple]:
        nonlocal count, limited
        for triple in triples:
            if count == limit or output.full:
                limited = True
                return
            if format == "rdfxml":
                _refuse_in_xml(triple)
            count += 1
            yield triple

    given = counted()
    first = next(given, None)
    found: Iterable[ox.Triple] = () if first is None else chain((first,), given)
    buffered = BufferedWriter(_RawOutput(output))
    ox.serialize(found, buffered, GRAPHS[format], prefixes=prefixes)
    buffered.flush()
    buffered.detach()
    return count, limited


_NAME = re.compile(r"[^\W\d][\w.\-\u00b7\u0300-\u036f]*\Z")
"""End of an IRI that can be the name of an element (Namespaces in XML, 4)."""
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML document can hold (XML 1.0, 2.2)."""


def _refuse_in_xml(triple: ox.Triple) -> None:
    """Raise ValueError for a triple of which RDF/XML would be malformed (RDF/XML, 5)."""
    predicate = triple.predicate.value
    if _NAME.search(predicate) is None:
        raise ValueError(f"<{predicate}> does not end with a name of an XML element")
    value = triple.object
    if isinstance(value, ox.Literal) and _NO_CHARACTER.search(value.value):
        raise ValueError("a text has a control character, which XML cannot hold")


class _RawOutput(RawIOBase):
    """File-like adapter of an output for the engine."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, buffer: "ReadableBuffer") -> int:
        # The engine reuses its buffer, so the output needs a copy.
        return self._output.write(bytes(buffer))
