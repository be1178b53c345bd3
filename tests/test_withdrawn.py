"""Withdrawn records: no rule and no saved query takes one for current, and none does so by luck.

Each claim, attestation and judgement of the sample is withdrawn in turn, and every rule and query
is tried in two stores. In one the derived statements are made after the withdrawal; the answer must
be what it would be had the record never been written. In the other they are those from before, so
that each text is held to its own filters, whatever the rules before it did.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

import onrecord.releases.parameter_choices
import onrecord_server.pages.page_queries
from onrecord.derivation.derived import derive_into, evaluate, in_memory, rules
from onrecord.derivation.rule import Rule
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import REC
from onrecord.rdf.oxigraph import quads
from onrecord.records.assembly import Assembly, assemble
from onrecord.records.collection import RecordFile, read_collection, read_file
from onrecord.releases.saved_query import Query, bind, read_queries, read_query
from sample_release import BASE, SAMPLE

KINDS = (REC.Claim, REC.Attestation, REC.Judgement)
CURATION = URIRef(f"{BASE}curation/withdrawal")
PARAMETERS = tomllib.loads(
    (Path(__file__).parent / "answers" / "parameters.toml").read_text(encoding="utf-8")
)
OF_PAGES = {
    "incoming-as-of": {"as_of": "2025-06-01"},
    "said-about-then": {"as_of": "2024-06-01"},
}
"""Parameters of queries of pages that find nothing without them."""
SAVED = read_queries(QUERIES)
PAGES = [
    query
    for query in (
        *read_queries(Path(onrecord_server.pages.page_queries.__file__).parent / "queries"),
        read_query(
            Path(onrecord.releases.parameter_choices.__file__).parent / "queries/choices.rq"
        ),
    )
    if query.withdrawn != "shown, as stored"
]
RULES = rules()

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """The sample after one change: a store of all its graphs, and what the rules derive."""

    store: ox.Store
    derived: dict[str, frozenset[Row]]


@cache
def sample() -> Assembly:
    """Return the sample, with cases for filters that it has none for."""
    collection = read_collection(SAMPLE / "records")
    return assemble(replace(collection, files=(*collection.files, more())))


@cache
def more() -> RecordFile:
    """Return those cases."""
    return read_file(Path(__file__).parent / "withdrawn.ttl", label="more")


@cache
def records_of_kind() -> dict[URIRef, list[URIRef]]:
    """Return what can be withdrawn in the sample, by kind."""
    found = sample().records
    return {
        kind: sorted(node for node in found.subjects(RDF.type, kind) if isinstance(node, URIRef))
        for kind in KINDS
    }


RECORDS = [record for kind in KINDS for record in records_of_kind()[kind]]

REPRESENTATIVES = {*RECORDS[::4], *(triple[0] for triple in more().triples)}
"""Records enough for each change: every fourth, and those that stand here for some filter."""
by_record = pytest.mark.parametrize(
    "record",
    [
        pytest.param(
            record,
            marks=() if record in REPRESENTATIVES else pytest.mark.slow,  # two minutes for all
            id=record.removeprefix(BASE),
        )
        for record in RECORDS
    ],
)


def withdrawal(record: URIRef) -> list[ox.Quad]:
    """Return what the records say of a record that is withdrawn."""
    other = next(other for other in RECORDS if other != record)
    return [
        ox.Quad(ox.NamedNode(record), ox.NamedNode(predicate), ox.NamedNode(value))
        for predicate, value in ((REC.retractedIn, CURATION), (DCTERMS.isReplacedBy, other))
    ]


@cache
def names_of(record: URIRef) -> frozenset[str]:
    """Return a record and, of a claim, its attestations: what stands or falls with it."""
    return frozenset(map(str, (record, *sample().records.subjects(REC.attests, record))))


@cache
def written() -> list[ox.Quad]:
    """Return all that the rules start from."""
    made = sample()
    return [*quads(made.records), *quads(made.completed), *quads(made.ontology)]


def world(written: Iterable[ox.Quad]) -> World:
    store = ox.Store()
    store.extend(written)
    derived = dict(derive_into(store, RULES, in_memory))
    return World(store, {name: frozenset(map(terms, found)) for name, found in derived.items()})


@cache
def before() -> World:
    """Return the sample with nothing withdrawn now that was not before."""
    return world(written())


@cache
def withdrawn(record: URIRef) -> World:
    return world([*written(), *withdrawal(record)])


@cache
def absent(record: URIRef) -> World:
    """Return the sample as if a record, and what attests it, had not been written."""
    gone = names_of(record)
    return world(quad for quad in written() if stem(quad.subject.value) not in gone)


def terms(row: Iterable[object]) -> Row:
    return tuple("" if term is None else getattr(term, "value", "") for term in row)


def stem(iri: str) -> str:
    """Return the record that a nested node is written in."""
    return iri.partition("#")[0]


def names(terms: Iterable[object], record: frozenset[str]) -> bool:
    return any(stem(str(term)) in record for term in terms)


@contextmanager
def left_as_it_was(record: URIRef) -> Iterator[ox.Store]:
    """Yield a store where a record is withdrawn, with what was derived before that."""
    store = before().store
    added = [quad for quad in withdrawal(record) if quad not in store]
    store.extend(added)
    yield store
    for quad in added:
        store.remove(quad)


# Rules ------------------------------------------------------------------------


def derived_by(rule: Rule, store: ox.Store) -> frozenset[Row]:
    return frozenset(map(terms, evaluate(rule, store)))


def each_derives(store: ox.Store) -> dict[str, frozenset[Row]]:
    """Return what each rule derives from a store that is left as it is."""
    told: dict[str, Iterable[ox.Triple]] = {}
    for rule in RULES:
        if rule.name not in told:
            told |= rule.together(store) if rule.together else {rule.name: evaluate(rule, store)}
    return {name: frozenset(map(terms, found)) for name, found in told.items()}


def left_to_others(rule: Rule, record: URIRef) -> list[Row]:
    """Return what a rule derives of a withdrawn record where the rules before it left it in."""
    with left_as_it_was(record) as store:
        return sorted(row for row in derived_by(rule, store) if names(row, names_of(record)))


def unlabelled(derived: dict[str, frozenset[Row]]) -> dict[str, set[Row]]:
    """Return what is derived by rules, without labels."""
    return {
        name: {row for row in rows if row[1] != str(RDFS.label)} for name, rows in derived.items()
    }


@by_record
def test_no_rule_derives_anything_but_a_label_of_a_withdrawn_record(record: URIRef) -> None:
    """A withdrawn record keeps its page, which has to call it something."""
    assert unlabelled(withdrawn(record).derived) == unlabelled(absent(record).derived)
    with left_as_it_was(record) as store:
        found = unlabelled(each_derives(store))
    of_it = {
        name: [row for row in rows if names(row, names_of(record))] for name, rows in found.items()
    }
    assert {name: rows for name, rows in of_it.items() if rows} == {}


@by_record
def test_a_withdrawn_record_has_a_label_and_changes_that_of_nothing_else(record: URIRef) -> None:
    now, never = labels(withdrawn(record)), labels(absent(record))
    assert any(row[0] == str(record) for row in now)
    # The label of a judgement names what it is about, as the judgement does.
    gone = names_of(record) | judgements_about(names_of(record))
    assert others(now, gone) == others(never, gone)


def judgements_about(records: frozenset[str]) -> frozenset[str]:
    return frozenset(
        str(judgement)
        for side in (RDF.subject, RDF.object)
        for record in records
        for judgement in sample().records.subjects(side, URIRef(record))
    )


def labels(of: World) -> list[Row]:
    return sorted(row for rows in of.derived.values() for row in rows if row[1] == str(RDFS.label))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_there_is_a_case_for_every_rule(rule: Rule) -> None:
    assert before().derived[rule.name]


# Queries ----------------------------------------------------------------------


def asked(query: Query) -> str:
    """Return a query with the parameters of its expected answer, but of all claims at once."""
    if query.name == "choices":
        return bind(query, {"kind": str(REC.Claim)}, BASE)
    given = dict(PARAMETERS.get(query.name) or OF_PAGES.get(query.name, {}))
    text = bind(query, given, BASE)
    for parameter in query.parameters:
        if parameter.of == "rec:Claim":
            text = re.sub(rf"VALUES \?{parameter.name} {{ [^{{}}]* }}", "", text)
    return text


def rows(query: Query, store: ox.Store) -> list[Row]:
    return [terms(row) for row in store.query(asked(query))]


def column(query: Query) -> int | None:
    """Return the place of the column that says of withdrawn records that they are."""
    name = re.search(r'"(\w+)"', query.withdrawn)
    return None if name is None else [known.name for known in query.columns].index(name[1])


def unmarked(query: Query, found: Iterable[Row], gone: frozenset[str]) -> list[Row]:
    """Return the rows that name a withdrawn record and do not say so."""
    place = column(query)
    return [
        row
        for row in found
        if names(row, gone)
        and (place is None or (row[place] != "true" and not row[place].endswith(" (withdrawn)")))
    ]


def others(found: Iterable[Row], gone: frozenset[str]) -> list[Row]:
    return [row for row in found if not names(row, gone)]


def faults(query: Query, record: URIRef) -> list[str]:
    """Return what is wrong in a query's answers when a record is withdrawn."""
    gone = names_of(record)
    now, never = rows(query, withdrawn(record).store), rows(query, absent(record).store)
    wrong = [f"named unmarked: {row}" for row in unmarked(query, now, gone)]
    # Around a withdrawn claim there are things that only it names, and their labels.
    if query.name != "labels" and others(now, gone) != others(never, gone):
        wrong.append("another answer than without the record")
    return wrong


