"""Tokens of a SPARQL query, with their places (SPARQL 1.1, 19.8)."""

import re
from typing import NamedTuple

KEYWORDS = frozenset(
    {
        *("BASE", "PREFIX", "SELECT", "DISTINCT", "REDUCED", "CONSTRUCT", "DESCRIBE", "ASK"),
        *("FROM", "NAMED", "WHERE", "GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT"),
        *("OFFSET", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "SILENT", "FILTER", "BIND", "UNION"),
        *("VALUES", "UNDEF", "AS", "NOT", "EXISTS", "IN", "SEPARATOR"),
    }
)
AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
ARITY: dict[str, tuple[int, int]] = {
    "ABS": (1, 1), "BNODE": (0, 1), "BOUND": (1, 1), "CEIL": (1, 1), "COALESCE": (0, 99),
    "CONCAT": (0, 99), "CONTAINS": (2, 2), "DATATYPE": (1, 1), "DAY": (1, 1),
    "ENCODE_FOR_URI": (1, 1), "FLOOR": (1, 1), "HOURS": (1, 1), "IF": (3, 3), "IRI": (1, 1),
    "ISBLANK": (1, 1), "ISIRI": (1, 1), "ISLITERAL": (1, 1), "ISNUMERIC": (1, 1), "ISURI": (1, 1),
    "LANG": (1, 1), "LANGMATCHES": (2, 2), "LCASE": (1, 1), "MD5": (1, 1), "MINUTES": (1, 1),
    "MONTH": (1, 1), "NOW": (0, 0), "RAND": (0, 0), "REGEX": (2, 3), "REPLACE": (3, 4),
    "ROUND": (1, 1), "SAMETERM": (2, 2), "SECONDS": (1, 1), "SHA1": (1, 1), "SHA256": (1, 1),
    "SHA384": (1, 1), "SHA512": (1, 1), "STR": (1, 1), "STRAFTER": (2, 2), "STRBEFORE": (2, 2),
    "STRDT": (2, 2), "STRENDS": (2, 2), "STRLANG": (2, 2), "STRLEN": (1, 1), "STRSTARTS": (2, 2),
    "STRUUID": (0, 0), "SUBSTR": (2, 3), "TIMEZONE": (1, 1), "TZ": (1, 1), "UCASE": (1, 1),
    "URI": (1, 1), "UUID": (0, 0), "YEAR": (1, 1),
}  # fmt: skip
"""The least and the most arguments of each function."""

_TOKEN = re.compile(
    r"""
      (?P<SPACE>(?:[ \t\r\n]+|\#[^\r\n]*)+)
    | (?P<IRI><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<STRING>'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"
        |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
    | (?P<VAR>[?$][\w\u00b7\u0300-\u036f\u203f\u2040]+)
    | (?P<LANGUAGE>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<BLANK>_:[\w.\-]*\w)
    | (?P<NAME>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:
        (?:[\w\-:%\u00b7\u0300-\u036f\u203f\u2040]|\\.|\.(?=[\w\-:%\\]))+)
    | (?P<NAMESPACE>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:)
    | (?P<DECIMAL>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    | (?P<INTEGER>[0-9]+)
    | (?P<WORD>[^\W\d]\w*)
    | (?P<PUNCTUATION>\|\||&&|!=|<=|>=|\^\^|[{}()\[\].,;=<>!+*/|?^\-])
    | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class QueryToken(NamedTuple):
    """QueryToken of a query."""

    kind: str
    """Terminal of the grammar: a keyword, `VAR`, `NAME`, …, or the punctuation mark itself."""
    text: str
    start: int
    """Offset in characters."""

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


def tokens(query: str) -> list[QueryToken]:
    """Return the tokens of a query, without spaces and comments."""
    found = []
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "OTHER"
        if kind == "WORD":
            kind = _kind_of_word(match[0])
        elif kind == "PUNCTUATION":
            kind = match[0]
        if kind != "SPACE":
            found.append(QueryToken(kind, match[0], match.start()))
    return found


def _kind_of_word(word: str) -> str:
    upper = word.upper()
    if word in ("a", "true", "false") or upper in KEYWORDS:
        return upper
    if upper in AGGREGATES:
        return "AGGREGATE"
    return "FUNCTION" if upper in ARITY else "WORD"
