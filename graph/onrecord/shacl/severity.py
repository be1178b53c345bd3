"""Severity of findings and results, and its order."""

from typing import Literal

Severity = Literal["violation", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "violation")
"""From the mildest to the most severe."""


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Say whether a severity is the threshold or more severe."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(threshold)
