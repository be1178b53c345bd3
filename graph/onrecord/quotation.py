"""Quotation marks: whether a stretch of a text is printed as somebody's speech."""

_CLOSINGS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "「": "」", "『": "』", '"': '"'
}  # fmt: skip
"""What ends a quotation, by what begins it."""
_MARKS = frozenset(_CLOSINGS) | frozenset("”’›」』 ")


def in_quotation(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end], its own outer marks aside, stands between quotation marks.

    Looks no further than the line, since a quotation that runs on into a new paragraph opens anew
    there. A mark that ends the quotation that is open ends it, any other that can begin one does.
    """
    while start < end and text[start] in _MARKS:
        start += 1
    closings: list[str] = []
    for character in text[text.rfind("\n", 0, start) + 1 : start]:
        if closings and character in closings[-1]:
            closings.pop()
        elif character in _CLOSINGS:
            closings.append(_CLOSINGS[character])
    return bool(closings)
