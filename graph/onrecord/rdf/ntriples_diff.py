"""Lines: those that one content of a file has and another has not."""

Apart = tuple[bytes, bytes]
"""Lines that were lost, and lines that have come."""


def lines_apart(old: bytes, new: bytes) -> Apart:
    """Return the lines that stand in the old content alone, and those in the new one alone.

    How often a line stands in a content does not matter.
    """
    was, now = dict.fromkeys(old.splitlines()), dict.fromkeys(new.splitlines())
    return (
        b"\n".join(line for line in was if line and line not in now),
        b"\n".join(line for line in now if line and line not in was),
    )
