"""Releases of the collections of the tests: built once in a test run, and copied for each user."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic_release import CLINIC
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.release import LATEST, Release, open_release
from sample_release import SAMPLE

ReleaseOf = Callable[..., Release]
"""Returns a release of a collection by name, in a folder of releases of its own."""
COLLECTIONS: dict[str, tuple[Path, list[Path]]] = {
    "sample": (SAMPLE / "records", [SAMPLE / "archive"]),
    "clinic": (CLINIC / "records", [CLINIC / "texts"]),
    "bundled": (BUNDLED_COLLECTION, []),  # not everybody has its texts
}
"""The records of each collection, and its archive."""


def copied_release(
    temporary: pytest.TempPathFactory, collection: str, releases: Path | None = None
) -> Release:
    """Return a release of a collection, copied into a folder of releases; a new one by default."""
    if releases is None:
        releases = temporary.mktemp(collection) / "releases"
    shutil.copytree(_built(temporary, collection), releases, symlinks=True)
    return open_release(releases)


def _built(temporary: pytest.TempPathFactory, collection: str) -> Path:
    """Return the folder of releases of all workers, built if none of them has done so before."""
    base = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder of its own in that of all
        base = base.parent
    releases = base / "built" / collection
    releases.parent.mkdir(exist_ok=True)
    with releases.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (releases / LATEST).exists():
            build_release(collection, releases)
    return releases


def build_release(collection: str, releases: Path) -> Release:
    """Build the release of a collection in a folder of releases."""
    records, archives = COLLECTIONS[collection]
    return build(check_records(read_collection(records), open_archive(archives)), releases)
