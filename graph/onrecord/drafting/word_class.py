"""Classes of words that the rules ask for everywhere: times, and words of names."""

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.sentence import TextToken


def is_time(token: TextToken, words: Lexicon) -> bool:
    """Say whether a word names a day, a month or another time."""
    return words.has("of_time", token.low)


def is_name_word(token: TextToken, words: Lexicon) -> bool:
    """Say whether a token may be part of a name."""
    return token.capital and not words.has("never_name", token.low)
