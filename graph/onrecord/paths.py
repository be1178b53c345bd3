"""Where ontology, bundled collection and saved queries lie, in a checkout or a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]
_ROOT = _CHECKOUT if (_CHECKOUT / "ontology" / "onrecord.ttl").is_file() else _PACKAGE

ONTOLOGY = _ROOT / "ontology"
QUERIES = _ROOT / "queries"
BUNDLED_COLLECTION = _ROOT / "graph" / "data"
