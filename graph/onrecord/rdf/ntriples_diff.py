"""Line-set difference of two N-Triples files."""

LineDiff = tuple[bytes, bytes]
"""Removed lines and added lines, each joined by newlines."""


def diff_lines(old: bytes, new: bytes) -> LineDiff:
    """Return the lines that only the old content has, and those that only the new one has.

    The number of occurrences of a line does not matter, since a graph is a set of triples.
    """
    old_lines, new_lines = dict.fromkeys(old.splitlines()), dict.fromkeys(new.splitlines())
    return (
        b"\n".join(line for line in old_lines if line and line not in new_lines),
        b"\n".join(line for line in new_lines if line and line not in old_lines),
    )
