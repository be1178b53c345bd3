"""Paths of the ontology, the bundled collection and the saved queries, in checkout or wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_BUNDLED = _PACKAGE / "bundled"
# Prefer the wheel's files: it may be installed inside a checkout of another version.
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parents[1]

ONTOLOGY = _ROOT / "ontology"
QUERIES = _ROOT / "queries"
BUNDLED_COLLECTION = _ROOT / "graph" / "data"
