"""Sentences as tokens, in which a quoted passage is one token."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.quotation_mark import Quoted

WORD, MARK, QUOTE = "word", "mark", "quote"
DASH = frozenset(("—", "–", "―", "--", "-"))
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*(?:[^\W_]+)?"
    r"|[#@]?[^\W_]+(?:(?:[’'&./@+-]|\u00ad)[^\W_]+)*(?:[’'](?=\s))?|--+|\.{3}|\S"
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}")
MOST_TOKENS = 400
"""A longer sentence is a list or no prose, and is cut here."""


class TextToken(NamedTuple):
    """A word, a mark, or a whole quoted passage."""

    start: int
    end: int
    text: str
    low: str
    kind: str
    quote: int
    """Index of the passage, -1 for other tokens."""

    @property
    def capital(self) -> bool:
        """Whether it is a word that begins with a capital letter."""
        return self.kind == WORD and (self.text[0].isupper() or self.text[0] in "“\"'‘#@")


Sentence = list[TextToken]


def tokens(
    text: str,
    start: int,
    end: int,
    quoted: Sequence[Quoted],
    names: set[int],
    words: Lexicon,
    surnames: frozenset[str] = frozenset(),
) -> Iterator[TextToken]:
    """Yield the tokens of a paragraph; a quoted passage in `names` is a word of a name.

    What is one of the `surnames` keeps its capital in `low`, so that it is of no class of words.
    """
    at = start
    for index, passage in enumerate(quoted):
        yield from _plain(text, at, passage.start, words, surnames)
        whole = text[passage.start : passage.end]
        if index in names:
            yield TextToken(passage.start, passage.end, whole, whole.lower(), WORD, -1)
        else:
            yield TextToken(passage.start, passage.end, "", "", QUOTE, index)
        at = passage.end
    yield from _plain(text, at, end, words, surnames)


_PAIR = re.compile(
    r"\b([^\W\d_a-zß-ÿ][\w’'-]+)[ \u00a0]([^\W\d_a-zß-ÿ][a-z]+)(?=\s[a-z]|[,.;:’']|$)"
)
_BEFORE_TIME = re.compile(
    r"(?:\b(?:in|of|since|until|till|by|from|last|this|next|every|each|early|late|mid|to|and|through"
    r"|on|before|after|during)|\d(?:st|nd|rd|th)?|[^\W\d_a-zß-ÿ][\w.’'-]*)[\s-]$"
)
"""Before a word that names a time, or is the last of another name: "in May", "Election Day"."""


def surnames_like_words(text: str, words: Lexicon) -> frozenset[str]:
    """Return the surnames in a text that are words of time, or verbs: "Ada May", "Bo Will"."""
    return frozenset(
        found[2]
        for found in _PAIR.finditer(text)
        if words.has("like_surname", found[2].lower()) and _is_first_name(found[1], words)
    )


def _is_first_name(word: str, words: Lexicon) -> bool:
    return words.has("first.female", word.lower()) or words.has("first.male", word.lower())


def _is_surname(text: str, start: int, end: int, words: Lexicon) -> bool:
    """Say whether a word that is a surname in a text stands for a person: no time, no headline."""
    before = re.search(r"([\w.’'-]+)\s$", text[max(0, start - 20) : start])
    if before is not None:
        named = _is_first_name(before[1], words)
        if named or words.has("person.title", before[1].lower()):
            return True
    if re.match(r"\s\d|\s[^\W\d_a-zß-ÿ]", text[end : end + 2]):
        return False
    return _BEFORE_TIME.search(text, max(0, start - 20), start) is None


def _plain(
    text: str, start: int, end: int, words: Lexicon, surnames: frozenset[str]
) -> Iterator[TextToken]:
    short = words.words.get("abbreviation", frozenset())
    skip = -1
    for found in _TOKEN.finditer(text, start, end):
        if found.start() == skip:
            continue
        word = found.group()
        stop = found.end()
        if (
            text[stop : stop + 1] == "."
            and stop < end
            and (word in short or (len(word) == 1 and word.isupper()))
        ):
            skip = stop
            stop += 1
            word += "."
        kind = (
            WORD
            if word[0].isalnum() or word == "&" or (word[0] in "#@" and len(word) > 1)
            else MARK
        )
        named = plain_word(word)
        is_name = named in surnames and _is_surname(text, found.start(), stop, words)
        low = word if is_name else word.lower()
        yield TextToken(found.start(), stop, word, low, kind, -1)


def plain_word(word: str) -> str:
    """Return a word without the ending of a possessive."""
    return word.removesuffix("'s").removesuffix("’s").rstrip("'’")


def sentences(
    text: str, found: Sequence[TextToken], quoted: Sequence[Quoted], words: Lexicon
) -> Iterator[Sentence]:
    """Yield the sentences of a paragraph's tokens."""
    sentence: Sentence = []
    for place, token in enumerate(found):
        sentence.append(token)
        if len(sentence) >= MOST_TOKENS or _ends(text, found, place, quoted, words):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _ends(
    text: str, found: Sequence[TextToken], place: int, quoted: Sequence[Quoted], words: Lexicon
) -> bool:
    token = found[place]
    following = found[place + 1] if place + 1 < len(found) else None
    if following is None:
        return True
    if token.kind == MARK and token.text in (".", "!", "?", "…", "..."):
        return (
            following.kind == QUOTE
            or following.text[0].isupper()
            or (following.text[0] in "0123456789—–-•[(")
        )
    if _DOTTED.fullmatch(token.text):
        # "In the U.S. He": a sentence begins with a word that no name has behind such letters.
        begins = words.has("subject", following.low) or following.low in ("but", "and", "the")
        return following.capital and begins
    if token.kind != QUOTE:
        return False
    passage = quoted[token.quote]
    last = text[passage.inner_end - 1] if passage.inner_end > passage.inner_start else ""
    if last not in ".!?…" or not (following.kind == QUOTE or following.capital):
        return False
    if place and found[place - 1].text == ":":
        return True  # Who says it comes before the colon.
    return not _attribution_follows(found, place + 1, words, last == ".")


def _attribution_follows(
    found: Sequence[TextToken], place: int, words: Lexicon, after_stop: bool
) -> bool:
    """Say whether a passage that ends like a sentence is followed by who says it.

    After a full stop only if the attribution is a sentence of its own ("Holm said.").
    """
    for index in range(place, min(place + 9, len(found))):
        token = found[index]
        if token.kind == QUOTE or token.text in (".", ";", ":", "?", "!"):
            return False
        verb = words.verbs.get(token.low)
        if verb is not None and not token.capital and not verb.gerund and index > place:
            if not after_stop:
                return "silent" not in verb.frames
            return index + 1 < len(found) and found[index + 1].text == "."
    return False
