"""The second collection, on another topic than the bundled one, and its release."""

from pathlib import Path

from onrecord.records.archive import open_archive
from onrecord.records.check import CheckedRecords, check_records
from onrecord.records.collection import read_collection

CLINIC = Path(__file__).parent / "clinic"
BASE = "https://example.org/clinic/"


def check_clinic() -> CheckedRecords:
    """Check the second collection with its archive at hand."""
    return check_records(read_collection(CLINIC / "records"), open_archive([CLINIC / "texts"]))
