"""A later release of the bundled collection, with changed records, for a server."""

import shutil
from pathlib import Path

from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.release import Release


def build_later(releases: Path, folder: Path) -> Release:
    """Build the collection with the claim that is cited put into other words."""
    records = shutil.copytree(BUNDLED_COLLECTION, folder / "records")
    (path,) = (
        path for path in records.rglob("*.ttl") if "claim:overtaken\n" in path.read_text("utf-8")
    )
    text = path.read_text(encoding="utf-8")
    before = "Russia no longer makes more ammunition than all NATO Allies put together."
    assert text.count(before) == 1
    path.write_text(text.replace(before, "NATO makes at least as much as Russia."), "utf-8")
    return build(check_records(read_collection(records), open_archive([])), releases)
