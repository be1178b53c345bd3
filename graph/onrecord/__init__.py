"""Public statements on the record: check, build, query and serve them.

The names in `__all__` may be relied on; everything else may change (CONTRIBUTING.md).
"""

from onrecord import agents
from onrecord.errors import OnRecordError
from onrecord.records.check_request import CheckRequest, check
from onrecord.releases.claim import (
    Attestation,
    AttestedPassage,
    Claim,
    Quantity,
    Speaker,
    TimeSpan,
    Withdrawal,
)
from onrecord.releases.comparison import Comparison
from onrecord.releases.open import OpenRelease, build, open
from onrecord.releases.query_result import QueryResult, Row
from onrecord.validation.finding import Finding
from onrecord.validation.report import Report
from onrecord.validation.validate import validate

__all__ = [
    "Attestation",
    "AttestedPassage",
    "CheckRequest",
    "Claim",
    "Comparison",
    "Finding",
    "OnRecordError",
    "OpenRelease",
    "Quantity",
    "QueryResult",
    "Report",
    "Row",
    "Speaker",
    "TimeSpan",
    "Withdrawal",
    "agents",
    "build",
    "check",
    "open",
    "validate",
]
