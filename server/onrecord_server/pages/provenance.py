"""Column `why`: the address of the passages behind each row of an answer."""

from collections.abc import Iterable, Iterator
from io import BytesIO

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm
from onrecord_server.pages.links import address_of
from onrecord_server.sparql.formats import Format
from onrecord_server.workers.result_writers import write_rows

COLUMN = "why"
"""Name of the column."""


class _Unlimited(BytesIO):
    """Output in memory without a size limit: the rows are within the row limit already."""

    full = False


def why(row: Iterable[ResultTerm | None], base: str) -> str:
    """Return the local address of the passages behind a row; empty if it names no record.

    An attestation leads to its own passages; else a claim leads to those of all its reports.
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
    """Return an answer in a format, with the column `why`."""

    def longer() -> Iterator[tuple[ResultTerm | None, ...]]:
        for row in rows:
            address = why(row, base)
            yield (*row, ox.NamedNode(host + address) if address else None)

    memory = _Unlimited()
    found = list(longer())
    write_rows([*names, COLUMN], iter(found), format.name, memory, len(found))
    return memory.getvalue()
