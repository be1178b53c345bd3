"""Fingerprint: stable id of a finding that does not change when lines move.

It is SARIF's partial fingerprint (SARIF 2.1.0, section 3.27.17).
"""

from hashlib import sha256

from onrecord.validation.finding import Finding


def fingerprint(finding: Finding) -> str:
    """Return a hash of rule, component, focus node, path and value, 32 hexadecimal digits.

    The region is left out. So is the message of a shape, which may be reworded; that of another
    check is part of it, since it distinguishes a drifted passage from a fabricated one.
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


def is_anonymous(finding: Finding) -> bool:
    """Say whether a finding has no focus node or a blank one."""
    return finding.focus in ("", "[]")
