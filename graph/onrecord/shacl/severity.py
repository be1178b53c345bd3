"""Severity: how much a finding weighs."""

from typing import Literal

Severity = Literal["violation", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "violation")
"""From the mildest to the gravest."""


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Say whether a severity is the threshold or graver."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(threshold)
