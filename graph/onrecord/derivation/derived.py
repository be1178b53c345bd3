"""Derivation: evaluation of the rules over a collection, SPARQL CONSTRUCT files and functions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import RDFS

from onrecord.derivation.comparison import COMPARISON
from onrecord.derivation.drift import DRIFTS
from onrecord.derivation.independence import INDEPENDENCE
from onrecord.derivation.laundering import LAUNDERED
from onrecord.derivation.rule import Rule, RuleError, read_rules
from onrecord.derivation.tracing import ROOTS, WITNESSES
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.graph_file import GraphFile, write_graph
from onrecord.rdf.oxigraph import extend, in_graph, quads, to_graph
from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.partitioned.store import AskedStore, opened
from onrecord.rdf.processes import workers
from onrecord.records.assembly import Assembly


def derive(graphs: Iterable[Graph], rules: Iterable[Rule]) -> dict[str, Graph]:
    """Return the triples that each rule derives from the graphs and from earlier rules, by name.

    Raises RuleError for a rule that is not a CONSTRUCT query.
    """
    store = ox.Store()
    for graph in graphs:
        store.extend(quads(graph))
    return {name: to_graph(triples) for name, triples in derive_into(store, rules, in_memory)}


KeptTriples = TypeVar("KeptTriples", bound=Collection[ox.Triple])
"""Triples as they are kept: in memory or in a file."""


def derive_into(
    store: ox.Store,
    rules: Iterable[Rule],
    keep: Callable[[str, Iterable[ox.Triple]], KeptTriples],
) -> Iterator[tuple[str, KeptTriples]]:
    """Add to a store what each rule derives from it and from earlier rules; yield it by name.

    `keep` is given the name of a rule and what it derives, to keep it, each triple once. Raises
    RuleError for a rule that is not a CONSTRUCT query.
    """
    for group in _groups(rules):
        # What is kept elsewhere is not held here, too.
        for name, found in _evaluated(group, store):
            triples = keep(name, found)
            extend(store, in_graph(triples))
            yield name, triples


def derive_side_by_side(
    known: PartitionedGraph, rules: Iterable[Rule], folder: Path
) -> Iterator[tuple[str, GraphFile]]:
    """Add to a graph in parts what each rule derives from it and from earlier rules.

    Yield it by name. Names for readers alone are not added, which are a sixth of what there is to
    hold in memory. Rules that need none of one another are evaluated by several processes, into
    files in `folder`. Raises RuleError for a rule that is not a CONSTRUCT query, EndedProcessError
    if a process was ended from outside.
    """
    rules = tuple(rules)
    for_readers = {rule.name for rule in rules if rule.names_for_readers}
    # Python gives little memory back: of 100,000 claims a process kept 700 MB of what it had done.
    with workers(is_large=True, tasks_each=1) as pool:
        for stage in _stages(rules):
            # What is no query is what took too long as one.
            groups = sorted(_groups(stage), key=lambda group: bool(group[0].text))
            jobs = [pool.submit(_derive_files, known, group, folder) for group in groups]
            # All end before anything is added to the files that they read.
            derived = [each for job in jobs for each in job.result()]
            for name, graph in derived:
                known.add(graph, _NAMES if name in for_readers else ())
            yield from derived


def _derive_files(
    known: PartitionedGraph, group: Sequence[Rule], folder: Path
) -> list[tuple[str, GraphFile]]:
    """Write what rules derive from a graph in parts into files."""
    with opened(known, folder) as store:
        return [
            (name, write_graph(folder / f"{name}.nt", found))
            for name, found in _evaluated(group, store)
        ]


def _groups(rules: Iterable[Rule]) -> Iterator[Sequence[Rule]]:
    """Yield rules one by one, but those that are derived together as one group."""
    for _, group in groupby(rules, key=lambda rule: rule.together or rule):
        yield tuple(group)


def _evaluated(
    group: Sequence[Rule], store: AskedStore
) -> Iterator[tuple[str, Iterable[ox.Triple]]]:
    """Yield what each rule of a group derives, and hold it no longer."""
    together = group[0].together
    told = {} if together is None else dict(together(store))
    for rule in group:
        yield rule.name, told.pop(rule.name) if rule.name in told else evaluate(rule, store)


def _stages(rules: Iterable[Rule]) -> Iterator[list[Rule]]:
    """Yield rules by stages: what a rule needs is in an earlier one."""
    stage_of: dict[str, int] = {}
    stages: list[list[Rule]] = []
    for rule in rules:
        stage = stage_of[rule.name] = max((stage_of[need] + 1 for need in rule.needs), default=0)
        if stage == len(stages):
            stages.append([])
        stages[stage].append(rule)
    yield from stages


def in_memory(_name: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Keep what a rule derives in memory."""
    return list(dict.fromkeys(triples))


def evaluate(rule: Rule, store: AskedStore) -> Iterable[ox.Triple]:
    """Return what a rule derives from a store. Raises RuleError if it is no CONSTRUCT query."""
    if rule.together is not None:
        return rule.together(store)[rule.name]
    if rule.function is not None:
        return rule.function(store)
    try:
        triples = store.query(rule.text)
    except SyntaxError as error:
        raise RuleError(f"{rule.name}.rq: {error}") from error
    if not isinstance(triples, ox.QueryTriples):
        raise RuleError(f"{rule.name}.rq: a rule is a CONSTRUCT query")
    return triples


_NAMES = (RDFS.label,)
"""Properties of the names that a rule derives."""
_FUNCTIONS = (COMPARISON, *DRIFTS, INDEPENDENCE, LAUNDERED, ROOTS, WITNESSES)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in order of dependency; they are read once."""
    return tuple(read_rules(ONTOLOGY / "rules", _FUNCTIONS))


def derive_all(assembly: Assembly) -> dict[str, Graph]:
    """Return the triples that each rule derives from an assembly, by rule name."""
    return derive((assembly.records, assembly.completed, assembly.ontology), rules())
