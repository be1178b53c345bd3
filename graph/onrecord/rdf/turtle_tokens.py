"""Tokens of Turtle, TriG, N-Triples and N-Quads as one regular expression.

See https://www.w3.org/TR/turtle/#sec-grammar-grammar and the productions for terminals after it.
"""

import re
from collections.abc import Iterator

FORBIDDEN = r"\x00-\x20<>\"{}|^`"
"""Characters that IRIs cannot contain, even escaped; the content of a character class."""
_SKIPPED = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
# Classes are written by what they leave out, all of it below U+0100: Python takes ten times as long
# to compile one that has the letters of all alphabets. Quantifiers are possessive (`++`), since no
# token could end earlier than where its characters do.
_LETTER = r"[^\x00-@\[-`{-\xbf]"
_FIRST = r"[^\x00-/:-@\[-^`{-\xbf]"
_CHAR = r"[^\x00-,./:-@\[-^`{-\xb6\xb8-\xbf]"
_WRITTEN = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_FIRST = rf"(?:[^\x00-/;-@\[-^`{{-\xbf]|{_WRITTEN})"
_LOCAL = rf"(?:[^\x00-,./;-@\[-^`{{-\xb6\xb8-\xbf]++|{_WRITTEN})"
_CODE = (  # of a code point that is no surrogate
    r"\\u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|\\U00(?!00[Dd][89A-Fa-f])(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
)
_ESCAPES = rf"{_CODE}|\\[tbnrf\"'\\]"
TOKEN = re.compile(
    rf"""{_SKIPPED}(?:
      (?P<iri><(?:[^\\{FORBIDDEN}]++|{_CODE})*+>)
    | (?P<long>\"\"\"(?:\"?\"?(?:[^"\\]++|{_ESCAPES}))*+\"\"\"
        | '''(?:'?'?(?:[^'\\]++|{_ESCAPES}))*+''')
    | (?P<string>\"(?:[^"\\\r\n]++|{_ESCAPES})*+\" | '(?:[^'\\\r\n]++|{_ESCAPES})*+')
    | (?P<label>_:{_FIRST}(?:\.*+{_CHAR}++)*+)
    | (?P<name>(?:{_LETTER}(?:\.*+{_CHAR}++)*+)?:(?:{_LOCAL_FIRST}(?:\.*+{_LOCAL})*+)?)
    | (?P<double>[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+)
    | (?P<decimal>[+-]?[0-9]*\.[0-9]+)
    | (?P<integer>[+-]?[0-9]+)
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<word>[A-Za-z]+)
    | (?P<mark>\^\^|[\[\](){{}};,.=])
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_BETWEEN = re.compile(_SKIPPED)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a text up to its end, or up to what is none; the group is the kind."""
    match = TOKEN.match(text)
    while match and match.lastgroup != "end":
        yield match
        match = TOKEN.match(text, match.end())


def next_token(text: str, position: int) -> int:
    """Return the offset of the next token, after white space and comments."""
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def unescaped(text: str) -> str:
    """Return a text with its numeric and character escapes resolved."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
