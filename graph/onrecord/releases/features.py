"""Questions that a collection features, checked against the saved queries."""

from pathlib import Path
from urllib.parse import parse_qsl

from rdflib import Graph

from onrecord.errors import OnRecordError
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import REC
from onrecord.releases.saved_query import ParameterError, bind, read_query


class FeatureError(OnRecordError):
    """A collection features a question that cannot be asked."""


def check_features(records: Graph, base: str, root: Path) -> None:
    """Raise FeatureError if a featured question names no saved query, or a wrong argument."""
    for question in sorted(set(records.objects(None, REC.features)), key=str):
        name = str(records.value(question, REC.savedQuery))
        path = QUERIES / f"{name}.rq"
        if not path.is_file():
            known = ", ".join(sorted(path.stem for path in QUERIES.glob("*.rq")))
            raise FeatureError(
                f"{root}: rec:savedQuery {name!r}: no such query; there are: {known}"
            )
        arguments = str(records.value(question, REC.arguments) or "")
        try:
            bind(read_query(path), dict(parse_qsl(arguments)), base)
        except ParameterError as error:
            raise FeatureError(f"{root}: rec:arguments {arguments!r}: {error}") from error
