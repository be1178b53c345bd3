"""Words of a language as the rules need them: verbs of speech in all forms, closed classes."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "fr", "it")
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a verb of speech, and what may follow it."""

    base: str
    gerund: bool
    frames: frozenset[str]
    """Of `say`, `that_only`, `hearer`, `request`, `matter`, `question`, `quote`, `denial`."""
    noun: bool
    """Whether the form may also be a noun."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language."""

    language: str
    verbs: dict[str, Verb]
    """By form; a form of several words is joined by single spaces."""
    first_words: frozenset[str]
    """The first word of every form of a verb."""
    hearer_forms: frozenset[str]
    """Forms of verbs that are followed by who hears it, never by who says it."""
    words: dict[str, frozenset[str]]
    """Closed classes, kinds of nouns, and what is asked for as one of several, by name."""

    def has(self, kind: str, word: str) -> bool:
        """Say whether a word in lower case is of a class."""
        return word in self.words.get(kind, frozenset())


_TIMES = ("weekday", "month", "time")
_JOINED = {
    "of_time": _TIMES,
    "like_surname": ("month", "time", "auxiliary"),
    "never_name": (
        *_TIMES,
        "conjunction",
        "auxiliary",
        "determiner",
        "pronoun",
        "preposition",
        "adverb",
        "expletive",
    ),
}
"""Classes that the rules ask for together, of each token."""


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language; those of English for one without rules."""
    data = _data()
    own = data[language if language in data else "en"]
    words = {kind: frozenset(value.split()) for kind, value in own["word"].items()}
    for section in ("person", "name_of_thing", "first_name", "machine"):
        for kind, value in {**data["en"].get(section, {}), **own.get(section, {})}.items():
            name = {"name_of_thing": "thing", "first_name": "first"}.get(section, section)
            words[f"{name}.{kind}"] = frozenset(value.split())
    for name, kinds in _JOINED.items():
        words[name] = frozenset().union(*(words.get(kind, frozenset()) for kind in kinds))
    verbs = _verbs(own["cue"])
    first_words = frozenset(form.partition(" ")[0] for form in verbs)
    hearer = frozenset(form for form, verb in verbs.items() if verb.base in ("tell", "inform"))
    return Lexicon(language, verbs, first_words, hearer, words)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def _verbs(cues: dict[str, list[str]]) -> dict[str, Verb]:
    """Return every form of every verb, with all frames that its base form is listed under."""
    frames: dict[str, set[str]] = {}
    forms: dict[str, tuple[str, ...]] = {}
    doubled = set(cues.get("doubled", ()))
    marks = ("doubled", "also_noun", "not_speech")
    for frame, entries in cues.items():
        for entry in entries if frame not in marks else ():
            listed = tuple(entry.split("|")) if "|" in entry else tuple(entry.split())
            base = listed[0]
            frames.setdefault(base, set()).add(frame)
            if len(listed) > 1:
                forms[base] = listed
            elif base not in forms:
                forms[base] = regular_forms(base, base in doubled)
    silent = set(cues.get("not_speech", ()))
    noun = set(cues.get("also_noun", ()))
    found = {}
    for base, known in forms.items():
        kinds = frozenset(frames[base] | ({"silent"} if base in silent else set()))
        for form in known:
            first = form.partition(" ")[0]
            is_noun = " " not in form and (first in noun or first.removesuffix("s") in noun)
            found[form] = Verb(base, first.endswith("ing") and form != base, kinds, is_noun)
    return found


def regular_forms(base: str, doubled: bool) -> tuple[str, ...]:
    """Return the forms of a regular English verb: base, third person, past, gerund."""
    if base.endswith("e"):
        return base, base + "s", base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s")
    stem = base + base[-1] if doubled else base
    return base, third, stem + "ed", stem + "ing"
