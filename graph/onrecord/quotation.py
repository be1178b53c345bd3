"""Quotation marks: whether a stretch of a text is printed as somebody's speech."""

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "「": "」", "『": "』"}
_STRAIGHT = '"'


def in_quotation(text: str, start: int, end: int) -> bool:
    """Say whether text[start:end], its own outer marks aside, stands between quotation marks.

    Looks no further than the line, since a quotation that runs on into a new paragraph opens anew
    there. Straight marks open when an even number of them stands before on the line.
    """
    while start < end and (text[start] in _PAIRS or text[start] in _STRAIGHT + " "):
        start += 1
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if line.count(_STRAIGHT) % 2 == 1:
        return True
    for opening, closings in _PAIRS.items():
        opened = line.rfind(opening)
        if opened >= 0 and not any(line.find(mark, opened + 1) >= 0 for mark in closings):
            return True
    return False
