"""Quotation marks: whether a stretch of a text is printed as quoted speech."""

_CLOSINGS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "「": "」", "『": "』", '"': '"',
    "'": "'",
}  # fmt: skip
"""Closing marks of a quotation by its opening mark."""
_MARKS = frozenset(_CLOSINGS) | frozenset("”’›」』 ")


def in_quotation(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end], without its own outer marks, is within quotation marks.

    Only the line is searched, since a quotation that continues in a new paragraph has an opening
    mark there. Without one, the previous paragraph must leave it open and this one must close it.
    A mark that can close the open quotation closes it; any other opening mark opens one.
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
    """Return the closing marks of each quotation that is open at an offset, the outermost first."""
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
    """Return whether a straight single mark is an apostrophe, by the characters beside it."""
    before, after = line[index - 1 : index], line[index + 1 : index + 2]
    if is_open:
        return after.isalnum()
    return before.isalnum() or not after.strip()
