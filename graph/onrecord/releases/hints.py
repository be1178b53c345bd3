"""Hints on an answer of no rows: what in the query the release does not have, and what it has."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from rdflib.namespace import OWL, RDF, RDFS, VOID

from onrecord.rdf.namespaces import REC, XSD
from onrecord.rdf.query_text.comparisons import (
    TEXT_FUNCTIONS,
    functions_of_variables,
    vain_comparisons,
)
from onrecord.rdf.query_text.emptiness import are_of_nothing, has_one_row_always
from onrecord.rdf.query_text.patterns import Patterns, PatternTerm, TriplePattern, patterns
from onrecord.rdf.term_text import abbreviated as name
from onrecord.releases.descriptions.usage import asks_usage
from onrecord.releases.release import Release

AskRows = Callable[[str], Sequence[Sequence[object | None]]]
"""Function that returns the rows of a SELECT as terms of pyoxigraph."""

_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_LEAST_SIMILARITY = 76.0
_MOST_HINTS = 5
_MOST_THINGS = 2_000
_MOST_LISTED = 8
_LONGEST = 300
"""Characters of a hint, which is a header too; a query can have texts of any length."""
_META = tuple(map(str, (RDF, RDFS, OWL)))
_NUMBERS = frozenset(str(XSD[kind]) for kind in ("integer", "decimal", "double", "float"))


class Usage(NamedTuple):
    """Which classes and properties a release uses."""

    properties: dict[str, int]
    """How often each property is used."""
    classes: dict[str, frozenset[str]]
    """The properties that instances of each class have."""


def usage_of(release: Release) -> Usage:
    """Return what the VoID description of a release says of classes and properties."""
    file = release.path / "void.ttl"
    if not file.is_file():  # a release behind another server
        return Usage({}, {})
    triples = (quad.triple for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE))
    return usage(triples, str(release.manifest.get("dataset", "")))


def usage(description: Iterable[ox.Triple], dataset: str) -> Usage:
    """Return what the VoID description of a dataset says of classes and properties."""
    of_node: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in description:
        subject = getattr(triple.subject, "value", "")
        of_node[subject][triple.predicate.value].append(getattr(triple.object, "value", ""))

    def values(node: str, name: object) -> list[str]:
        return of_node[node].get(str(name), [])

    def properties(node: str) -> dict[str, int]:
        return {
            iri: int(next(iter(values(part, VOID.triples)), "0"))
            for part in values(node, VOID.propertyPartition)
            for iri in values(part, VOID.property)
        }

    classes = {
        kind: frozenset(properties(part))
        for part in values(dataset, VOID.classPartition)
        for kind in values(part, VOID["class"])
    }
    return Usage(properties(dataset), classes)


def found_nothing(query: str, rows: Sequence[Sequence[object | None]]) -> bool:
    """Return whether an answer has no rows, or one that counts nothing."""
    if len(rows) != 1:
        return not rows
    values = [str(getattr(term, "value", "")) for term in rows[0]]
    return are_of_nothing(values) and has_one_row_always(query)


def hints(query: str, used: Usage, ask: AskRows) -> list[str]:
    """Return sentences that may explain why a query found nothing; at most five.

    `ask` is called a few times with queries that stop at the first row.
    """
    if not used.properties or asks_usage(query):
        return []
    asked = patterns(query)
    found: dict[str, None] = {}
    for hint in (
        *vain_comparisons(query),
        *_unused_properties(asked, used),
        *_unused_classes(asked, used),
        *_unused_together(asked, used),
        *_other_values(asked, used, ask),
        *_other_comparisons(asked, used, ask),
        *_unfit_arguments(query, asked, used, ask),
        *_unknown_things(asked, used, ask),
    ):
        found.setdefault(hint)
    return [_short(hint) for hint in list(found)[:_MOST_HINTS]]


def _unused_properties(asked: Patterns, used: Usage) -> Iterator[str]:
    kinds = _kinds(asked, used)
    for iri in sorted(asked.predicates - used.properties.keys()):
        of_kinds = sorted(
            {
                kinds[triple.subject]
                for triple in asked.triples
                if triple.predicate.value == iri and triple.subject in kinds
            }
        )
        near = _nearest(iri, used.properties)
        instead = f"; {name(near)} is used" if near else ""
        if not near and of_kinds:
            own = [each for each in used.classes[of_kinds[0]] if each.startswith(str(REC))]
            listed = ", ".join(sorted(map(name, own))[:_MOST_LISTED])
            instead = f"; a {name(of_kinds[0])} has {listed}" if own else ""
        yield f"nothing on record has the property {name(iri)}{instead}"


def _kinds(asked: Patterns, used: Usage) -> dict[PatternTerm, str]:
    """Return the classes that the subjects of a query are said to be of, of those in use."""
    return {
        triple.subject: triple.object.value
        for triple in asked.triples
        if _is_type(triple) and triple.object.value in used.classes
    }


def _unused_classes(asked: Patterns, used: Usage) -> Iterator[str]:
    for triple in asked.triples:
        iri = triple.object.value
        if _is_type(triple) and iri not in used.classes and not iri.startswith(_META):
            near = _nearest(iri, used.classes)
            ours = sorted(each for each in used.classes if each.startswith(str(REC)))
            instead = f"; {name(near)} is a class that is used" if near else ""
            if not near and ours:
                instead = f"; classes that are used are {', '.join(map(name, ours))}"
            yield f"nothing on record is a {name(iri)}{instead}"


def _unused_together(asked: Patterns, used: Usage) -> Iterator[str]:
    """Yield the properties that no instance of the class has that the subject is said to be of."""
    kinds = _kinds(asked, used)
    for triple in asked.triples:
        kind, iri = kinds.get(triple.subject), triple.predicate.value
        if kind is None or triple.predicate.kind != "iri" or iri not in used.properties:
            continue
        known_of_kind = used.classes[kind]  # none in releases made by older versions
        if known_of_kind and iri not in known_of_kind and not _is_type(triple):
            having = sorted(
                (each for each, known in used.classes.items() if iri in known), key=name
            )
            told = f"; it is a property of {_listed(having)}" if having else ""
            near = _nearest(iri, known_of_kind)
            own = f", but {name(near)}" if near else ""
            yield f"no {name(kind)} has {name(iri)}{own}{told}"


def _other_values(asked: Patterns, used: Usage, ask: AskRows) -> Iterator[str]:
    """Yield the constants that are of another kind than the values of their property."""
    given: dict[str, list[PatternTerm]] = defaultdict(list)
    for variable, constant in asked.values:
        given[variable].append(constant)
    for triple in asked.triples:
        iri = triple.predicate.value
        if triple.predicate.kind != "iri" or iri not in used.properties or _is_type(triple):
            continue
        constants = (
            given.get(triple.object.value, [])
            if triple.object.kind == "variable"
            else [triple.object]
        )
        for constant in constants:
            if constant.kind in ("iri", "text", "number"):
                yield from _mismatch(iri, constant, _value(iri, ask))


def _mismatch(iri: str, constant: PatternTerm, value: object | None) -> Iterator[str]:
    if isinstance(value, ox.NamedNode):
        if constant.kind != "iri":
            yield f"the values of {name(iri)} are IRIs, such as {name(value.value)}, and not texts"
    elif isinstance(value, ox.Literal):
        datatype = value.datatype.value
        if constant.kind == "iri":
            yield f"the values of {name(iri)} are texts, such as {_written(value)}, and not IRIs"
        elif value.language and not constant.language:
            yield (
                f'the texts of {name(iri)} have a language: write "{constant.value}"'
                f"@{value.language}, or compare STR(?x)"
            )
        elif constant.kind == "number" and datatype in _NUMBERS and constant.datatype != datatype:
            yield (
                f"the numbers of {name(iri)} are {name(datatype)}, and a pattern finds the same "
                f"type only: FILTER (?x = {constant.value}) finds them all"
            )
        elif not value.language and constant.datatype != datatype and constant.kind == "text":
            yield f"the values of {name(iri)} are {name(datatype)}: write {_as(constant, datatype)}"


def _other_comparisons(asked: Patterns, used: Usage, ask: AskRows) -> Iterator[str]:
    """Yield the comparisons of a variable with a constant that its values are not compared with."""
    source = _sources(asked, used)
    for variable, operator, constant in asked.comparisons:
        iri = source.get(variable)
        value = _value(iri, ask) if iri else None
        if iri is None or value is None:
            continue
        if isinstance(value, ox.NamedNode):
            if constant.kind != "iri":
                yield (
                    f"?{variable} is an IRI, such as {name(value.value)}: compare STR(?{variable}),"
                    " or its label"
                )
        elif isinstance(value, ox.Literal):
            yield from _incomparable(variable, operator, constant, iri, value)


def _unfit_arguments(query: str, asked: Patterns, used: Usage, ask: AskRows) -> Iterator[str]:
    """Yield the functions of texts that are given what is none: an IRI, or a date."""
    source = _sources(asked, used)
    for function, variable in functions_of_variables(query):
        iri = source.get(variable)
        value = _value(iri, ask) if iri else None
        if function not in TEXT_FUNCTIONS or iri is None or value is None:
            continue
        mend = f"write {function}(STR(?{variable}), …)"
        if isinstance(value, ox.NamedNode):
            yield f"?{variable} is an IRI, such as {name(value.value)}, and no text: {mend}"
        elif isinstance(value, ox.Literal) and not value.language:
            datatype = value.datatype.value
            if datatype != str(XSD.string):
                yield f"the values of {name(iri)} are {name(datatype)}, and no texts: {mend}"


def _sources(asked: Patterns, used: Usage) -> dict[str, str]:
    """Return the property whose values each variable has."""
    return {
        triple.object.value: triple.predicate.value
        for triple in asked.triples
        if triple.object.kind == "variable" and triple.predicate.value in used.properties
    }


def _incomparable(
    variable: str, operator: str, constant: PatternTerm, iri: str, value: ox.Literal
) -> Iterator[str]:
    datatype = value.datatype.value
    if datatype == _EDTF and constant.datatype != _EDTF:
        yield (
            f"{name(iri)} has EDTF, such as {_written(value)}, which is compared with no date: "
            "rec:earliest and rec:latest beside it are xsd:date"
        )
    elif value.language and constant.kind == "text" and not constant.language and operator == "=":
        yield f"the texts of {name(iri)} have a language: compare STR(?{variable})"
    elif (
        constant.kind == "text"
        and not value.language
        and (constant.datatype or str(XSD.string)) != datatype
        and datatype != str(XSD.string)
    ):
        yield f"the values of {name(iri)} are {name(datatype)}: write {_as(constant, datatype)}"
    elif constant.kind == "number" and datatype not in _NUMBERS:
        yield f"the values of {name(iri)} are {name(datatype)}, such as {_written(value)}"


def _unknown_things(asked: Patterns, used: Usage, ask: AskRows) -> Iterator[str]:
    """Yield the things that a query names and the release does not have."""
    properties: dict[str, set[str]] = defaultdict(set)
    given: dict[str, set[str]] = defaultdict(set)
    for variable, constant in (
        *asked.values,
        *((each.variable, each.constant) for each in asked.comparisons),
    ):
        if constant.kind == "iri":
            given[variable].add(constant.value)
            properties[constant.value] |= set()
    for triple in asked.triples:
        if triple.subject.kind == "iri":
            properties[triple.subject.value] |= set()
        if triple.object.kind == "iri" and not _is_type(triple):
            properties[triple.object.value].add(triple.predicate.value)
        for iri in given.get(triple.object.value, ()):
            properties[iri].add(triple.predicate.value)
    for iri in sorted(properties.keys() - used.classes.keys() - used.properties.keys()):
        node = f"<{iri}>"
        if ":" not in iri or ask(
            f"SELECT ?x {{ {{ {node} ?p ?x }} UNION {{ ?x ?q {node} }} }} LIMIT 1"
        ):
            continue
        near = _nearest_thing(iri, properties[iri] & used.properties.keys(), ask)
        instead = f"; the nearest is <{near}>" if near else ""
        yield f"<{iri}> is not on record{instead}"


def _nearest_thing(iri: str, properties: Iterable[str], ask: AskRows) -> str | None:
    """Return the thing most like an IRI among the values of properties, or those of its kind."""
    folder = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    asked = [f"?s <{each}> ?x" for each in sorted(properties)] or ["?x a ?kind"]
    things: set[str] = set()
    for pattern in asked:
        rows = ask(f"SELECT DISTINCT ?x {{ {pattern} }} LIMIT {_MOST_THINGS}")
        things |= {str(getattr(row[0], "value", "")) for row in rows}
    of_kind = sorted(each for each in things if each.startswith(folder))
    same = min((each for each in things if _local(each) == _local(iri)), default=None)
    near = same or _nearest(iri, of_kind) or _with_same_word(iri, of_kind)
    if near or not properties:
        return near
    rows = ask(
        f'SELECT DISTINCT ?x {{ ?x a ?kind FILTER (STRSTARTS(STR(?x), "{folder}")) }}'
        f" LIMIT {_MOST_THINGS}"
    )
    others = sorted(str(getattr(row[0], "value", "")) for row in rows)
    return _nearest(iri, others) or _with_same_word(iri, others)


def _with_same_word(iri: str, things: Sequence[str]) -> str | None:
    """Return the thing whose slug has the words of an IRI's: `ada-holm` for `holm`."""
    words = set(_local(iri).lower().replace("_", "-").split("-"))
    return next((each for each in things if words <= set(_local(each).split("-"))), None)


