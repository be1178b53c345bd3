"""Terms as messages and findings show them."""

from rdflib import BNode
from rdflib.term import Node


def shown(term: Node) -> str:
    """Return a term as findings show it: the IRI or the literal's form; blank nodes as `[]`.

    A blank node has no name that would be the same tomorrow.
    """
    return "[]" if isinstance(term, BNode) else str(term)
