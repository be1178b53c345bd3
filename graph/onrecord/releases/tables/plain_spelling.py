"""Words as those spell them who lack a letter: Brandtzaeg for Brandtzæg, Mueller for Müller."""

import re

_LETTERS = {
    "æ": ("ae",), "œ": ("oe",), "ø": ("o", "oe"), "å": ("aa",), "ä": ("ae",), "ö": ("oe",),
    "ü": ("ue",), "ß": ("ss",), "ł": ("l",), "đ": ("d", "dj"), "ð": ("d",), "þ": ("th",),
    "ı": ("i",),
}  # fmt: skip
"""What stands for a letter, besides the letter without its mark, which the index itself finds."""
_WORD = re.compile(rf"\w*[{''.join(_LETTERS)}]\w*")


def plain_spellings(text: str) -> list[str]:
    """Return the words of a text that have such a letter, in lower case, as they are spelled
    without it: each way once, in the order of the alphabet."""
    found = set()
    for word in _WORD.findall(text.lower()):
        for pick in (min, max):
            found.add("".join(pick(_LETTERS.get(letter, (letter,)), key=len) for letter in word))
    return sorted(found)
