"""IRIs that the newest release has for records, and that a collection does not account for."""

from pathlib import Path

from rdflib import Graph

from onrecord.errors import OnRecordError
from onrecord.releases.ask import first_column
from onrecord.releases.release import LATEST, Release, open_release


class LostIriError(OnRecordError):
    """A release would lose IRIs that an earlier one has, without a word on them."""


def refuse_lost(records: Graph, base: str, root: Path, releases: Path) -> None:
    """Raise LostIriError if the newest release has a record that is missing here and not withdrawn.

    The collection has to name it: as a record, or as withdrawn. A release of another collection
    is not compared.
    """
    if not (releases / LATEST).is_dir():
        return
    earlier = open_release(releases)
    if earlier.manifest.get("base") != base:
        return
    here = {str(subject) for subject in records.subjects()}
    lost = sorted(iri for iri in _records_of(earlier, base) if iri not in here)
    if lost:
        several = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        are = "are" if several else "is"
        raise LostIriError(
            f"{root}: {lost[0].removeprefix(base)}{several} of release {earlier.name} {are} gone,"
            f" nothing was released; write into withdrawn.ttl: <{lost[0]}> a rec:Withdrawn ;"
            " rec:withdrawnOn … ; rec:reason … ;"
            f' rec:lastRelease "{earlier.name}", and dcterms:isReplacedBy if another record'
            " stands in its place"
        )


def _records_of(release: Release, base: str) -> list[str]:
    """Return the IRIs of the records of a release, and of those that it has as withdrawn."""
    text = (
        f"SELECT DISTINCT ?thing WHERE {{ GRAPH <{base}graph/records> {{ ?thing ?property ?value }}"
        f' FILTER (STRSTARTS(STR(?thing), "{base}") && !CONTAINS(STR(?thing), "#")) }}'
    )
    return first_column(release, text)
