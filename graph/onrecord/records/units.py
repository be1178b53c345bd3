"""Units of QUDT: symbols, labels, and which ones add up over time."""

from collections.abc import Iterable, Iterator
from functools import cache

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import QUDT, REC, UNIT
from onrecord.rdf.oxigraph import RdflibTriple


@cache
def _lines() -> dict[URIRef, tuple[str, str, str]]:
    """Return the lines of `ontology/units.txt` by unit: whether it adds up, symbol and label."""
    lines = (ONTOLOGY / "units.txt").read_text(encoding="utf-8").splitlines()
    written = (line.split("\t") for line in lines if not line.startswith("#"))
    return {UNIT[name]: (adds_up, symbol, label) for name, adds_up, symbol, label in written}


def unit_called(written: str) -> str | None:
    """Return the name of the unit that is written: by QUDT's name, an ISO 4217 code or a symbol.

    None if QUDT has none, or several of this symbol. Case counts but for codes: "eur" is CCY_EUR.
    """
    for name in (written, f"CCY_{written.upper()}"):
        if UNIT[name] in _lines():
            return name
    of_symbol = [unit for unit, (_, symbol, _) in _lines().items() if written and symbol == written]
    return str(of_symbol[0]).removeprefix(str(UNIT)) if len(of_symbol) == 1 else None


def unit_in_words(name: str) -> str:
    """Return the symbol of a unit by QUDT's name, else its label, else the name."""
    _, symbol, label = _lines().get(UNIT[name], ("", "", ""))
    return symbol or label or name


def described(units: Iterable[Node]) -> Iterator[RdflibTriple]:
    """Yield what QUDT says of units, and whether their amounts over time add up."""
    for unit in units:
        if isinstance(unit, URIRef) and unit in _lines():
            adds_up, symbol, label = _lines()[unit]
            yield unit, RDF.type, QUDT.Unit
            yield unit, RDFS.label, Literal(label, lang="en")
            if symbol:
                yield unit, QUDT.symbol, Literal(symbol)
            if adds_up == "+":
                yield unit, REC.addsUp, Literal(True)
