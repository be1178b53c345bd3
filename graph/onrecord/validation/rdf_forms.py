"""Forms of RDF: which a file is in, by its name or as asked for, and its content for a parser.

Compressed files are read as what they hold. JSON-LD has its remote contexts put in from files.
"""

import gzip
import json
import re
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from onrecord.errors import SyntaxProblem, UnreadableError, UsageError
from onrecord.files.content import read_content

FORMS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".json": ox.RdfFormat.JSON_LD,
    ".xml": ox.RdfFormat.RDF_XML,
}
"""The form of a file by the ending of its name."""
NAMED_FORMS = {
    "turtle": ".ttl",
    "trig": ".trig",
    "ntriples": ".nt",
    "nquads": ".nq",
    "n3": ".n3",
    "json-ld": ".jsonld",
    "rdf-xml": ".rdf",
}
"""The ending that stands for each form, by its name."""
_NEVER_IN_FOLDERS = (".json", ".xml")
"""Endings that are taken for RDF only if the file is named: most such files are something else."""
_CRATE = "ro-crate-metadata.json"
"""The one name of a JSON file that says that it is RDF (RO-Crate 1.1)."""
_COMPRESSED = (".gz", ".zst")
LOCATED = (".ttl", ".trig", ".nt", ".nq")
"""Endings of the forms whose parser gives the region of each term."""
STDIN = Path("-")
_SHIPPED = {
    f"https://w3id.org/ro/crate/{version}/context": (
        Path(__file__).parent / "contexts" / f"ro-crate-{version}.jsonld.gz"
    )
    for version in ("1.1", "1.2")
}
"""Contexts that are here without `--context`; NOTICE says whose they are."""
_SCHEMA_ORG = re.compile(r"https?://(www\.)?schema\.org(/docs/jsonldcontext\.json(ld)?|/?)")
"""Addresses of schema.org's context, which is not here: its licence asks for the same in return."""
_SCHEMA_ORG_FILE = "https://schema.org/docs/jsonldcontext.jsonld"
_MAX_CONTEXTS = 100
"""How many contexts may refer to each other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, apart from their names."""

    endings: Mapping[Path, str] = field(default_factory=dict)
    """The ending that stands for the form of a file, where its own does not count."""
    contents: Mapping[Path, bytes] = field(default_factory=dict)
    """Content that is in no file: what was read from stdin."""
    contexts: Mapping[str, Path] = field(default_factory=dict)
    """Files of the contexts of JSON-LD, by IRI."""
    imports: Mapping[str, Path] = field(default_factory=dict)
    """Files or folders of what shapes import, by IRI."""


AS_NAMED = Reading()
"""Files are what their names say."""


def reading_of(
    paths: tuple[Path, ...],
    form: str | None,
    contexts: Mapping[str, Path],
    imports: Mapping[str, Path],
) -> Reading:
    """Return how named files are to be read; `form` is one of NAMED_FORMS, for those and stdin.

    Reads stdin if `-` is among the paths. Raises UsageError if its form is not named.
    """
    contents = {}
    if STDIN in paths:
        if form is None:
            raise UsageError(f"-: name the form of stdin, --data-format {' or '.join(NAMED_FORMS)}")
        contents[STDIN] = sys.stdin.buffer.read()
    ending = NAMED_FORMS[form] if form is not None else ""
    endings = {path: ending for path in paths if ending and not path.is_dir()}
    return Reading(endings, contents, contexts, imports)


def ending_of(path: Path, reading: Reading = AS_NAMED) -> str:
    """Return the ending that stands for the form of a file, empty if it is none of RDF."""
    if path in reading.endings:
        return reading.endings[path]
    inner = path.with_suffix("") if path.suffix in _COMPRESSED else path
    return inner.suffix if inner.suffix in FORMS else ""


def is_rdf_by_name(name: str) -> bool:
    """Say whether a file in a folder is RDF by its name."""
    ending = ending_of(Path(name))
    return bool(ending) and (ending not in _NEVER_IN_FOLDERS or name == _CRATE)


def rdf_content(path: Path, content: bytes | None, reading: Reading) -> bytes | None:
    """Return what the parser is to read, None for the file as it is.

    `content` is read instead of the file's. Raises SyntaxProblem for a file that is not compressed
    as its name says, and for a context of JSON-LD that is in no file.
    """
    content = _plain_content(path, content, reading)
    if FORMS[ending_of(path, reading)] == ox.RdfFormat.JSON_LD:
        content = read_content(path) if content is None else content
        return _with_contexts(path, content, reading.contexts)
    return content


