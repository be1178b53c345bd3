"""Advice on expressions: conditions, functions, operators and values."""

import re

from onrecord.rdf.query_text.situation import TERMS, Situation, nearest
from onrecord.rdf.query_text.tokens import AGGREGATES, ARITY

_FUNCTIONS_ELSEWHERE = {
    "LEN": "STRLEN", "LENGTH": "STRLEN", "CHAR_LENGTH": "STRLEN", "SUBSTRING": "SUBSTR",
    "UPPER": "UCASE", "LOWER": "LCASE", "TOUPPER": "UCASE", "TOLOWER": "LCASE",
    "IFNULL": "COALESCE", "NVL": "COALESCE", "ISNULL": "!BOUND", "EXISTS": "EXISTS { … }",
    "STARTSWITH": "STRSTARTS", "STARTS_WITH": "STRSTARTS", "ENDSWITH": "STRENDS",
    "ENDS_WITH": "STRENDS", "INSTR": "CONTAINS", "LOCATE": "STRBEFORE", "CEILING": "CEIL",
    "GETDATE": "NOW", "CURRENT_DATE": "NOW", "TODAY": "NOW", "MATCH": "REGEX", "MATCHES": "REGEX",
    "STRING_AGG": "GROUP_CONCAT", "LISTAGG": "GROUP_CONCAT", "MEAN": "AVG", "AVERAGE": "AVG",
    "DATE": "xsd:date", "TO_DATE": "xsd:date", "DATETIME": "xsd:dateTime", "INT": "xsd:integer",
    "INTEGER": "xsd:integer", "FLOAT": "xsd:double", "DECIMAL": "xsd:decimal",
    "STRING": "STR", "CAST": "xsd:integer(…) or xsd:date(…), by the type", "LABEL": "rdfs:label",
    "LANGUAGE": "LANG", "CONTAIN": "CONTAINS", "DATEDIFF": "- between two xsd:date",
}  # fmt: skip
"""Functions of other languages, and what they are in SPARQL."""
_WORDS_ELSEWHERE = {
    "AND": "and is written &&", "OR": "or is written ||", "NOT": "not is written !",
    "XOR": "write (?a && !?b) || (!?a && ?b)",
    "LIKE": 'SPARQL has no LIKE: write CONTAINS(?x, "…") or REGEX(?x, "…")',
    "ILIKE": 'SPARQL has no ILIKE: write REGEX(?x, "…", "i")',
    "BETWEEN": "SPARQL has no BETWEEN: write ?x >= 1 && ?x <= 5",
    "IS": "SPARQL has no IS: BOUND(?x) asks whether there is a value, !BOUND(?x) whether none",
    "NULL": "SPARQL has no null: !BOUND(?x) asks whether there is no value",
    "NONE": "SPARQL has no null: !BOUND(?x) asks whether there is no value",
    "CASE": "SPARQL has no CASE: write IF(condition, this, that)",
    "MOD": "SPARQL has no remainder: write ?x - ?y * FLOOR(?x / ?y)",
    "CONTAINS": 'write CONTAINS(?x, "…")', "MATCHES": 'write REGEX(?x, "…")',
}  # fmt: skip


def unequal(at: Situation) -> str | None:
    """Advise on comparisons of other languages."""
    if at.here.text == "<>":
        return "unequal is written !="
    if at.here.kind == "=" and at.before.kind == "NOT":
        return "unequal is written !="
    if at.here.kind == "=" and at.before.kind in ("=", "!=", "<", ">"):
        sign = {"=": "equal is written =", "!=": "unequal is written !="}
        return sign.get(at.before.kind, f"write {at.before.kind}=, without a space")
    if at.here.kind == ">" and at.before.kind == "=":
        return "write >="
    if at.here.kind == "<" and at.before.kind == "=":
        return "write <="
    if at.here.kind == "!" and at.wants_operator:
        return "unequal is written !="
    return None


def bind(at: Situation) -> str | None:
    """Advise on BIND without brackets."""
    if at.before.kind == "BIND":
        return "BIND takes brackets: BIND (expression AS ?name)"
    return None


def function(at: Situation) -> str | None:
    """Advise on a function that SPARQL does not have."""
    if at.here.kind != "WORD" or at.at(1).kind != "(":
        return None
    if not (at.wants_operand or at.wants_operator or at.before.kind in ("FILTER", "HAVING", "BY")):
        return None
    word = at.word()
    if word in _WORDS_ELSEWHERE:
        return _WORDS_ELSEWHERE[word]
    name = _FUNCTIONS_ELSEWHERE.get(word) or nearest(word, [*ARITY, *AGGREGATES])
    if name:
        return f"SPARQL has no function {at.here.text}: write {name}"
    return f"SPARQL has no function {at.here.text}, and others are prefixed names or IRIs"


