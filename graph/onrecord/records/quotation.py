"""Quotation marks: whether a stretch of a text is printed as somebody's speech."""

_CLOSINGS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "「": "」", "『": "』", '"': '"',
    "'": "'",
}  # fmt: skip
"""What ends a quotation, by what begins it."""
_MARKS = frozenset(_CLOSINGS) | frozenset("”’›」』 ")


def in_quotation(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end], its own outer marks aside, stands between quotation marks.

    Looks no further than the line, since a quotation that runs on into a new paragraph opens anew
    there; where it does not, the paragraph before must have left it open and this one must end it.
    A mark that ends the quotation that is open ends it, any other that can begin one does.
    """
    while start < end and text[start] in _MARKS:
        start += 1
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : None if last < 0 else last]
    if _open_marks(line, start - first):
        return True
    before = text[text.rfind("\n", 0, max(first - 1, 0)) + 1 : max(first - 1, 0)]
    return any(mark in line[end - first :] for mark in _open_marks(before, len(before)))


def _open_marks(line: str, end: int) -> list[str]:
    """Return what would end each quotation open at a place in a line, the outermost first."""
    closings: list[str] = []
    for index, character in enumerate(line[:end]):
        if character == "'" and _is_apostrophe(line, index, bool(closings and "'" in closings[-1])):
            continue
        if closings and character in closings[-1]:
            closings.pop()
        elif character in _CLOSINGS:
            closings.append(_CLOSINGS[character])
    return closings


def _is_apostrophe(line: str, index: int, is_open: bool) -> bool:
    """Say whether a straight single mark is none: it begins after a blank and ends before one."""
    before, after = line[index - 1 : index], line[index + 1 : index + 2]
    if is_open:
        return after.isalnum()
    return before.isalnum() or not after.strip()
