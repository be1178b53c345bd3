"""What is wrong with a query whose grammar is right: prefixes, arguments and names of variables."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from onrecord.rdf.query_text.tokens import ARITY, QueryToken

Misuse = tuple[QueryToken, str]
"""QueryToken at which something is wrong, and the advice."""


def misplaced_backslashes(found: Sequence[QueryToken]) -> list[Misuse]:
    """Return the names with a backslash before what needs none (SPARQL 1.1, rule 172)."""
    return [
        (token, "a path goes on with /, not with a backslash")
        for token in found
        if token.kind == "NAME" and re.search(r"\\[^_~.\-!$&'()*+,;=/?#@%]", token.text)
    ]


def undeclared(found: Sequence[QueryToken], prefixes: Mapping[str, str]) -> list[Misuse]:
    """Return the names whose prefix is not declared."""
    declared = {token.text for before, token in pairwise(found) if before.kind == "PREFIX"}
    wrong = []
    for token in found:
        if token.kind not in ("NAME", "NAMESPACE"):
            continue
        prefix = token.text.partition(":")[0]
        if f"{prefix}:" in declared:
            continue
        if token.text.startswith(("http:", "https:")):
            said = f"an IRI goes in angle brackets: <{token.text}…>"
        else:
            iri = prefixes.get(prefix)
            mend = f"PREFIX {prefix}: <{iri or '…'}>"
            said = f"the prefix {prefix}: is not declared; add {mend} before the query"
        wrong.append((token, said))
    return wrong


def arity(found: Sequence[QueryToken]) -> list[Misuse]:
    """Return the functions that have too many or too few arguments."""
    wrong = []
    for index, token in enumerate(found):
        if token.kind != "FUNCTION":
            continue
        least, most = ARITY[token.text.upper()]
        given = _arguments(found[index + 1 :])
        if not least <= given <= most:
            takes = str(least) if least == most else f"{least} to {most}"
            noun = "argument" if takes == "1" else "arguments"
            wrong.append((token, f"{token.text} takes {takes} {noun}, and here it has {given}"))
    return wrong


def _arguments(after: Sequence[QueryToken]) -> int:
    """Return the number of arguments between the bracket that is next and its end."""
    depth = commas = 0
    for index, token in enumerate(after):
        if token.kind in ("(", "{", "["):
            depth += 1
        elif token.kind in (")", "}", "]"):
            depth -= 1
            if depth == 0:
                return commas + 1 if index > 1 else 0
        elif token.kind == "," and depth == 1:
            commas += 1
    return commas + 1


def misplaced(found: Sequence[QueryToken]) -> list[Misuse]:
    """Return the aggregates of FILTER and BIND, and what BOUND takes that is no variable."""
    wrong = []
    for index, token in enumerate(found):
        if token.kind == "AGGREGATE":
            clause = _clause(found[:index])
            if clause in ("FILTER", "BIND"):
                said = f"an aggregate belongs in SELECT, HAVING or ORDER BY, not in {clause}"
                mend = ": write GROUP BY … HAVING (…)" if clause == "FILTER" else ""
                wrong.append((token, said + mend))
        if token.text.upper() == "BOUND" and index + 2 < len(found):
            given = found[index + 2]
            if given.kind != "VAR":
                wrong.append((given, "BOUND takes a variable: BOUND(?x)"))
    return wrong


def _clause(before: Sequence[QueryToken]) -> str:
    """Return the keyword whose bracket is open at the end of some tokens."""
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[index].kind, 0)
        if depth < 0 and before[index - 1].kind in ("FILTER", "BIND", "HAVING", "BY", "SELECT"):
            return before[index - 1].kind
        if before[index].kind in ("{", "}"):
            break
    return ""


def meaning(found: Sequence[QueryToken], problem: str) -> list[Misuse]:
    """Return what is wrong with the names of variables, by what the engine says."""
    if "Duplicated variable" in problem:
        return _selected_twice(found)
    if "overrides an existing variable" in problem:
        return _named_twice(found)
    if "is unbound" in problem:
        return _not_grouped(found)
    return _bound_before(found)


def _selected_twice(found: Sequence[QueryToken]) -> list[Misuse]:
    names = [token for token in _selected(found) if token.kind == "VAR"]
    return [
        (token, f"{token.text} is selected twice: delete one")
        for index, token in enumerate(names)
        if token.text in (earlier.text for earlier in names[:index])
    ]


def _named_twice(found: Sequence[QueryToken]) -> list[Misuse]:
    named = [token for before, token in pairwise(found) if before.kind == "AS"]
    wrong = []
    for token in named:
        others = [other for other in found if other.text == token.text and other != token]
        grouped = [other for other in others if other in _grouped(found)]
        if grouped:
            said = f"{token.text} is made of each group, so nothing is grouped by it: delete it"
            wrong.append((grouped[0], said))
        elif others:
            said = f"{token.text} has a value already: give the expression another name"
            wrong.append((token, said))
    return wrong


def _not_grouped(found: Sequence[QueryToken]) -> list[Misuse]:
    grouped = {token.text for token in _grouped_alone(found)}
    wrong = []
    for token in _outside_aggregates(_selected(found)):
        if token.text not in grouped:
            said = (
                f"{token.text} is selected beside an aggregate or a group: add GROUP BY "
                f"{token.text} after the last brace"
                if not grouped
                else f"{token.text} is selected and not grouped: add it to GROUP BY"
            )
            wrong.append((token, said))
    return wrong


def _bound_before(found: Sequence[QueryToken]) -> list[Misuse]:
    wrong = []
    for index, token in enumerate(found):
        if token.kind == "BIND":
            name = _name_given(found[index:])
            earlier = {other.text for other in found[_group_start(found, index) : index]}
            if name is not None and name.text in earlier:
                said = f"{name.text} has a value before this BIND: choose another name"
                wrong.append((name, said))
    return wrong


def _selected(found: Sequence[QueryToken]) -> Sequence[QueryToken]:
    start = next((index for index, each in enumerate(found) if each.kind == "SELECT"), len(found))
    rest = found[start + 1 :]
    end = next((i for i, each in enumerate(rest) if each.kind in ("{", "WHERE", "FROM")), len(rest))
    return rest[:end]


def _outside_aggregates(selected: Sequence[QueryToken]) -> list[QueryToken]:
    """Return the variables that are selected as they are, or used outside of an aggregate."""
    depth, within, used = 0, 0, []
    for before, token in pairwise([QueryToken("START", "", 0), *selected]):
        depth += {"(": 1, ")": -1}.get(token.kind, 0)
        if token.kind == "AGGREGATE" and not within:
            within = depth + 1
        elif token.kind == ")" and depth < within:
            within = 0
        elif token.kind == "VAR" and not within and before.kind != "AS":
            used.append(token)
    return used


def _grouped(found: Sequence[QueryToken]) -> list[QueryToken]:
    """Return the variables after GROUP BY."""
    start = next((index for index, each in enumerate(found) if each.kind == "GROUP"), len(found))
    rest = found[start:]
    ends = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "}")
    end = next((index for index, each in enumerate(rest) if each.kind in ends), len(rest))
    return [token for token in rest[:end] if token.kind == "VAR"]


def _grouped_alone(found: Sequence[QueryToken]) -> list[QueryToken]:
    """Return the variables of GROUP BY that a row can show: those that are no part of another."""
    grouped, depth = [], 0
    names = _grouped(found)
    for before, token in pairwise(found):
        depth += {"(": 1, ")": -1}.get(before.kind, 0)
        if token in names and (depth == 0 or before.kind == "AS"):
            grouped.append(token)
    return grouped


def _name_given(after: Sequence[QueryToken]) -> QueryToken | None:
    for token, name in pairwise(after):
        if token.kind == "AS":
            return name
    return None


def _group_start(found: Sequence[QueryToken], index: int) -> int:
    depth = 0
    for place in range(index, -1, -1):
        depth += {"}": 1, "{": -1}.get(found[place].kind, 0)
        if depth < 0:
            return place
    return 0
