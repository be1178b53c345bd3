"""Text of RDF terms in messages and findings."""

from collections.abc import Mapping

from rdflib import BNode
from rdflib.term import Node

from onrecord.rdf.namespaces import PREFIXES


def shown(term: Node) -> str:
    """Return the IRI or the lexical form of a term, `[]` for a blank node.

    The label of a blank node differs from run to run.
    """
    return "[]" if isinstance(term, BNode) else str(term)


def abbreviated(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return an IRI with the prefix of its longest namespace, in full if it has none."""
    fitting = [each for each in prefixes.items() if iri.startswith(each[1])]
    prefix, namespace = max(fitting, key=lambda each: len(each[1]), default=("", ""))
    return f"{prefix}:{iri.removeprefix(namespace)}" if namespace else iri
