"""Advice on signs: marks that are not closed, and those that SPARQL does not have."""

import re

from onrecord.rdf.query_text.situation import Situation, closing

_SIGNS = {
    "“": 'a text goes between straight quotation marks: "…"',
    "”": 'a text goes between straight quotation marks: "…"',
    "„": 'a text goes between straight quotation marks: "…"',
    "«": 'a text goes between straight quotation marks: "…"',
    "‘": "a text goes between straight quotation marks: '…'",
    "’": "a text goes between straight quotation marks: '…'",
    "`": 'a text goes between quotation marks: "…"; names need none',
    "≥": "write >=", "≤": "write <=", "≠": "write !=", "–": "write a plain minus: -",
    "—": "write a plain minus: -", "×": "write *",
    "…": "the dots stand for something: write it out",
    "\u00a0": "this is a no-break space, which SPARQL does not know: type a plain one",
    "\u200b": "this is an invisible space, which SPARQL does not know: delete it",
    "\ufeff": "this is a byte order mark within the text: delete it",
    "%": 'per cent signs and wildcards belong in a text: CONTAINS(?x, "…")',
    "#": "write the whole IRI in angle brackets",
    "&": "write && for and", "\\": "a backslash belongs in texts only; a path goes on with /",
    "~": "SPARQL has no ~: REGEX(?x, \"…\", \"i\") looks for a pattern",
    "$": "a variable has a name: $this", "@": 'a language follows the @: "text"@en',
}  # fmt: skip
"""What to write in place of a sign that is none of SPARQL's."""


def unclosed_text(at: Situation) -> str | None:
    """Advise on a text that is not closed."""
    if at.here.text not in ("'", '"'):
        return None
    mark = at.here.text
    return f"the text that begins here is not closed: add {mark} at its end, on the same line"


def bare_iri(at: Situation) -> str | None:
    """An address without angle brackets reads as a name, or as a name and a path."""
    token = at.bare_address()
    if token is None:
        return None
    address = re.match(r"[^\s<>\"{}|^`\\;,]*[^\s<>\"{}|^`\\;,.)]", at.query[token.start :])
    return f"an IRI goes in angle brackets: <{address[0] if address else 'https://…'}>"


def comment(at: Situation) -> str | None:
    """Advise on a comment of another language."""
    pair = at.here.text + at.at(1).text
    touching = at.here.end == at.at(1).start
    if touching and pair in ("//", "--", "/*"):
        return "a comment begins with #"
    return None


def unclosed_iri(at: Situation) -> str | None:
    """Advise on an IRI that is not closed, or has a sign that none has."""
    if at.here.kind != "<" or at.wants_operator:
        return None
    rest = at.query[at.here.start : at.query.find("\n", at.here.start) % (len(at.query) + 1)]
    inside, closed, _ = rest[1:].partition(">")
    if closed:
        wrong = next((sign for sign in inside if sign in ' "{}|\\^`'), " ")
        name = "space" if wrong == " " else wrong
        return f"an IRI has no {name} in it: write it as an IRI does (%{ord(wrong):02X})"
    return "the IRI that begins here is not closed: add > at its end"


def sign(at: Situation) -> str | None:
    """Advise on a sign that SPARQL does not have."""
    if at.here.kind != "OTHER":
        return None
    return _SIGNS.get(at.here.text) or f"SPARQL has no sign {at.here.text!r} here: delete it"


def slash_in_name(at: Situation) -> str | None:
    """Advise on a slash in a prefixed name, which reads as a path."""
    slash = at.here.kind == "/" or (at.before.kind == "/" and at.here.kind in ("WORD", "INTEGER"))
    name = at.before if at.here.kind == "/" else at.at(-2)
    if slash and name.kind == "NAME" and not at.wants_operator:
        end = re.compile(r"[\w/\-]*").match(at.query, name.end)
        whole = name.text + (end[0] if end else "")
        return f"a prefixed name has no slash: write {whole} as <…> with its whole address"
    return None


def bracket(at: Situation) -> str | None:
    """A bracket that is not open, or another one than is open."""
    here, open_brackets = at.here, at.open_brackets()
    if here.kind == "END" and open_brackets:
        last = open_brackets[-1]
        return f"the {last.text} of {at.place(last)} is not closed: add {closing(last)}"
    if here.kind not in ("}", ")", "]"):
        return None
    if not open_brackets:
        return f"no bracket is open that this {here.text} could close: delete it"
    last = open_brackets[-1]
    if here.text not in map(closing, open_brackets):
        return f"no bracket is open that this {here.text} could close: delete it"
    if here.text != closing(last):
        return f"the {last.text} of {at.place(last)} is not closed: add {closing(last)} before"
    if at.wants_operand:
        return "a value is missing before this bracket"
    return None
