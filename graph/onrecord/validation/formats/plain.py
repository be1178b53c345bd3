"""Plain text for terminals: control and direction characters as escapes, on one line."""

import unicodedata

_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Cs")
"""Unicode general categories of control, format, separator and surrogate characters."""
_JOINERS = "\u00ad\u200c\u200d"
"""Format characters that are part of words: soft hyphen and zero-width joiners."""


def plain(text: str) -> str:
    r"""Return a text on one line, each control or direction character written as an escape.

    A message may quote a literal, and a literal may hold anything: `\x1b[2J` clears a screen.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def is_control(character: str) -> bool:
    """Say whether a character is invisible and may affect a terminal or the text direction."""
    return unicodedata.category(character) in _CONTROL_CATEGORIES and character not in _JOINERS


def _escaped(character: str) -> str:
    if not is_control(character):
        return character
    code = ord(character)
    return _SHORT_ESCAPES.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