def _value(iri: str, ask: AskRows) -> object | None:
    rows = ask(f"SELECT ?x {{ ?s <{iri}> ?x }} LIMIT 1")
    return rows[0][0] if rows else None


def _is_type(triple: TriplePattern) -> bool:
    return triple.predicate.value == str(RDF.type) and triple.object.kind == "iri"


def _nearest(iri: str, choices: Iterable[str]) -> str | None:
    """Return the choice with the same local name, or else the one with the most similar."""
    locals_of: dict[str, list[str]] = defaultdict(list)
    for choice in choices:
        locals_of[_local(choice)].append(choice)
    wanted = _local(iri)
    found = process.extractOne(
        wanted, list(locals_of), scorer=fuzz.ratio, score_cutoff=_LEAST_SIMILARITY,
        processor=str.lower,
    )  # fmt: skip
    if found is None:
        return None
    preferred = sorted(locals_of[found[0]], key=lambda each: (not each.startswith(str(REC)), each))
    return preferred[0]


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1 :]


def _listed(iris: Sequence[str]) -> str:
    """Return names as a list in words, of the first three."""
    *first, last = map(name, iris[:3])
    return f"{', '.join(first)} and {last}" if first else last


def _short(hint: str) -> str:
    return hint if len(hint) <= _LONGEST else f"{hint[: _LONGEST - 1]}…"


def _written(value: ox.Literal) -> str:
    text = value.value if len(value.value) <= 40 else f"{value.value[:40]}…"
    return f'"{text}"'


def _as(constant: PatternTerm, datatype: str) -> str:
    if datatype == str(XSD.string):
        return f'"{constant.value}"'
    return f'"{constant.value}"^^{name(datatype)}'
