"""Why: from a row of an answer to the passages behind it."""

from collections.abc import Iterable, Iterator
from io import BytesIO

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm
from onrecord_server.pages.links import address_of
from onrecord_server.sparql.formats import Format
from onrecord_server.workers.result_writers import write_rows

COLUMN = "why"
"""The column that is added to an answer."""


class _Memory(BytesIO):
    """An answer in memory: its rows were counted when they were found."""

    full = False


def why(row: Iterable[ResultTerm | None], base: str) -> str:
    """Return the local address of the passages behind a row, empty where it names no record.

    A report leads to its own passages; without one, a claim leads to all of those that carry it.
    """
    iris = [term.value for term in row if isinstance(term, ox.NamedNode)]
    for kind, place in (("attestation/", ""), ("claim/", "#words")):
        for iri in iris:
            if iri.startswith(base + kind) and "#" not in iri:
                return address_of(iri, base) + place
    return ""


def with_why(
    names: list[str],
    rows: Iterable[tuple[ResultTerm | None, ...]],
    format: Format,
    base: str,
    host: str,
) -> bytes:
    """Return an answer in a format, each row with the address of the passages behind it."""

    def longer() -> Iterator[tuple[ResultTerm | None, ...]]:
        for row in rows:
            address = why(row, base)
            yield (*row, ox.NamedNode(host + address) if address else None)

    memory = _Memory()
    found = list(longer())
    write_rows([*names, COLUMN], iter(found), format.name, memory, len(found))
    return memory.getvalue()
