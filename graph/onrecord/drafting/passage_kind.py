"""Quoted passages that quote no one: titles, names of things, nicknames, distanced words."""

import re
from collections.abc import Sequence

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.quotation_mark import Quoted
from onrecord.drafting.sentence import MARK, WORD, Sentence

_WORD = re.compile(r"\w[\w'’-]*")
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "from",
        "by",
        "as",
        "vs",
        "is",
        "it",
    ]
)
_CITED = re.compile(r"\s\([^()\n]{0,40}\b(?:19|20)\d\d\)")
FEW = 5
"""Fewer words may be distanced words; so many are a speaker's, unless they are a title."""


def word_count(text: str, passage: Quoted) -> int:
    """Return the number of words in a passage, counted up to a hundred."""
    count = 0
    for _ in _WORD.finditer(text, passage.inner_start, passage.inner_end):
        count += 1
        if count == 100:
            break
    return count


def nicknames(text: str, start: int, end: int, passages: Sequence[Quoted]) -> set[int]:
    """Return the passages within a name: Per “Hammer” Dahl."""
    found = set()
    for index, passage in enumerate(passages):
        if passage.end - passage.start > 30 or not passage.closed:
            continue
        before = re.search(r"(\w+)\s$", text[max(start, passage.start - 20) : passage.start])
        after = re.match(r"\s(\w+)", text[passage.end : min(end, passage.end + 20)])
        inner = text[passage.inner_start : passage.inner_end]
        if (
            before
            and after
            and before[1][0].isupper()
            and after[1][0].isupper()
            and inner[:1].isupper()
            and inner[-1:].isalnum()
            and inner.count(" ") < 2
            and before[1].lower() not in ("the", "operation", "exercise", "a", "he", "she")
        ):
            found.add(index)
    return found


def is_title(inner: str) -> bool:
    """Say whether words are capitalised as a title is, and are no sentence."""
    found = _WORD.findall(inner)
    if not found or len(found) > 14 or (inner[-1:] in ".?!" and len(found) > 8):
        return False
    long = [word for word in found if word.lower() not in _SMALL]
    capital = [word for word in long if not word[0].islower()]
    return len(long) > 0 and len(capital) == len(long) and not found[0][0].islower()


def is_quotation(
    text: str, passage: Quoted, sentence: Sentence, place: int, strength: int, words: Lexicon
) -> bool:
    """Say whether a quoted passage gives what a speaker said.

    The strength is that of its attribution: 0, none; 1, a cue in its sentence; 2, a cue beside it.
    """
    inner = text[passage.inner_start : passage.inner_end].strip()
    if not any(letter.isalnum() for letter in inner):
        return False
    count = word_count(text, passage)
    named = _follows_name_of_thing(sentence, place, words)
    if named and (is_title(inner.rstrip(",.")) or (count < FEW and strength < 2)):
        return False
    if _is_work_by(text, passage):
        return False
    if strength == 2:
        return True
    if is_title(inner.rstrip(",.")) and (count > 1 or strength == 0):
        return False
    if strength == 0 and (_is_cited(text, passage) or _is_gloss(text, passage)):
        return False
    if count >= FEW:
        return True
    if strength == 1:
        return True
    alone = all(token.kind != WORD for index, token in enumerate(sentence) if index != place)
    return alone and inner[-1:] in ".!?,…" and inner[:1].isupper()


def _is_cited(text: str, passage: Quoted) -> bool:
    """Say whether what no one says is cited as a title is: “…” (2015), or (“…,” the outlet)."""
    opens = text[passage.start - 1 : passage.start] == "("
    return _CITED.match(text, passage.end) is not None or (
        opens and text[passage.inner_end - 1] == ","
    )


_GLOSS = re.compile(
    r"\b(?:[^\W\d_a-zß-ÿ]\w+(?:an|ic|in|ish|ese|ch|ek) for|meaning|translat\w+ (?:as|to)"
    r"|stands? for)\s$"
)


def _is_gloss(text: str, passage: Quoted) -> bool:
    """Say whether a passage only says what words mean: “Si vis pacem”, Latin for “…”."""
    return _GLOSS.search(text, max(0, passage.start - 30), passage.start) is not None


_BY = re.compile(r"\s{1,3}by\s(?:[Tt]he\s)?[^\W\d_a-zß-ÿ]")


def _is_work_by(text: str, passage: Quoted) -> bool:
    """Say whether a passage is a title before its author: “Yards of the north,” by Ada Holm."""
    return (
        text[passage.inner_end - 1] == ","
        and text[passage.inner_start].isupper()
        and _BY.match(text, passage.end) is not None
    )


def _follows_name_of_thing(sentence: Sentence, place: int, words: Lexicon) -> bool:
    before = place - 1
    while before >= 0 and sentence[before].kind == MARK and sentence[before].text == ",":
        before -= 1
    return before >= 0 and words.has("thing.before", sentence[before].low)
