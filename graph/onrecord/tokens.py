"""Tokens: what Turtle, TriG, N-Triples and N-Quads are written in.

See https://www.w3.org/TR/turtle/#terminals.
"""

import re

_CHAR = r"A-Za-z0-9_\-\u00b7\u00c0-\U000effff"
_LOCAL = rf"(?:[{_CHAR}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
TOKEN = re.compile(
    rf"""(?:[ \t\r\n]+|\#[^\r\n]*)*(?:
      (?P<iri><(?:[^<>\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<long>\"\"\"(?:\"?\"?(?:[^"\\]|\\.))*\"\"\" | '''(?:'?'?(?:[^'\\]|\\.))*''')
    | (?P<string>\"(?:[^"\\\r\n]|\\.)*\" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<label>_:[{_CHAR}](?:\.*[{_CHAR}])*)
    | (?P<name>(?:[A-Za-z\u00c0-\U000effff](?:\.*[{_CHAR}])*)?:(?:{_LOCAL}(?:\.*{_LOCAL})*)?)
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
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescaped(text: str) -> str:
    """Return a text with its escapes of characters read."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
