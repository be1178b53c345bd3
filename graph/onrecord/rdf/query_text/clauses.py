"""Advice on clauses: the prologue, SELECT, groups, VALUES, and what follows the pattern."""

import re

from onrecord.rdf.query_text.situation import Situation, nearest


def prologue(at: Situation) -> str | None:
    """Advise on PREFIX and BASE."""
    if at.here.text == "@prefix":
        return "SPARQL writes PREFIX name: <…>, without @ and without a dot at the end"
    if at.before.kind == "PREFIX" and at.here.kind in ("WORD", "NAME", "A"):
        return f"a prefix ends with a colon: PREFIX {at.here.text.partition(':')[0]}: <…>"
    if at.before.kind == "PREFIX":
        return "PREFIX takes a name with a colon and an IRI: PREFIX rec: <…>"
    if at.expected == {"IRI"}:
        after = "BASE" if at.before.kind == "BASE" else f"PREFIX {at.before.text}"
        return f"an IRI in angle brackets follows: {after} <https://…>"
    if {"PREFIX", "SELECT"} <= at.expected and at.here.text in (".", ";"):
        return f"no {at.here.text} comes after a PREFIX line: delete it"
    return None


def no_form(at: Situation) -> str | None:
    """Advise where the query does not begin as one."""
    if not {"SELECT", "ASK"} <= at.expected or "{" in at.expected:
        return None
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX")
    if at.here.kind == "END":
        return "there is no query: it begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
    meant = nearest(at.here.text, forms)
    if meant:
        return f"{at.here.text} is not known: is {meant} meant?"
    if at.word() in ("TOP", "MATCH", "FIND", "GET", "WITH", "SHOW", "WHERE"):
        return f"SPARQL has no {at.word()} here: a query begins with SELECT, as in SELECT * {{ … }}"
    return "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"


def select(at: Situation) -> str | None:
    """Mistakes between SELECT and the pattern."""
    selecting = "VAR" in at.expected and ("*" in at.expected or "WHERE" in at.expected)
    if not selecting or at.wants_operand or "ORDER" in at.expected:
        return None
    here, word = at.here, at.word()
    if here.kind == ",":
        return "variables are separated by spaces, not by commas: SELECT ?a ?b"
    if here.kind in ("AGGREGATE", "FUNCTION"):
        return f"{word}(…) needs a name, all in brackets: ({word}(?x) AS ?n)"
    if here.kind == "AS":
        alias = f"({at.before.text} AS {at.at(1).text or '?n'})"
        return f"an alias goes in brackets with what it names: {alias}"
    if here.kind == "-" and at.before.kind == "VAR":
        name = re.compile(r"[\w\-]*").match(at.query, at.before.start + 1)
        joined = name[0].replace("-", "_") if name else "name"
        return f"the name of a variable has letters, digits and _ only: ?{joined}"
    if word == "TOP":
        return "SPARQL has no TOP: write LIMIT and the number after the last }"
    if word in ("UNIQUE",):
        return "SPARQL has no UNIQUE: write SELECT DISTINCT"
    if here.kind == "DISTINCT":
        return "DISTINCT comes directly after SELECT: SELECT DISTINCT ?a ?b"
    if here.kind in ("WHERE", "{", "FROM"):
        return "name what is selected, or * for all: SELECT ?a ?b or SELECT *"
    if word in ("WITH", "JOIN", "INCLUDE"):
        return f"SPARQL has no {word}: write a subquery in braces: {{ SELECT … }}"
    if here.kind in ("NAME", "IRI") and at.at(1).kind == "(":
        return f"an expression needs a name, all in brackets: ({here.text}(…) AS ?n)"
    if here.kind in ("STRING", "INTEGER", "DECIMAL", "NAME", "IRI"):
        return f"what is selected is a variable, or an expression with a name: ({here.text} AS ?n)"
    if here.kind in ("WORD", "A"):
        meant = nearest(here.text, ("DISTINCT", "REDUCED", "WHERE", "FROM"))
        if meant and len(here.text) > 3:
            return f"{here.text} is not known: is {meant} meant?"
        return f"a variable begins with a question mark: ?{here.text}"
    return None


def alias(at: Situation) -> str | None:
    """Advise on AS and the name after it."""
    if at.before.kind == "AS" and at.expected == {"VAR"}:
        if at.here.kind in ("WORD", "A", "STRING", "FUNCTION", "AGGREGATE"):
            name = at.here.text.strip("'\"")
            return f"what follows AS is a variable: AS ?{name}"
        return "a variable follows AS: AS ?name"
    if "AS" not in at.expected:
        return None
    if at.here.kind == ")" and at.before.kind == "VAR" and at.at(-2).kind == "(":
        return f"a variable takes no brackets: {at.before.text}"
    if at.here.kind == ")":
        return "the expression needs a name before this bracket: AS ?name"
    if at.here.kind == "VAR":
        return f"AS is missing before the name: AS {at.here.text}"
    return None


