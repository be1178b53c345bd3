"""Cause and mend of a mistake: by the first rule that fits the situation.

A rule takes a situation and returns a sentence, or None where another rule must look. The rules go
from what is sure (a sign that SPARQL does not have) to what is likely.
"""

from collections.abc import Callable, Iterator

from onrecord.rdf.query_text import clauses, expressions, signs, triples
from onrecord.rdf.query_text.situation import Situation

AdviceRule = Callable[[Situation], str | None]


def advice(situation: Situation) -> str:
    """Return cause and mend of the mistake, from the first rule that fits."""
    return next(filter(None, (rule(situation) for rule in _RULES)))


def _anything(at: Situation) -> str:
    named = sorted(_named(at.expected))
    shown = f"{', '.join(named[:-1])} or {named[-1]}" if len(named) > 1 else "".join(named)
    here = "the query ends here" if at.here.kind == "END" else f"{at.here.text} is not allowed here"
    return f"{here}: expected {shown}"


def _named(expected: frozenset[str]) -> Iterator[str]:
    """Yield names of what is expected, in the words of a person."""
    rest = set(expected) - {"$END"}
    if {"FUNCTION", "!", "STRING"} <= rest:
        yield "a value"
        return
    if {"&&", "IN"} <= rest:
        yield "an operator"
        yield from ({")", ",", "AS"} & rest)
        return
    if {"OPTIONAL", "VAR"} <= rest:
        yield "a triple, a pattern such as OPTIONAL or FILTER"
        yield from ({"}"} & rest)
        return
    if {".", ";"} <= rest:
        yield "a dot, a semicolon, a comma"
        yield from ({"}", "]"} & rest)
        return
    if "A" in rest:
        yield "a predicate"
        return
    if {"VAR", "STRING"} <= rest:
        yield "a variable or a term"
        return
    kinds = {
        "VAR": "a variable", "IRI": "an IRI", "NAME": "a prefixed name",
        "INTEGER": "a whole number", "STRING": "a text",
        **dict.fromkeys(("NAMESPACE", "LANGUAGE", "BLANK"), ""),
    }  # fmt: skip
    yield from filter(None, (kinds.get(kind, kind) for kind in rest))


_RULES: tuple[AdviceRule, ...] = (
    signs.unclosed_text, signs.bare_iri, signs.comment, signs.unclosed_iri, expressions.unequal,
    signs.sign, clauses.prologue, clauses.no_form, clauses.select, clauses.alias,
    clauses.graph_of_from, expressions.bind, expressions.function,
    expressions.brackets_of_condition, expressions.number, expressions.word_of_another_language,
    expressions.value, expressions.list_of_in, clauses.name_of_graph, clauses.rows_of_values,
    clauses.group, clauses.union, clauses.by, signs.slash_in_name, triples.keyword, signs.bracket,
    clauses.solution, expressions.arguments, triples.triple, _anything,
)  # fmt: skip