def json_ld_as_written(path: Path, reading: Reading) -> bytes:
    """Return the content of a file, decompressed, with the contexts that it names."""
    content = _plain_content(path, None, reading)
    return read_content(path) if content is None else content


def _plain_content(path: Path, content: bytes | None, reading: Reading) -> bytes | None:
    content = reading.contents.get(path, content)
    if path.suffix not in _COMPRESSED:
        return content
    return _decompressed(path, read_content(path) if content is None else content)


def form_of(path: Path, content: bytes | None, reading: Reading) -> ox.RdfFormat:
    """Return the form of a file; an ontology (`.owl`) is RDF/XML or Turtle."""
    ending = ending_of(path, reading)
    if ending == ".owl":
        start = (read_content(path) if content is None else content)[:1000]
        is_xml = (
            start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<rdf:", b"<!"))
        )
        return ox.RdfFormat.RDF_XML if is_xml else ox.RdfFormat.TURTLE
    return FORMS[ending]


def _decompressed(path: Path, content: bytes) -> bytes:
    import zstandard

    try:
        if path.suffix == ".gz":
            return gzip.decompress(content)
        with zstandard.ZstdDecompressor().stream_reader(content) as stream:
            return stream.read()
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        problem = f"cannot be decompressed as {path.suffix}: {error}"
        raise SyntaxProblem(path, 1, 1, problem) from error


def _with_contexts(path: Path, content: bytes, contexts: Mapping[str, Path]) -> bytes:
    """Return JSON-LD with its remote contexts replaced by those of files."""
    if b'"@context"' not in content:
        return content
    try:
        document = json.loads(content)
    except ValueError:
        return content  # the parser of JSON-LD says where it is wrong

    def put_in(value: Any) -> Any:
        if isinstance(value, list):
            return [put_in(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            key: resolved(each, 0) if key == "@context" else put_in(each)
            for key, each in value.items()
        }

    def resolved(context: Any, depth: int) -> Any:
        if isinstance(context, str):
            return local(context, depth)
        if isinstance(context, list):
            parts = [resolved(each, depth) for each in context]
            return [one for part in parts for one in (part if isinstance(part, list) else [part])]
        return put_in(context)

    def local(iri: str, depth: int) -> Any:
        file = _file_of_context(iri, contexts)
        if file is None or depth > _MAX_CONTEXTS:
            line, column = _place(content, iri)
            is_of_schema_org = _SCHEMA_ORG.fullmatch(iri)
            what = f"save {_SCHEMA_ORG_FILE} and name it" if is_of_schema_org else "name a file"
            problem = (
                f"the context {iri} is not here, and nothing is downloaded;"
                f" {what}: --context {iri}={'jsonldcontext.jsonld' if is_of_schema_org else 'FILE'}"
            )
            raise SyntaxProblem(path, line, column, problem)
        try:
            found = json.loads(_plain_content(file, read_content(file), AS_NAMED) or b"")
        except ValueError as error:
            raise UnreadableError(f"{file}: no JSON, so no context: {error}") from error
        return resolved(found.get("@context", {}) if isinstance(found, dict) else found, depth + 1)

    inlined = put_in(document)
    return content if inlined == document else json.dumps(inlined, ensure_ascii=False).encode()


def _file_of_context(iri: str, contexts: Mapping[str, Path]) -> Path | None:
    """Return the file of a context: that of its IRI, with or without a slash at the end.

    All addresses of schema.org's context are one.
    """
    bare = iri.rstrip("/")
    file = contexts.get(iri) or contexts.get(bare) or contexts.get(f"{bare}/")
    if file is None and _SCHEMA_ORG.fullmatch(iri):
        file = next((contexts[each] for each in contexts if _SCHEMA_ORG.fullmatch(each)), None)
    return file or _SHIPPED.get(bare)


def _place(content: bytes, text: str) -> tuple[int, int]:
    """Return line and column of a JSON string in a content, of its start if it is not there."""
    before = content.partition(json.dumps(text, ensure_ascii=False).encode())[0]
    if len(before) == len(content):
        return 1, 1
    last = before.rpartition(b"\n")[2].decode(errors="replace")
    return before.count(b"\n") + 1, len(last) + 1