def left_to_rules(query: Query, record: URIRef) -> list[Row]:
    """Return the rows that name a withdrawn record unmarked where the rules left it in."""
    with left_as_it_was(record) as store:
        return unmarked(query, rows(query, store), names_of(record))


@by_record
def test_a_withdrawn_record_is_left_out_of_answers_or_marked_in_them(record: URIRef) -> None:
    found = {
        query.name: [*faults(query, record), *left_to_rules(query, record)]
        for query in (*SAVED, *PAGES)
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "query", [query for query in SAVED if column(query) is not None], ids=lambda query: query.name
)
def test_what_is_shown_is_still_there_when_it_is_withdrawn(query: Query) -> None:
    """And nothing is marked that stands."""
    place = column(query)
    assert place is not None
    for kind in (REC.Claim, REC.Attestation):
        for record in records_of_kind()[kind]:
            gone = names_of(record)
            then = {row for row in rows(query, before().store) if names(row, gone)}
            now = rows(query, withdrawn(record).store)
            assert len({row for row in now if names(row, gone)}) >= (1 if then else 0), record
            marked = {row for row in now if row[place] == "true"}
            assert marked <= {row for row in now if names(row, gone | ALREADY)}, record


ALREADY = frozenset(
    name
    for record in sample().records.subjects(REC.retractedIn)
    for name in names_of(URIRef(str(record)))
)
"""What the sample itself withdraws."""


