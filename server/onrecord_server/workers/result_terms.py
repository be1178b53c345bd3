"""RDF terms in SPARQL result formats: JSON, XML, CSV and TSV."""

from decimal import Decimal
from json.encoder import encode_basestring as quoted
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = f"{_XSD}string"
_DOUBLES = (f"{_XSD}double", f"{_XSD}float")
_BARE = (f"{_XSD}integer", f"{_XSD}decimal", f"{_XSD}boolean")
_DIGITS = frozenset("0123456789")
_CSV_SPECIAL = frozenset(',"\r\n')
# Characters that XML 1.0 does not allow, not even escaped.
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), "�")


def as_json(term: ResultTerm) -> str:
    """Return a term in SPARQL 1.1 Query Results JSON Format (3.2.2)."""
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if isinstance(term, ox.Literal):
        value = quoted(term.value)
        if term.language:
            return f'{{"type":"literal","value":{value},"xml:lang":{quoted(term.language)}}}'
        datatype = term.datatype.value
        if datatype == _STRING:
            return f'{{"type":"literal","value":{value}}}'
        return f'{{"type":"literal","value":{value},"datatype":{quoted(datatype)}}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":{quoted(term.value)}}}'
    subject, predicate, object_ = map(as_json, term)
    return (
        f'{{"type":"triple","value":{{"subject":{subject},'
        f'"predicate":{predicate},"object":{object_}}}}}'
    )


def as_xml(term: ResultTerm) -> str:
    """Return a term in SPARQL Query Results XML Format (2.3.1)."""
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_text(term.value)}</uri>"
    if isinstance(term, ox.Literal):
        value = _text(term.value)
        if term.language:
            return f"<literal xml:lang={quoteattr(term.language)}>{value}</literal>"
        datatype = term.datatype.value
        if datatype == _STRING:
            return f"<literal>{value}</literal>"
        return f"<literal datatype={quoteattr(datatype)}>{value}</literal>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_text(term.value)}</bnode>"
    subject, predicate, object_ = map(as_xml, term)
    return (
        f"<triple><subject>{subject}</subject><predicate>{predicate}</predicate>"
        f"<object>{object_}</object></triple>"
    )


def as_csv(term: ResultTerm) -> str:
    """Return a term in SPARQL 1.1 CSV (3.2): its value only, quoted where necessary."""
    if isinstance(term, ox.Triple):
        value = str(term)
    elif isinstance(term, ox.BlankNode):
        value = f"_:{term.value}"
    elif isinstance(term, ox.Literal) and term.datatype.value in _DOUBLES:
        value = canonical_double(term.value)
    else:
        value = term.value
    if _CSV_SPECIAL.isdisjoint(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def as_tsv(term: ResultTerm) -> str:
    """Return a term in SPARQL 1.1 TSV (4.2): Turtle syntax, with plain numbers."""
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype in _BARE and not _DIGITS.isdisjoint(term.value):
            return term.value
        if datatype == _DOUBLES[0] and not _DIGITS.isdisjoint(term.value):
            return canonical_double(term.value)
    return str(term).replace("\t", "\\t")


def canonical_double(value: str) -> str:
    """Return a double in XML Schema's canonical form (`1.0E6`); the store gives `1000000`."""
    if _DIGITS.isdisjoint(value):
        return value
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    first, *rest = map(str, digits)
    shift = int(exponent) + len(rest)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{shift}"


def _text(value: str) -> str:
    # XML parsers read an unescaped carriage return as a line feed.
    return escape(value.translate(_NO_XML), {"\r": "&#xD;"})
