"""Reports that the next sentence attributes: "Ten lines are open. This was announced by Ek."."""

from collections.abc import Iterator
from dataclasses import replace

from onrecord.drafting.cue import ACCORDING, Cue, is_speech
from onrecord.drafting.direct_speech import ReadParagraph, ReadSentence
from onrecord.drafting.indirect_speech.report import reports
from onrecord.drafting.indirect_speech.reported_speech import ReportedSpeech, trimmed
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import phrase_starting
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence
from onrecord.drafting.word_class import is_time

_THIS = frozenset(("this", "that", "that's", "that’s", "it", "das", "dies"))
SHORTEST = 4
"""Words of a sentence that says something."""


def told_after(
    paragraphs: list[ReadParagraph], words: Lexicon
) -> Iterator[tuple[ReadSentence, ReportedSpeech]]:
    """Yield the sentences whose words the next one gives to a speaker, with that one."""
    before: ReadSentence | None = None
    for paragraph in paragraphs:
        for read in paragraph.sentences:
            cue = _pointing_back(read, words) if before is not None else None
            if cue is not None and before is not None and not _has_reports(before, words):
                piece = trimmed(before.sentence, (0, len(before.sentence)))
                if piece is not None and piece[1] - piece[0] >= SHORTEST:
                    yield read, ReportedSpeech((piece,), cue, "told after", before.sentence)
            before = read


def _has_reports(read: ReadSentence, words: Lexicon) -> bool:
    return any(token.kind == QUOTE for token in read.sentence) or bool(
        reports(read.sentence, read.cues, words)
    )


def _pointing_back(read: ReadSentence, words: Lexicon) -> Cue | None:
    """Return the cue of a sentence that says of the one before it who said that."""
    sentence = read.sentence
    first = next((i for i, token in enumerate(sentence) if token.kind != MARK), 0)
    if any(token.kind == QUOTE for token in sentence):
        return None
    points = sentence[first].low in _THIS
    for cue in read.cues:
        if cue.verb is ACCORDING and points and cue.first - first <= 2:
            return cue
        if cue.passive and points and is_speech(cue.verb) and _low(sentence, cue.last) == "by":
            speaker = phrase_starting(sentence, cue.last + 1, words)
            return replace(cue, speaker=speaker, passive=False) if speaker else None
        if cue.passive or not is_speech(cue.verb) or cue.flags or cue.verb.gerund:
            continue
        if cue.bounds[0] > first + 1:
            return None
        if points and cue.inverted and cue.first == first + 1 and words.language == "de":
            return cue
        if _low(sentence, cue.last) in ("this", "so") and _ends_there(sentence, cue.last, words):
            return cue
    return None


def _ends_there(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether "this" is the whole object of a verb: "said this in Oslo"."""
    if place + 1 >= len(sentence):
        return True
    token = sentence[place + 1]
    return (
        token.kind != WORD
        or words.has("preposition", token.low)
        or words.has("adverb", token.low)
        or is_time(token, words)
    )


def _low(sentence: Sentence, place: int) -> str:
    return sentence[place].low if place < len(sentence) else ""