def brackets_of_condition(at: Situation) -> str | None:
    """Advise on a condition without brackets."""
    if at.before.kind in ("FILTER", "HAVING") and at.here.kind not in ("END", "}"):
        if at.here.kind == "WORD" and at.at(1).kind == "(":
            return None  # an unknown function
        return f"a condition goes in brackets: {at.before.kind} (…)"
    operators = {"=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "&&", "||", "IN"}
    if at.here.kind in operators and not at.wants_operator and not at.wants_operand:
        for token in reversed(at.tokens[: at.position]):
            if token.kind in ("FILTER", "HAVING"):
                return f"a condition goes in brackets, all of it: {token.kind} (…)"
            if token.kind in ("{", "}", "."):
                break
    return None


def number(at: Situation) -> str | None:
    """Advise on numbers, and what takes one."""
    if at.before.kind in ("LIMIT", "OFFSET") and at.expected == {"INTEGER"}:
        return f"{at.before.kind} takes a whole number: {at.before.kind} 10"
    if (
        at.here.kind == "," and at.before.kind == "INTEGER" and at.at(1).kind == "INTEGER"
        and re.fullmatch(r"\d{3}", at.at(1).text) and at.before.end == at.here.start
        and at.here.end == at.at(1).start
    ):  # fmt: skip
        return f"numbers have no commas: {at.before.text}{at.at(1).text}"
    return None


def word_of_another_language(at: Situation) -> str | None:
    """Advise on words of SQL."""
    word = at.word()
    if at.wants_operator or at.wants_operand:
        if at.before.kind == "NOT" and at.expected == {"EXISTS"}:
            return _WORDS_ELSEWHERE["NOT"]
        if word in _WORDS_ELSEWHERE and at.here.kind in ("WORD", "NOT", "FUNCTION"):
            return _WORDS_ELSEWHERE[word]
    if at.before.kind == "NOT" and nearest(at.here.text, ("EXISTS",)):
        return f"{at.here.text} is not known: is EXISTS meant?"
    if at.before.kind == "NOT":
        return "not is written ! before a condition; NOT comes before EXISTS and IN"
    return None


def value(at: Situation) -> str | None:
    """A word where a value should be, in an expression or as the object of a triple."""
    if at.here.kind == "/" and at.wants_operand:
        return 'a pattern is a text: REGEX(?x, "…", "i")'
    if at.before.kind == "^^" and at.here.kind not in ("WORD", "A", "FUNCTION", "AGGREGATE"):
        return "a datatype follows ^^: ^^xsd:date"
    if at.here.kind not in ("WORD", "A", "FUNCTION", "AGGREGATE"):
        return None
    if at.word() in ("TRUE", "FALSE"):
        return f"write {at.here.text.lower()} in small letters"
    if at.before.kind == "^^":
        return f"a datatype is a prefixed name or an IRI: ^^xsd:{at.here.text}"
    if at.here.kind == "FUNCTION" and (at.wants_operand or at.expected == {"("}):
        return None
    if at.wants_operand and at.at(1).kind != "(":
        return f'a text goes in quotation marks: "{at.here.text}"; a variable is ?{at.here.text}'
    return None


def list_of_in(at: Situation) -> str | None:
    """Advise on the list of IN."""
    return "IN takes a list in brackets: IN (1, 2)" if at.before.kind == "IN" else None


def arguments(at: Situation) -> str | None:
    """Advise on the arguments of a function, and on operators that are missing."""
    if at.here.kind == "," and at.expected & {")"} and not at.expected & {","}:
        for token in reversed(at.tokens[: at.position]):
            if token.kind == "AGGREGATE":
                name = token.text.upper()
                return f"{name} takes one expression: CONCAT(STR(?a), STR(?b)) makes one of two"
            if token.kind in ("FUNCTION", "{"):
                break
        return "a comma separates the arguments of a function only"
    if "," in at.expected and at.wants_operator and at.here.kind in TERMS | {"FUNCTION", "("}:
        return f"the arguments of a function are separated by commas: add , before {at.here.text}"
    if at.wants_operator and at.here.kind in TERMS:
        return f"an operator is missing before {at.here.text}, such as = or &&"
    if at.before.kind in ("FUNCTION", "AGGREGATE") and at.expected == {"("}:
        return f"{at.before.text} takes brackets: {at.before.text}(…)"
    return None
