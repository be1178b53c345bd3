"""What an assistant asks a release: one implementation, for Python, the command line and MCP.

Each function takes a release that `onrecord.open` gives, and returns a small `Reply`: `reply.data`
for a program, `str(reply)` for a reader. `find` and `questions` are where to begin.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from onrecord.agents.reply import Reply

if TYPE_CHECKING:
    from onrecord.agents.provenance import evidence
    from onrecord.agents.saved_questions import answer, questions
    from onrecord.agents.search import find
    from onrecord.agents.sparql import query
    from onrecord.agents.vocabulary import schema

__all__ = ["Reply", "answer", "evidence", "find", "query", "questions", "schema"]

_MODULES = {
    "answer": "saved_questions",
    "evidence": "provenance",
    "find": "search",
    "query": "sparql",
    "questions": "saved_questions",
    "schema": "vocabulary",
}


def __getattr__(name: str) -> object:
    # What they need takes longer to load than all the rest of `import onrecord`.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
