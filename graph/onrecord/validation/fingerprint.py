"""Fingerprint: what makes a finding the same finding after lines have moved."""

from hashlib import sha256

from onrecord.validation.finding import Finding


def fingerprint(finding: Finding) -> str:
    """Return a hash of the rule, the node, the path and the value, and of nothing that moves.

    The place is left out, and so is the message of a shape, whose words may be improved; that of
    another check is not, since it tells a passage that drifted from one that is fabricated.
    """
    parts = (
        finding.shape,
        finding.component,
        finding.focus,
        finding.path,
        finding.value,
        "" if finding.component else finding.message,
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def nameless(finding: Finding) -> bool:
    """Say whether a finding is about no node, or about one that has no name of its own."""
    return finding.focus in ("", "[]")
