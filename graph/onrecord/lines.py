"""Lines: those that one content of an N-Triples or N-Quads file has and another has not."""

from collections.abc import Iterable

Apart = tuple[bytes, bytes]
"""Lines that were lost, and lines that have come."""

_CHUNK = 1 << 16
_FEW = 8
"""Up to how many lines are looked for one by one in what two contents have in common."""


def lines_apart(old: bytes, new: bytes) -> Apart:
    """Return the lines that stand in the old content alone, and those in the new one alone.

    How often a line stands in a content does not matter.
    """
    start = _line_start(old, _common(old, new))
    before, after = old[start:], new[start:]
    end = _common(before, after, at_end=True)
    first = before.find(b"\n", len(before) - end) + 1 if end else 0
    kept = before[first:] if first else b""
    was = dict.fromkeys(before[: len(before) - len(kept)].splitlines())
    now = dict.fromkeys(after[: len(after) - len(kept)].splitlines())
    lost = [line for line in was if line and line not in now]
    come = [line for line in now if line and line not in was]
    both = _standing((*lost, *come), (old[:start], kept))
    return (
        b"\n".join(line for line in lost if line not in both),
        b"\n".join(line for line in come if line not in both),
    )


def joined(first: Apart, then: Apart) -> Apart:
    """Return what two changes, one after the other, come to."""
    (lost, come), (lost_then, come_then) = (
        tuple(dict.fromkeys(lines.splitlines()) for lines in apart) for apart in (first, then)
    )
    gone = [line for line in lost if line not in come_then]
    gone += [line for line in lost_then if line not in come]
    new = [line for line in come if line not in lost_then]
    new += [line for line in come_then if line not in lost]
    return b"\n".join(gone), b"\n".join(new)


def _line_start(content: bytes, at: int) -> int:
    return content.rfind(b"\n", 0, at) + 1


def _common(one: bytes, other: bytes, at_end: bool = False) -> int:
    """Return how many bytes two contents begin, or end, with that are the same."""
    size, same, step = min(len(one), len(other)), 0, _CHUNK

    def goes_on() -> bool:
        if same + step > size:
            return False
        if at_end:
            left = len(one) - same
            return other.endswith(one[left - step : left], 0, len(other) - same)
        return other.startswith(one[same : same + step], same)

    while goes_on():
        same += step
    while step := step // 2:
        if goes_on():
            same += step
    return same


def _standing(lines: tuple[bytes, ...], contents: Iterable[bytes]) -> set[bytes]:
    """Return which of the lines stand in one of some contents."""
    if len(lines) > _FEW:
        return {line for content in contents for line in content.splitlines()}
    return {line for content in contents for line in lines if _has_line(content, line)}


def _has_line(content: bytes, line: bytes) -> bool:
    ends = (b"", b"\n", b"\r")
    at = content.find(line)
    while at >= 0:
        after = at + len(line)
        if content[max(at - 1, 0) : at] in ends and content[after : after + 1] in ends:
            return True
        at = content.find(line, at + 1)
    return False
