"""Plain text: words of records without what could act on a terminal or break a line."""

import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ACTING = ("Cc", "Cf", "Zl", "Zp", "Cs")
"""Categories of characters that show nothing and do something: controls, direction marks."""
_JOINERS = "\u00ad\u200c\u200d"
"""Format characters that words are written with."""


def plain(text: str) -> str:
    r"""Return a text on one line, each control or direction character written as an escape.

    A message may quote a literal, and a literal may hold anything: `\x1b[2J` clears a screen.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def acts(character: str) -> bool:
    """Say whether a character does something instead of showing something."""
    return unicodedata.category(character) in _ACTING and character not in _JOINERS


def _shown(character: str) -> str:
    if not acts(character):
        return character
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
