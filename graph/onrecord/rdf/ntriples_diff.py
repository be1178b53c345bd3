"""Lines: those that one content of a file has and another has not."""

LineDiff = tuple[bytes, bytes]
"""Lines that were lost, and lines that have come."""


def diff_lines(old: bytes, new: bytes) -> LineDiff:
    """Return the lines that stand in the old content alone, and those in the new one alone.

    How often a line stands in a content does not matter.
    """
    old_lines, new_lines = dict.fromkeys(old.splitlines()), dict.fromkeys(new.splitlines())
    return (
        b"\n".join(line for line in old_lines if line and line not in new_lines),
        b"\n".join(line for line in new_lines if line and line not in old_lines),
    )
