"""Terms: whether what is written in a vocabulary's namespace is a term of that vocabulary."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Identifier

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.rdf.oxigraph import RdflibTriple

_VOCABULARY = re.compile(r"^([a-z]+): (http\S+)$")
_NOTE = re.compile(r"^  (\w+):(\S+) (.+)$")


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A term that its vocabulary does not have, or has but should not be used."""

    term: URIRef
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The names of the terms of each vocabulary, by namespace, and notes on some."""

    names: dict[str, frozenset[str]]
    notes: dict[str, str]


@lru_cache(maxsize=1)
def read_digest() -> Digest:
    """Read `ontology/terms.txt` and the names that our own ontology and code lists define."""
    names: dict[str, set[str]] = {}
    prefixes: dict[str, str] = {}
    notes: dict[str, str] = {}
    namespace = ""
    for line in (ONTOLOGY / "terms.txt").read_text(encoding="utf-8").splitlines():
        vocabulary = _VOCABULARY.match(line)
        if vocabulary is not None:
            namespace = prefixes[vocabulary[1]] = vocabulary[2]
            names[namespace] = set()
        elif line == "notes:":
            namespace = ""
        elif namespace and line.startswith("  "):
            names[namespace].update(line.split())
        else:
            note = _NOTE.match(line)
            if note is not None:
                notes[prefixes[note[1]] + note[2]] = note[3]
    names[str(REC)] = _defined("onrecord.ttl", "rec")
    names[str(CODE)] = _defined("codes.ttl", "code")
    return Digest({space: frozenset(terms) for space, terms in names.items()}, notes)


def _defined(file: str, prefix: str) -> set[str]:
    """Return what a file defines: the names that begin a block."""
    text = (ONTOLOGY / file).read_text(encoding="utf-8")
    return set(re.findall(rf"^{prefix}:(\S+)$", text, re.MULTILINE))


def unknown_terms(triples: Iterable[RdflibTriple]) -> list[UnknownTerm]:
    """Return the terms used that their vocabularies do not have, each once, in order.

    Terms are looked for wherever they may stand. An IRI in a namespace that is not in the digest
    is reported only as a property or a class, since elsewhere it may be any thing on the web.
    """
    found = {term: problem for term in _used(triples) if (problem := problem_of(term)) is not None}
    return list(found.values())


def _used(triples: Iterable[RdflibTriple]) -> Iterator[URIRef]:
    digest = read_digest()
    for subject, predicate, value in triples:
        for term in (subject, predicate, value):
            if isinstance(term, URIRef) and _split(term)[0] in digest.names:
                yield term
        if isinstance(value, Literal) and value.datatype is not None:
            yield value.datatype
        if isinstance(predicate, URIRef):
            yield predicate
        if predicate == RDF.type and isinstance(value, URIRef):
            yield value


def _split(term: Identifier) -> tuple[str, str]:
    text = str(term)
    end = max(text.rfind("#"), text.rfind("/")) + 1
    return text[:end], text[end:]


def problem_of(term: URIRef) -> UnknownTerm | None:
    """Return what is wrong with using a term, None if nothing is."""
    digest = read_digest()
    note = digest.notes.get(str(term))
    if note is not None:
        return UnknownTerm(term, "must not be used here", note)
    space, name = _split(term)
    if not name:
        return None
    if space not in digest.names:
        scheme, colon, rest = space.partition(":")
        twin = ("http" if scheme == "https" else "https") + colon + rest
        if twin in digest.names:
            return UnknownTerm(term, "is in the wrong namespace", f"write {twin}{name}")
        return UnknownTerm(
            term,
            "is of a vocabulary that is not used here",
            "write a term of the ontology, or add the vocabulary to ontology/make_terms.py",
        )
    if name in digest.names[space]:
        return None
    spelled = {known.casefold(): known for known in digest.names[space]}
    near = get_close_matches(name.casefold(), spelled, 1, cutoff=0.8)
    remedy = f"perhaps {spelled[near[0]]} is meant" if near else f"look it up at {space}"
    return UnknownTerm(term, "does not exist", remedy)
