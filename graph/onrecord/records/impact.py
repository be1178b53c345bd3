"""Extent: how far a change of records reaches, and so which findings it can have made."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC
from onrecord.rdf.oxigraph import RdflibTriple, to_rdflib, triples_in_oxigraph
from onrecord.records.assembly import Assembly, classes_in_place, records_of
from onrecord.records.collection import Collection
from onrecord.records.completion import TextOf, completions
from onrecord.shacl.incremental.change import Change, Triple, between
from onrecord.validation.finding import SYNTAX, Finding

_TO_SUBJECTS = (OA.hasSource, REC.snapshotOf, REC.passage)
"""From a source to its passages, and from those to the attestations that rest on them."""
_TO_OBJECTS = (REC.attests, REC.saidOn, REC.validFor, REC.quantity, REC.baseline)
"""From an attestation to its claim, and from both to their dates and figures."""
_ALWAYS = {SYNTAX, "name"}
"""Rules whose findings are about no node that has a name."""


@dataclass(frozen=True, slots=True)
class Impact:
    """A change of what the shapes are about, and the nodes that other rules are about."""

    change: Change
    described: frozenset[str]
    """Nodes of which something else is said now, or elsewhere."""
    evidenced: frozenset[str]
    """Those, and the nodes whose evidence rests on them."""

    def reaches(self, finding: Finding) -> bool:
        """Say whether the change can have made a finding that no shape has made."""
        if finding.shape == "evidence":
            return finding.focus in self.evidenced
        return finding.shape in _ALWAYS or finding.focus in self.described


def impact_of(before: Collection, after: Collection, assembly: Assembly, text_of: TextOf) -> Impact:
    """Return how far the change from one collection to another, which is assembled, reaches."""
    if before.files == after.files:
        return Impact(Change(frozenset(), frozenset()), frozenset(), frozenset())
    records = records_of(before)
    then = chain(records, completions(records, classes_in_place(), text_of))
    change = between(_stored(then), _stored(chain(assembly.records, assembly.completed)))
    nodes: set[Node] = {to_rdflib(subject) for subject in change.subjects}
    evidenced = _resting_on(nodes, (records, assembly.records))
    nodes |= _moved(before, after)
    return Impact(change, frozenset(map(str, nodes)), frozenset(map(str, evidenced)))


def _stored(triples: Iterable[RdflibTriple]) -> set[Triple]:
    return set(triples_in_oxigraph(triples))


def _moved(before: Collection, after: Collection) -> set[Node]:
    """Return the nodes that other files describe now than before."""
    then, now = _files_of(before), _files_of(after)
    return {node for node in then.keys() | now.keys() if then.get(node) != now.get(node)}


def _files_of(collection: Collection) -> dict[Node, set[str]]:
    files: dict[Node, set[str]] = defaultdict(set)
    for file in collection.files:
        for subject, _, _ in file.triples:
            files[subject].add(str(file.path))
    return dict(files)


def _resting_on(nodes: Iterable[Node], graphs: Iterable[Graph]) -> set[Node]:
    """Return some nodes and all whose evidence rests on them, then or now."""
    both = list(graphs)
    found = set(nodes)
    waiting = list(found)
    while waiting:
        node = waiting.pop()
        for graph in both:
            near = chain(
                *(graph.subjects(predicate, node) for predicate in _TO_SUBJECTS),
                *(graph.objects(node, predicate) for predicate in _TO_OBJECTS),
            )
            new = set(near) - found
            found |= new
            waiting += new
    return found
