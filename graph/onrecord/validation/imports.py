"""Imports of shapes, from local files: what `--imports` and `--context` name by IRIs.

A catalogue is XML as Protégé writes it (`catalog-v001.xml`): `<uri name="IRI" uri="FILE"/>`.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from rdflib.namespace import OWL

from onrecord.errors import SyntaxProblem, UsageError
from onrecord.validation.data_files import blank_node_prefix, data_files, parse
from onrecord.validation.rdf_forms import Reading

_IMPORTS = ox.NamedNode(str(OWL.imports))
_NAMES = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"


def files_by_iri(option: str, values: Iterable[str], catalogues: bool = False) -> dict[str, Path]:
    """Return the files that the values of an option name, `IRI=FILE` each, by IRI.

    With `catalogues`, a value may also be a catalogue. Raises UsageError for anything else.
    """
    found: dict[str, Path] = {}
    for value in values:
        iri, _, name = value.rpartition("=")
        if catalogues and Path(value).is_file():
            found |= _read_catalogue(option, Path(value))
        elif not iri or ":" not in iri:
            others = " or a catalogue (XML)" if catalogues else ""
            raise UsageError(f"{option}: {value}: write IRI=FILE{others}")
        elif not Path(name).exists():
            raise UsageError(f"{option}: {name}: no such file")
        else:
            found[iri] = Path(name)
    return found


def _read_catalogue(option: str, path: Path) -> dict[str, Path]:
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - a file of the user's own
    except ET.ParseError as error:
        raise UsageError(f"{option}: {path}: no catalogue in XML: {error}") from error
    found = {}
    for entry in root.iter(_NAMES):
        address = urlsplit(entry.get("uri", ""))
        if address.scheme in ("", "file") and "name" in entry.attrib:
            found[entry.attrib["name"]] = path.parent / unquote(address.path)
    return found


def with_imports(files: Sequence[Path], reading: Reading) -> tuple[Path, ...]:
    """Return shapes files and those that they import, as far as these are named, each once.

    Files that do not parse import nothing here; they are reported when they are read.
    """
    if not reading.imports:
        return tuple(files)
    found = dict.fromkeys(files)
    waiting = list(files)
    while waiting:
        for imported in _imported(waiting.pop(), reading):
            target = reading.imports.get(imported)
            for file in data_files([target], reading) if target is not None else ():
                if file not in found:
                    found[file] = None
                    waiting.append(file)
    return tuple(found)


def _imported(path: Path, reading: Reading) -> list[str]:
    try:
        return [
            value.value
            for _, name, value in parse(path, blank_node_prefix(path), reading=reading)
            if name == _IMPORTS and isinstance(value, ox.NamedNode)
        ]
    except SyntaxProblem:
        return []
