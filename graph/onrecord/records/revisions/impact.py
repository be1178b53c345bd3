"""Impact of changed records: the nodes, and so the findings, that a change can affect."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC
from onrecord.rdf.oxigraph import RdflibTriple, to_rdflib, triples_in_oxigraph
from onrecord.records.assembly import Assembly, nested_node_classes, records_of
from onrecord.records.collection import Collection
from onrecord.records.completion import TextOf, completions
from onrecord.shacl.incremental.change import Change, Triple, change_between
from onrecord.validation.finding import SYNTAX, Finding

_TO_SUBJECTS = (OA.hasSource, REC.snapshotOf, REC.textOf, REC.passage)
"""From a source to its snapshots, their texts, passages and attestations, against the direction of
the properties."""
_TO_OBJECTS = (REC.attests, REC.saidOn, REC.validFor, REC.quantity, REC.baseline)
"""From an attestation to its claim, and from both to their dates and figures."""
_ALWAYS = {SYNTAX, "name"}
"""Rules whose findings are not about a node with an IRI."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Change of the data graph, and the nodes for which rules without a shape must run again."""

    change: Change
    changed: frozenset[str]
    """Nodes whose triples, or the files they are in, have changed."""
    evidenced: frozenset[str]
    """Nodes whose triples have changed, and those whose evidence depends on them."""

    def reaches(self, finding: Finding) -> bool:
        """Return whether the change can have caused a finding that is not of a shape."""
        if finding.shape == "evidence":
            return finding.focus in self.evidenced
        return finding.shape in _ALWAYS or finding.focus in self.changed


def impact_of(before: Collection, after: Collection, assembly: Assembly, text_of: TextOf) -> Impact:
    """Return the impact of the change from `before` to `after`; `assembly` is that of `after`."""
    if before.files == after.files:
        return Impact(Change(frozenset(), frozenset()), frozenset(), frozenset())
    records = records_of(before)
    earlier = chain(records, completions(records, nested_node_classes(), text_of))
    change = change_between(
        _oxigraph_triples(earlier), _oxigraph_triples(chain(assembly.records, assembly.completed))
    )
    nodes: set[Node] = {to_rdflib(subject) for subject in change.subjects}
    evidenced = _with_dependents(nodes, (records, assembly.records))
    nodes |= _in_other_files(before, after)
    return Impact(change, frozenset(map(str, nodes)), frozenset(map(str, evidenced)))


def _oxigraph_triples(triples: Iterable[RdflibTriple]) -> set[Triple]:
    return set(triples_in_oxigraph(triples))


def _in_other_files(before: Collection, after: Collection) -> set[Node]:
    """Return the nodes that are described in other files than before."""
    earlier, now = _files_of(before), _files_of(after)
    return {node for node in earlier.keys() | now.keys() if earlier.get(node) != now.get(node)}


def _files_of(collection: Collection) -> dict[Node, set[str]]:
    files: dict[Node, set[str]] = defaultdict(set)
    for file in collection.files:
        for subject, _, _ in file.triples:
            files[subject].add(str(file.path))
    return dict(files)


def _with_dependents(nodes: Iterable[Node], graphs: Iterable[Graph]) -> set[Node]:
    """Return nodes and all whose evidence depends on them, in any of the graphs."""
    both = list(graphs)
    found = set(nodes)
    pending = list(found)
    while pending:
        node = pending.pop()
        for graph in both:
            near = chain(
                *(graph.subjects(predicate, node) for predicate in _TO_SUBJECTS),
                *(graph.objects(node, predicate) for predicate in _TO_OBJECTS),
            )
            new = set(near) - found
            found |= new
            pending += new
    return found
