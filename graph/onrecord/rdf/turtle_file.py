"""Turtle files written in the form of the records: prefixes in two groups, a block for a record."""

import re
from collections.abc import Iterable, Mapping

from onrecord.errors import OnRecordError

_CORE = {
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_OTHERS = {
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "qudt": "http://qudt.org/schema/qudt/",
    "schema": "https://schema.org/",
    "unit": "http://qudt.org/vocab/unit/",
}
_TERMS = {"code": "https://w3id.org/onrecord/code#", "rec": "https://w3id.org/onrecord/ns#"}
KINDS = (
    "actor", "attestation", "claim", "curation", "event", "measure", "product", "series",
    "snapshot", "source", "topic",
)  # fmt: skip
"""The kinds of records of a collection that IRIs name before the slug."""
_DECLARATION = re.compile(r"^@prefix\s+([\w-]*):\s+<([^>]*)>\s*\.\s*$")
_USED = re.compile(r"(?<![\w<:/#\"])([a-z]+):(?=[A-Za-z0-9])")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>|#.*')
_LOCAL = re.compile(r"[A-Za-z0-9](?:[\w-]*[\w])?")


def prefixes_of(base: str) -> dict[str, str]:
    """Return the prefixes that records of a collection use, in the order of a file."""
    return {**_CORE, **_OTHERS, **_TERMS, **{kind: f"{base}{kind}/" for kind in KINDS}}


def term(iri: str, base: str) -> str:
    """Return an IRI as it is written: a prefixed name where there is a prefix, else in full."""
    for prefix, namespace in prefixes_of(base).items():
        local = iri.removeprefix(namespace)
        if local != iri and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def string(text: str, language: str = "") -> str:
    """Return a literal: a string, with a language tag if one is given."""
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in text)
    return f'"{escaped}"' + (f"@{language}" if language else "")


_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


def block(subject: str, lines: Iterable[str]) -> str:
    """Return a record: its name, and one predicate with its values a line."""
    return f"{subject}\n" + " ;\n".join(f"    {line}" for line in lines) + " .\n"


def file_text(comment: str, blocks: Iterable[str], base: str) -> str:
    """Return a file of records under a comment, with the prefixes that they use."""
    return _assembled([f"# {comment}\n"], {}, "\n".join(blocks), base)


def with_blocks(text: str, blocks: Iterable[str], base: str) -> str:
    """Return the text of a file with records added at its end, and their prefixes above.

    Raises OnRecordError if the file has another namespace under one of these prefixes.
    """
    lines = text.splitlines(keepends=True)
    declared: dict[str, str] = {}
    at = [number for number, line in enumerate(lines) if _DECLARATION.match(line)]
    for number in at:
        found = _DECLARATION.match(lines[number])
        if found is not None:
            declared[found[1]] = found[2]
    if not at:
        raise OnRecordError("it declares no prefixes with @prefix at the beginning of a line")
    head = lines[: at[0]]
    body = "".join(lines[at[-1] + 1 :]).strip("\n")
    between = [
        line for line in lines[at[0] : at[-1]] if line.strip() and not _DECLARATION.match(line)
    ]
    return _assembled([*head, *between], declared, f"{body}\n\n" + "\n".join(blocks), base)


def _assembled(head: list[str], declared: Mapping[str, str], body: str, base: str) -> str:
    known = prefixes_of(base)
    used = set(_USED.findall(_STRING.sub(_less_content, body)))
    for prefix in used & set(declared) & set(known):
        if declared[prefix] != known[prefix]:
            raise OnRecordError(
                f"its prefix {prefix}: is not <{known[prefix]}>, give it another name there"
            )
    wanted = dict(declared) | {name: known[name] for name in known if name in used}
    groups = (_CORE, _OTHERS, {**_TERMS, **dict.fromkeys(KINDS, "")})
    width = max(len(name) for name in wanted) + 1
    parts = []
    for number, group in enumerate(groups):
        names = [name for name in group if name in wanted]
        if number == 1:
            names += sorted(name for name in wanted if name not in known)
        if names:
            parts.append(
                "".join(f"@prefix {f'{name}:'.ljust(width)} <{wanted[name]}> .\n" for name in names)
            )
    return "".join(head).rstrip("\n") + "\n\n" + "\n".join(parts) + "\n" + body.strip("\n") + "\n"


def _less_content(found: re.Match[str]) -> str:
    """Return a token without what may look like a name in it."""
    return '""' if found[0].startswith('"') else " "
