"""Where ontology, bundled collection and saved queries lie, in a checkout or a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_BUNDLED = _PACKAGE / "bundled"
# A wheel's own come first: it may be installed inside a checkout, which need not be of its version.
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parents[1]

ONTOLOGY = _ROOT / "ontology"
QUERIES = _ROOT / "queries"
BUNDLED_COLLECTION = _ROOT / "graph" / "data"
