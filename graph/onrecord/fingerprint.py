"""Fingerprint: what makes a finding the same finding after lines have moved."""

from hashlib import sha256

from onrecord.findings import Finding


def fingerprint(finding: Finding) -> str:
    """Return a hash of the rule, the node, the path and the value, and of nothing that moves.

    The place is left out, and so is the message, whose words may be improved. What has no node
    (a syntax error, a blank node) is told apart by its message.
    """
    named = finding.focus not in ("", "[]")
    parts = (
        finding.shape,
        finding.component,
        finding.focus if named else finding.message,
        finding.path,
        finding.value,
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
