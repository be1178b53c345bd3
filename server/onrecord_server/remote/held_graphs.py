"""Query text with the names that a remote store has for the graphs of a release.

A store has a graph under its name and that of the release, so that several releases can be there.
A client asks for `graph/records` and is told of `graph/records`.
"""

from itertools import count

from onrecord.rdf.query_text.tokens import QueryToken, tokens
from onrecord.releases.remote.push import held_name
from onrecord_server.sparql.query_guard import graph_names, unescaped

_Edit = tuple[int, int, str]
"""Where text is replaced, from and to, and by what."""


def with_held_names(text: str, release: str) -> str:
    """Return a query whose graphs after FROM, FROM NAMED and GRAPH are those of a release.

    `GRAPH ?g { … }` has another variable, and `?g` is made of it: the plain name.
    """
    if not {"graph", "from"} & {token.text.lower() for token in tokens(unescaped(text))}:
        return text
    text = unescaped(text)
    edits = [
        (name.start, name.end, f"<{held_name(name.graph, release)}>") for name in graph_names(text)
    ]
    edits += _of_variables(text, held_name("", release))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _of_variables(text: str, ending: str) -> list[_Edit]:
    found = tokens(text)
    fresh = (name for number in count(1) if (name := f"held{number}") not in text)
    edits: list[_Edit] = []
    for place, token in enumerate(found[:-1]):
        variable = found[place + 1]
        if token.kind != "GRAPH" or variable.kind != "VAR":
            continue
        inside = _group(found[place + 2 :])
        name = next(fresh)
        held = f"STR(?{name})"
        if any(each.kind == "VAR" and each.text[1:] == variable.text[1:] for each in inside):
            # What is bound already cannot be bound again.
            same = f'FILTER ({held} = CONCAT(STR({variable.text}), "{ending}"))'
        else:
            same = f'BIND (IRI(STRBEFORE({held}, "{ending}")) AS {variable.text})'
        end = inside[-1].end
        edits += [
            (token.start, token.start, "{ "),
            (variable.start, variable.end, f"?{name}"),
            (end, end, f" {same} }}"),
        ]
    return edits


def _group(found: list[QueryToken]) -> list[QueryToken]:
    """Return the tokens of the group with which tokens begin, to its closing brace."""
    depth = 0
    for place, token in enumerate(found):
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        if not depth:
            return found[: place + 1]
    raise AssertionError("the query was parsed before")
