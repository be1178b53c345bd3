"""The mistake in a query that the engine refuses to parse: where it is, its cause and its mend."""

import re
from collections.abc import Mapping

from onrecord.rdf.query_text.advice import advice
from onrecord.rdf.query_text.excerpt import Mistake, mistake_at
from onrecord.rdf.query_text.names import (
    arity,
    meaning,
    misplaced,
    misplaced_backslashes,
    undeclared,
)
from onrecord.rdf.query_text.situation import Situation
from onrecord.rdf.query_text.syntax import failure
from onrecord.rdf.query_text.tokens import tokens

_MOST_TOKENS = 20_000
"""Tokens of a query that are read; beyond them the engine's word must do, so that it takes no
longer than the query would."""
_ENGINE = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_EXTENSIONS = re.compile(r"<<|\{\||\bLATERAL\b", re.IGNORECASE)
"""What the engine takes and SPARQL 1.1 does not have; the grammar here cannot judge it."""


def mistake(query: str, problem: str, prefixes: Mapping[str, str]) -> Mistake:
    """Return the mistake in a query that the engine does not parse.

    `problem` is the engine's message; `prefixes` are those whose IRI can be told when a query uses
    one without declaring it.
    """
    found = tokens(query)
    if len(found) <= _MOST_TOKENS and not _EXTENSIONS.search(query):
        failed = failure(found)
        if failed is not None:
            at = Situation(query, found, failed.position, failed.expected)
            return mistake_at(query, (at.bare_address() or at.here).start, advice(at))
    for token, said in (
        *misplaced_backslashes(found),
        *undeclared(found, prefixes),
        *arity(found),
        *misplaced(found),
        *meaning(found, problem),
    ):
        return mistake_at(query, token.start, said)
    return _as_the_engine_says(query, problem)


def mistake_after(
    prologue: str, query: str, problem: str, prefixes: Mapping[str, str]
) -> Mistake | None:
    """Return the mistake in a query that was parsed with a prologue before it, by its place there.

    None if the mistake is in the prologue.
    """
    found = tokens(query)
    if len(found) <= _MOST_TOKENS and failure(found) is not None:
        return mistake(query, problem, prefixes)  # also its advice names places of the query
    whole = mistake(prologue + query, problem, prefixes)
    lines = (prologue + query).split("\n")
    before = sum(len(each) + 1 for each in lines[: whole.line - 1])
    offset = before + max(whole.column, 1) - 1 - len(prologue)
    return mistake_at(query, offset, whole.advice) if offset >= 0 else None


def _as_the_engine_says(query: str, problem: str) -> Mistake:
    match = _ENGINE.fullmatch(problem)
    if match is None:
        return mistake_at(query, 0, " ".join(problem.split()))
    lines = query.split("\n")
    line, column = min(int(match[1]), len(lines)), int(match[2])
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    if "IRI parsing failed" in problem:
        start = query.rfind("<", 0, offset)
        iri = query[start:offset]
        return mistake_at(
            query, max(start, 0), f"{iri} is no absolute IRI: write it whole, or declare BASE"
        )
    wanted = [each for each in match[3].split(", ") if re.fullmatch(r'"[^"]+"|[A-Za-z_0-9]+', each)]
    said = f"expected {' or '.join(wanted)}" if wanted else "this is not SPARQL from here on"
    return mistake_at(query, min(offset, len(query)), said)
