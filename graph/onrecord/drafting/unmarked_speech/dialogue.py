"""Speech without quotation marks: dialogue by dashes, and the signature under a quotation."""

from itertools import takewhile

from onrecord.drafting.direct_speech import (
    Attribution,
    Place,
    ReadParagraph,
    read_paragraph,
    span,
)
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, phrase_starting
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence
from onrecord.drafting.word_class import is_name_word

DASHES = ("—", "–", "―")
Piece = tuple[Place, Attribution]


def dialogue(paragraphs: list[ReadParagraph], words: Lexicon) -> list[Piece]:
    """Return the pieces of speech in paragraphs that open with a dash, each with its speaker.

    They are speech only if a cue says so in one of them: else they are a list.
    """
    dashed = [_opens_with_dash(paragraph) for paragraph in paragraphs]
    spoken = [
        dash and any(one.speaker for _, one in _pieces(paragraph))
        for dash, paragraph in zip(dashed, paragraphs, strict=True)
    ]
    found: list[Piece] = []
    for number, paragraph in enumerate(paragraphs):
        if not dashed[number]:
            continue
        if any(spoken[max(0, number - 2) : number + 3]) and not signature(paragraph, words):
            found += _pieces(paragraph)
    return found


def _opens_with_dash(paragraph: ReadParagraph) -> bool:
    if not paragraph.sentences or paragraph.quoted:
        return False
    sentence = paragraph.sentences[0].sentence
    return len(sentence) > 1 and sentence[0].text in DASHES and sentence[1].start > sentence[0].end


def _pieces(paragraph: ReadParagraph) -> list[Piece]:
    found: list[Piece] = []
    nobody = Attribution(None, None, "dialogue", 0)
    for number, read in enumerate(paragraph.sentences):
        sentence = read.sentence
        first = 1 if number == 0 else 0
        cue = next((cue for cue in read.cues if cue.inverted and cue.speaker), None)
        if cue is None or cue.speaker is None:
            found.append((span(sentence, (first, len(sentence))), nobody))
            continue
        attribution = Attribution(
            span(sentence, cue.speaker),
            span(sentence, (cue.first, cue.last)),
            "dialogue",
            2,
        )
        before = cue.first - (sentence[cue.first - 1].kind == MARK)
        if before > first:
            found.append((span(sentence, (first, before)), attribution))
        after = cue.bounds[1]
        while after < len(sentence) and sentence[after].kind == MARK:
            after += 1
        if after < len(sentence):
            found.append((span(sentence, (after, len(sentence))), attribution))
    return found


def signature(paragraph: ReadParagraph, words: Lexicon) -> tuple[Sentence, Range] | None:
    """Return the name in a line such as "— Jonas Vell, letter to staff"."""
    if not _opens_with_dash(paragraph) or len(paragraph.sentences) > 1:
        return None
    sentence = paragraph.sentences[0].sentence
    if not is_name_word(sentence[1], words) or any(token.kind == QUOTE for token in sentence):
        return None
    name = phrase_starting(sentence, 1, words)
    if name is None or paragraph.sentences[0].cues or len(sentence) > 20:
        return None
    return sentence, name


_LONGEST_SIGNATURE = 100
"""Characters of a line that only names who says what is above it."""
_LONGEST_NAME = 6


def signature_within(
    text: str, paragraph: ReadParagraph, words: Lexicon
) -> tuple[Sentence, Range] | None:
    """Return the name that ends a pull quote within its marks, in a line of its own: "Ada Holm.”".

    The line has the closing mark of a quotation that an earlier one opens, and nothing but the name
    and, behind a comma, who that is.
    """
    quoted = paragraph.quoted[0] if len(paragraph.quoted) == 1 else None
    if quoted is None or not quoted.closed or quoted.start != quoted.inner_start:
        return None
    if (quoted.start, quoted.end) != (paragraph.start, paragraph.end):
        return None
    if quoted.end - quoted.start > _LONGEST_SIGNATURE:
        return None
    read = read_paragraph(text, quoted.inner_start, quoted.inner_end, words).sentences
    if len(read) != 1 or read[0].cues:
        return None
    sentence = read[0].sentence
    name = list(takewhile(lambda one: one.kind == WORD, sentence))
    behind = sentence[len(name)] if len(name) < len(sentence) else None
    if not 1 < len(name) <= _LONGEST_NAME or (behind is not None and behind.text not in (",", ".")):
        return None
    named = all(
        is_name_word(one, words)
        or words.has("particle", one.low)
        or words.has("person.title", one.low)
        for one in name
    )
    return (sentence, (0, len(name))) if named and is_name_word(name[-1], words) else None
