"""Known terms of vocabularies, and detection of misspelled or unsuitable ones."""

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
_TYPE = RDF.type  # rdflib builds a new term at each access


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """Term that its vocabulary does not define, or that must not be used here."""

    term: URIRef
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TermList:
    """Local names of the terms of each vocabulary by namespace, and notes on terms not to use."""

    names: dict[str, frozenset[str]]
    notes: dict[str, str]


@lru_cache(maxsize=1)
def read_term_list() -> TermList:
    """Read `ontology/terms.txt` and the terms of our own ontology and code lists."""
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
    return TermList({space: frozenset(terms) for space, terms in names.items()}, notes)


def _defined(file: str, prefix: str) -> set[str]:
    """Return the local names that a file defines: those at the start of a block."""
    text = (ONTOLOGY / file).read_text(encoding="utf-8")
    return set(re.findall(rf"^{prefix}:(\S+)$", text, re.MULTILINE))


def unknown_terms(triples: Iterable[RdflibTriple]) -> list[UnknownTerm]:
    """Return the terms that their vocabularies do not define, each once, in order.

    All positions of a triple are checked. An IRI in an unknown namespace is reported only as a
    property, class or datatype; in other positions it may be any thing on the web.
    """
    found = {
        term: problem
        for term in dict.fromkeys(_used(triples))
        if (problem := problem_of(term)) is not None
    }
    return list(found.values())


def _used(triples: Iterable[RdflibTriple]) -> Iterator[URIRef]:
    for subject, predicate, value in triples:
        if isinstance(subject, URIRef) and _is_in_known_space(subject):
            yield subject
        if isinstance(predicate, URIRef):
            yield predicate
        if isinstance(value, URIRef):
            if predicate == _TYPE or _is_in_known_space(value):
                yield value
        elif isinstance(value, Literal) and value.datatype is not None:
            yield value.datatype


@lru_cache(maxsize=2**14)
def _is_in_known_space(term: URIRef) -> bool:
    return _split(term)[0] in read_term_list().names


def _split(term: Identifier) -> tuple[str, str]:
    text = str(term)
    end = max(text.rfind("#"), text.rfind("/")) + 1
    return text[:end], text[end:]


@lru_cache(maxsize=2**14)
def problem_of(term: URIRef) -> UnknownTerm | None:
    """Return the problem of using a term, None if there is none."""
    term_list = read_term_list()
    note = term_list.notes.get(str(term))
    if note is not None:
        return UnknownTerm(term, "must not be used here", note)
    space, name = _split(term)
    if not name:
        return None
    if space not in term_list.names:
        scheme, colon, rest = space.partition(":")
        twin = ("http" if scheme == "https" else "https") + colon + rest
        if twin in term_list.names:
            return UnknownTerm(term, "is in the wrong namespace", f"write {twin}{name}")
        return UnknownTerm(
            term,
            "is of a vocabulary that is not used here",
            "write a term of the ontology, or add the vocabulary to ontology/make_terms.py",
        )
    if name in term_list.names[space]:
        return None
    spelled = {known.casefold(): known for known in term_list.names[space]}
    near = get_close_matches(name.casefold(), spelled, 1, cutoff=0.8)
    remedy = f"perhaps {spelled[near[0]]} is meant" if near else f"look it up at {space}"
    return UnknownTerm(term, "does not exist", remedy)
