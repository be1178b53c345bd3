"""Text of RDF terms in messages and findings."""

from rdflib import BNode
from rdflib.term import Node

from onrecord.rdf.namespaces import PREFIXES


def shown(term: Node) -> str:
    """Return the IRI or the lexical form of a term, `[]` for a blank node.

    The label of a blank node differs from run to run.
    """
    return "[]" if isinstance(term, BNode) else str(term)


def abbreviated(iri: str) -> str:
    """Return an IRI with its usual prefix, in full if it has none."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