# Mutation ---------------------------------------------------------------------

_FILTER = re.compile(r"(?:FILTER NOT EXISTS|MINUS) \{[^{}]*rec:retractedIn[^{}]*\}\n")
_MARK = re.compile(r"(?<!NOT )EXISTS \{[^{}]*rec:retractedIn[^{}]*\}")
_WAY = re.compile(r"rec:retractedIn\||\|rec:attests/rec:retractedIn")


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text without each of its filters, marks and ways to a withdrawal, and its line."""
    for pattern, instead in ((_FILTER, "\n"), (_MARK, "false"), (_WAY, "")):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"line {line}", text[: match.start()] + instead + text[match.end() :]


QUERY_MUTANTS = [
    pytest.param(replace(query, text=text), id=f"{query.name} {line}")
    for query in (*SAVED, *PAGES)
    for line, text in mutants(query.text)
]
RULE_MUTANTS = [
    pytest.param(replace(rule, text=text), id=f"{rule.name} {line}")
    for rule in RULES
    for line, text in mutants(rule.text)
]


def is_seen(of: Callable[[URIRef], object]) -> bool:
    """Say whether any record shows a fault; those that showed the ones before are tried first."""
    seeing = next(filter(of, _LIKELY_FIRST), None)
    if seeing is not None:
        _LIKELY_FIRST.remove(seeing)
        _LIKELY_FIRST.insert(0, seeing)
    return seeing is not None


_LIKELY_FIRST = list(RECORDS)


@pytest.mark.parametrize("mutant", QUERY_MUTANTS)
def test_no_filter_can_be_taken_out_of_a_query_unnoticed(mutant: Query) -> None:
    assert is_seen(lambda record: left_to_rules(mutant, record)) or any(
        faults(mutant, record) for record in those_it_shows_first(mutant)
    )


def those_it_shows_first(mutant: Query) -> list[URIRef]:
    """Return all records, first those of which a mutant answers otherwise than its query.

    To look for faults takes two stores made anew for each record; to look for this, none.
    """
    query = next(query for query in (*SAVED, *PAGES) if query.name == mutant.name)
    return sorted(RECORDS, key=lambda record: not answers_otherwise(mutant, query, record))


def answers_otherwise(mutant: Query, query: Query, record: URIRef) -> bool:
    with left_as_it_was(record) as store:
        return rows(mutant, store) != rows(query, store)


@pytest.mark.parametrize("mutant", RULE_MUTANTS)
def test_no_filter_can_be_taken_out_of_a_rule_unnoticed(mutant: Rule) -> None:
    assert is_seen(
        lambda record: (
            left_to_others(mutant, record)
            or derived_by(mutant, withdrawn(record).store)
            != derived_by(mutant, absent(record).store)
        )
    )