def graph_of_from(at: Situation) -> str | None:
    """Advise on the graph of FROM."""
    if at.before.kind == "FROM" or (at.before.kind == "NAMED" and at.at(-2).kind == "FROM"):
        return "FROM takes the IRI of a graph: leave it out to ask all that is on record"
    return None


def name_of_graph(at: Situation) -> str | None:
    """Advise on GRAPH without a name."""
    if at.before.kind == "GRAPH":
        return "GRAPH takes the name of a graph or a variable: GRAPH ?g { … }"
    return None


def rows_of_values(at: Situation) -> str | None:
    """Advise on the rows of VALUES."""
    if at.expected == {"(", "}"}:
        return "each row goes in brackets: VALUES (?a ?b) { (1 2) (3 4) }"
    if "UNDEF" in at.expected and at.here.kind == "VAR":
        return "VALUES takes terms, not variables; UNDEF stands for none"
    if "UNDEF" in at.expected and at.here.kind == ",":
        return "values are separated by spaces, not by commas"
    return None


def group(at: Situation) -> str | None:
    """Something else where only a group in braces is allowed."""
    if "{" not in at.expected or at.expected - {"{", "WHERE", "FROM"}:
        return None
    if at.before.kind in ("EXISTS", "OPTIONAL", "MINUS", "UNION"):
        name = "NOT EXISTS" if at.at(-2).kind == "NOT" else at.before.kind
        if name == "UNION":
            return "both sides of UNION go in braces: { … } UNION { … }"
        return f"{name} takes a group in braces: {name} {{ … }}"
    if at.before.kind == "CONSTRUCT":
        return "the triples to be made go in braces: CONSTRUCT { … } WHERE { … }"
    if any(token.kind == "VALUES" for token in at.tokens[max(at.position - 3, 0) : at.position]):
        return "the values go in braces: VALUES ?x { 1 2 }"
    if any(token.kind == "CONSTRUCT" for token in at.tokens[: at.position]):
        return "the pattern is missing: CONSTRUCT { … } WHERE { … }"
    if at.here.kind == "END":
        return "the pattern is missing: WHERE { … }"
    if at.here.kind in ("(", "["):
        return f"the pattern goes in braces: WHERE {{ … }}, not {at.here.text}"
    if at.here.kind in ("WORD",):
        meant = nearest(at.here.text, ("WHERE", "FROM"))
        return f"{at.here.text} is not known: is {meant or 'WHERE'} meant?"
    return "the pattern goes in braces: WHERE { … }"


def union(at: Situation) -> str | None:
    """Advise on UNION without braces."""
    if at.here.kind == "UNION":
        return "both sides of UNION go in braces: { … } UNION { … }"
    return None


def by(at: Situation) -> str | None:
    """Advise on GROUP BY and ORDER BY."""
    if at.expected == {"BY"}:
        return f"BY is missing: {at.before.kind} BY {at.here.text or '?x'}"
    if at.before.kind in ("ASC", "DESC") and "(" in at.expected:
        if at.at(-2).kind == "VAR" and at.here.kind != "VAR":
            return f"the order comes before the variable: {at.before.kind}({at.at(-2).text})"
        if at.at(-2).kind == ")" and at.here.kind not in ("VAR", "("):
            return f"the order comes before what it is of, in brackets: {at.before.kind}(…)"
        return f"{at.before.kind} takes brackets: {at.before.kind}({at.here.text or '?x'})"
    return None


def solution(at: Situation) -> str | None:
    """Mistakes after the last brace of the pattern."""
    if not {"LIMIT", "OFFSET", "$END", "VALUES", "HAVING"} & at.expected or at.wants_pattern:
        return None
    here = at.here
    if here.kind in ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"):
        said = sum(token.kind == here.kind for token in at.tokens[: at.position])
        if here.kind in ("LIMIT", "OFFSET") and said:
            return f"{here.kind} occurs once: delete one"
        return "the order is: GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET"
    if here.kind == "," and at.before.kind == "INTEGER":
        return "LIMIT takes one number; OFFSET leaves out the first rows: LIMIT 20 OFFSET 10"
    if here.kind == ",":
        return "what it is ordered or grouped by is separated by spaces, not by commas"
    if here.kind == "WHERE":
        return "there is a pattern already: put both into one pair of braces"
    if here.kind == "FILTER":
        return "FILTER goes within the braces of the pattern"
    if here.kind in ("WORD", "A", "FUNCTION"):
        joined = {"ORDERBY": "ORDER BY", "GROUPBY": "GROUP BY"}.get(at.word())
        wanted = ("LIMIT", "OFFSET", "ORDER", "GROUP", "HAVING", "VALUES")
        meant = joined or nearest(here.text, wanted)
        if meant:
            return f"{here.text} is not known: is {meant} meant?"
        if at.before.kind == "BY":
            return f"a variable begins with a question mark: ?{here.text}"
    if here.kind == "}":
        return None
    if "$END" in at.expected and here.kind not in ("END",):
        return (
            "only GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET and VALUES may follow the pattern: "
            f"delete {here.text}"
        )
    return None
