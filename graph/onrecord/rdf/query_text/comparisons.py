"""Comparisons in a SPARQL query that hold for nothing, whatever is on record."""

from collections.abc import Iterator, Sequence

from onrecord.rdf.query_text.tokens import QueryToken, tokens

_COMPARING = frozenset({"=", "<", ">", "<=", ">="})
_NUMERIC = frozenset(
    {
        "ABS",
        "CEIL",
        "DAY",
        "FLOOR",
        "HOURS",
        "MINUTES",
        "MONTH",
        "ROUND",
        "SECONDS",
        "STRLEN",
        "YEAR",
    }
)
_TEXTUAL = frozenset(
    {"CONCAT", "ENCODE_FOR_URI", "LANG", "LCASE", "REPLACE", "STR", "STRAFTER", "STRBEFORE",
     "SUBSTR", "UCASE"}
)  # fmt: skip
TEXT_FUNCTIONS = frozenset(
    {"CONTAINS", "ENCODE_FOR_URI", "LCASE", "REGEX", "REPLACE", "STRAFTER", "STRBEFORE", "STRENDS",
     "STRLEN", "STRSTARTS", "SUBSTR", "UCASE"}
)  # fmt: skip
"""Functions that take a text, and neither an IRI nor a value of another type."""
_DATE = ("INTEGER", "-", "INTEGER", "-", "INTEGER")


def vain_comparisons(query: str) -> Iterator[str]:
    """Yield what is wrong with comparisons that are true of no value, with the mend."""
    found = tokens(query)
    yield from _dates_taken_apart(found)
    yield from _kinds_of_functions(found)


def functions_of_variables(query: str) -> Iterator[tuple[str, str]]:
    """Yield the functions whose first argument is a variable, with its name."""
    found = tokens(query)
    for token, bracket, first, end in zip(found, found[1:], found[2:], found[3:], strict=False):
        kinds = (token.kind, bracket.kind, first.kind)
        if kinds == ("FUNCTION", "(", "VAR") and end.kind in (",", ")"):
            yield token.text.upper(), first.text[1:]


def _dates_taken_apart(found: Sequence[QueryToken]) -> Iterator[str]:
    """Yield the days that are written as numbers, of which one is taken from the other."""
    for index in range(len(found) - len(_DATE) + 1):
        parts = found[index : index + len(_DATE)]
        if tuple(each.kind for each in parts) != _DATE or len(parts[0].text) != 4:
            continue
        text = "".join(each.text for each in parts)
        if parts[-1].end - parts[0].start == len(text) == len("2024-01-31"):
            yield f'{text} is a subtraction of numbers: write "{text}"^^xsd:date'


def _kinds_of_functions(found: Sequence[QueryToken]) -> Iterator[str]:
    """Yield the functions whose number is compared with a text, or whose text with a number."""
    for index, token in enumerate(found):
        name = token.text.upper()
        if token.kind != "FUNCTION" or name not in _NUMERIC | _TEXTUAL:
            continue
        for other in _compared(found, index):
            if name in _NUMERIC and other.kind == "STRING":
                number = other.text.strip("\"'")
                yield f"{name}(…) is a number: compare it with {number}, without quotation marks"
            elif name in _TEXTUAL and other.kind in ("INTEGER", "DECIMAL"):
                yield f'{name}(…) is a text: compare it with "{other.text}"'


def _compared(found: Sequence[QueryToken], function: int) -> Iterator[QueryToken]:
    """Yield the constants without a datatype that the call of a function is compared with."""
    end, depth = function + 1, 0
    while end < len(found):
        depth += {"(": 1, ")": -1}.get(found[end].kind, 0)
        end += 1
        if depth == 0:
            break
    after = [*found[end : end + 3], *(QueryToken("END", "", 0),) * 3]
    if after[0].kind in _COMPARING and after[2].kind not in ("^^", "+", "-", "*", "/"):
        yield after[1]
    if function > 1 and found[function - 1].kind in _COMPARING:
        yield found[function - 2]
