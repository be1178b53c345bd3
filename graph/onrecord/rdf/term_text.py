"""Text of RDF terms in messages and findings."""

from rdflib import BNode
from rdflib.term import Node


def shown(term: Node) -> str:
    """Return the IRI or the lexical form of a term, `[]` for a blank node.

    The label of a blank node differs from run to run.
    """
    return "[]" if isinstance(term, BNode) else str(term)
