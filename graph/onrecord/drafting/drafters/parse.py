"""Parse: a drafter that reads reported speech off the sentences as a spaCy pipeline parses them.

The package and the pipeline are the user's; this project needs and brings neither.
"""

from collections.abc import Iterator
from typing import Any

from onrecord.drafting.drafters.proposal import Drafter
from onrecord.drafting.lexicon import Lexicon, lexicon
from onrecord.errors import UsageError

_SUBJECTS = ("nsubj", "nsubj:pass", "sb")
_CLAUSES = ("ccomp", "oc")
_INFINITIVES = ("xcomp",)
"""Clauses without a subject of their own: "vowed to stay"."""
_TELLING = frozenset(("say", "hearer", "question", "request"))
_ASKING = frozenset(("request",))
_QUOTES = '“”„"‘«»'
_MARKS = "“”„\"'‘’«»,;:.… "


def parse_drafter(name: str) -> Drafter:
    """Return a drafter for an installed spaCy pipeline, such as `en_core_web_sm`.

    Raises UsageError.
    """
    try:
        import spacy
    except ImportError as error:
        raise UsageError(
            f"--parse {name}: spaCy is not installed, install it with the pipeline or leave this"
        ) from error
    try:
        pipeline: Any = spacy.load(name)
    except OSError as error:
        raise UsageError(f"--parse {name}: no such spaCy pipeline is installed") from error
    words = lexicon(str(pipeline.lang))
    return lambda text: reported_clauses(pipeline(text), text, words)


def reported_clauses(parsed: Any, text: str, words: Lexicon) -> Iterator[dict[str, object]]:
    """Yield the clauses of verbs of speech, with their subjects, of a parsed text."""
    for token in parsed:
        verb = words.verbs.get(token.lower_)
        if verb is None or "silent" in verb.frames:
            continue
        subjects = [child for child in token.children if child.dep_ in _SUBJECTS]
        for child in token.children:
            infinitive = child.dep_ in _INFINITIVES and any(
                one.lower_ == "to" for one in child.children
            )
            if not subjects or not (child.dep_ in _CLAUSES or infinitive):
                continue
            # "Continues to lead" brings quoted words only, and no infinitive tells what was said.
            if not verb.frames & (_ASKING if infinitive else _TELLING):
                continue
            inside = [one for one in child.subtree if one.dep_ != "mark" or one.head != child]
            start = min(one.idx for one in inside)
            end = max(one.idx + len(one) for one in inside)
            # A parse that runs over a paragraph's end, or gives as reported what is quoted.
            if "\n" in text[min(start, token.idx) : max(end, token.idx)] or text[start] in _QUOTES:
                continue
            yield {
                "quote": text[start:end].strip(_MARKS),
                "speaker": _mention(subjects[0], text),
                "kind": "indirect",
            }


def _mention(subject: Any, text: str) -> str:
    """Return a subject's noun phrase, up to what is between commas behind it."""
    inside = [one for one in subject.subtree if one.idx <= subject.idx + len(subject)]
    start = min(one.idx for one in inside)
    return text[start : subject.idx + len(subject)].strip(_MARKS)
