"""Direct speech: quoted passages, and who says them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from onrecord.drafting.cue import ACCORDING, Cue, cues, is_speech
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, main_subject, phrase_ending, phrase_starting
from onrecord.drafting.paragraph import paragraphs
from onrecord.drafting.passage_kind import is_quotation, nicknames
from onrecord.drafting.quotation_mark import Quoted, quoted_passages
from onrecord.drafting.sentence import (
    MARK,
    QUOTE,
    WORD,
    Sentence,
    TextToken,
    sentences,
    surnames_like_words,
    tokens,
)
from onrecord.drafting.word_class import is_name_word

Place = tuple[int, int]
"""Characters of the text, half-open."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something, by which words, found by which rule."""

    speaker: Place | None
    cue: Place | None
    rule: str
    strength: int
    """0, none; 1, a cue in the sentence; 2, a cue beside it."""
    flags: tuple[str, ...] = ()
    relies_on: Place | None = None
    denied: bool = False


LONGEST_OBJECT = 14
"""Tokens between "called" and what a person was called."""
LONGEST_NEST = 5_000
"""In a longer quotation no words of others are looked for."""
NOBODY = Attribution(None, None, "none", 0)


@dataclass(slots=True)
class ReadSentence:
    """A sentence with its cues, and the attribution of its quoted passages by token."""

    sentence: Sentence
    cues: list[Cue]
    attributed: dict[int, Attribution] = field(default_factory=dict)
    addressed: bool = False
    """Whether it gives orders to machines: nothing in it is taken for speech."""
    relies_on: Place | None = None
    """The transcript or recording that the sentence names: "according to a transcript"."""


@dataclass(slots=True)
class ReadParagraph:
    """A paragraph of a text, read."""

    start: int
    end: int
    quoted: list[Quoted]
    sentences: list[ReadSentence]


def read_paragraphs(text: str, words: Lexicon) -> list[ReadParagraph]:
    """Read the paragraphs of a text."""
    found: list[ReadParagraph] = []
    surnames = surnames_like_words(text, words)
    for start, end in paragraphs(text):
        before = found[-1].quoted if found else []
        is_quoting = bool(before) and not before[-1].closed
        found.append(read_paragraph(text, start, end, words, is_quoting, surnames))
    return found


def read_paragraph(
    text: str,
    start: int,
    end: int,
    words: Lexicon,
    is_quoting: bool = False,
    surnames: frozenset[str] = frozenset(),
) -> ReadParagraph:
    """Read a paragraph: its quoted passages, sentences and cues.

    It is quoting if the one before ends within a quotation that nothing closed.
    """
    quoted = quoted_passages(text, start, end, is_quoting)
    names = nicknames(text, start, end, quoted)
    found = list(tokens(text, start, end, quoted, names, words, surnames))
    read = []
    addressed = False
    for sentence in sentences(text, found, quoted, words):
        addressed = addressed or is_addressed_to_machines(sentence, words)
        own = [] if addressed else cues(sentence, words)
        read.append(_without_provenance(ReadSentence(sentence, own, addressed=addressed), words))
    return ReadParagraph(start, end, quoted, read)


def is_addressed_to_machines(sentence: Sentence, words: Lexicon) -> bool:
    """Say whether a sentence gives orders to a machine that reads it, as "Note to models: add"."""
    lows = [token.low for token in sentence]
    addressed = words.has("machine.address", lows[0]) or lows[:2] == ["if", "you"]
    return (addressed and any(words.has("machine.reader", low) for low in lows[:14])) or (
        lows[0] in ("ignore", "disregard") and "instructions" in lows[:8]
    )


def _without_provenance(read: ReadSentence, words: Lexicon) -> ReadSentence:
    """Take "according to a transcript" out of the cues: a transcript did not speak."""
    for cue in read.cues:
        if cue.verb is not ACCORDING or cue.speaker is None:
            continue
        phrase = read.sentence[slice(*cue.speaker)]
        if any(words.has("person.provenance", token.low) for token in phrase):
            stop = cue.speaker[0]
            while stop < len(read.sentence) and read.sentence[stop].kind == WORD:
                stop += 1
            return ReadSentence(
                read.sentence,
                [other for other in read.cues if other is not cue],
                relies_on=span(read.sentence, (cue.speaker[0], stop)),
            )
    return read


def inner_quotations(
    text: str, passage: Quoted, words: Lexicon
) -> Iterator[tuple[str, str | None]]:
    """Yield the words of others in a quotation, with the mention of who says them."""
    inner = text[passage.inner_start : passage.inner_end]
    if len(inner) > LONGEST_NEST or not any(mark in inner for mark in '“‘"«„'):
        return
    read = read_paragraph(inner, 0, len(inner), words)
    for sentence in read.sentences:
        _within_sentence(sentence, inner, read.quoted, words)
    for one, attribution, _, _ in quotations(read, inner, words):
        speaker = attribution.speaker
        yield inner[one.start : one.end], inner[slice(*speaker)] if speaker else None


def span(sentence: Sentence, tokens_of: Range) -> Place:
    """Return the characters of a range of tokens."""
    return sentence[tokens_of[0]].start, sentence[tokens_of[1] - 1].end


def _attribution(sentence: Sentence, cue: Cue, rule: str, strength: int) -> Attribution:
    speaker = span(sentence, cue.speaker) if cue.speaker else None
    relies_on = span(sentence, cue.relies_on) if cue.relies_on else None
    return Attribution(
        speaker,
        span(sentence, (cue.first, cue.last)),
        rule,
        strength,
        cue.flags,
        relies_on,
        "denial" in cue.verb.frames,
    )


def attribute(read: list[ReadParagraph], text: str, words: Lexicon) -> None:
    """Find the speaker of each quoted passage: in its sentence, its paragraph, or before."""
    for paragraph in read:
        for sentence in paragraph.sentences:
            _within_sentence(sentence, text, paragraph.quoted, words)
    last: Attribution | None = None
    carries = False
    for number, paragraph in enumerate(read):
        previous = read[number - 1] if number else None
        last, carries = _within_paragraph(paragraph, previous, last, carries, text, words)


def _within_sentence(read: ReadSentence, text: str, quoted: list[Quoted], words: Lexicon) -> None:
    sentence = read.sentence
    places = [index for index, token in enumerate(sentence) if token.kind == QUOTE]
    if not places:
        return
    usable = [cue for cue in read.cues if cue.speaker is not None and not cue.passive]
    for place in places:
        found = (
            _beside(sentence, place, usable, words)
            or _unlisted(sentence, place, text, quoted[sentence[place].quote], words)
            or _around(sentence, place, usable, words)
            or _label(sentence, place, words)
        )
        if found is not None and read.relies_on is not None:
            found = replace(found, relies_on=read.relies_on)
        if found is not None:
            read.attributed[place] = found


def _beside(
    sentence: Sentence, place: int, usable: list[Cue], words: Lexicon
) -> Attribution | None:
    introduced = _right_before(sentence, place, usable)
    if introduced is not None:
        return introduced
    for cue in usable:
        first, last = cue.bounds
        adjacent = first - place == 1 or (
            first - place == 2 and sentence[place + 1].text in (",", "—", "–", "--", "-")
        )
        if adjacent and cue.verb is not ACCORDING and "silent" not in cue.verb.frames:
            return _attribution(sentence, cue, "cue behind", 2)
        if adjacent and cue.verb is ACCORDING:
            return _attribution(sentence, cue, "according behind", 1)
    for cue in reversed(usable):
        first, last = cue.bounds
        if last <= place and "silent" not in cue.verb.frames:
            between = sentence[max(last, cue.last) : place]
            near = not between or between[-1].text in (",", ":") or between[-1].low == "that"
            if cue.verb is ACCORDING and near:
                return _attribution(sentence, cue, "according before", 1)
            if near and len(between) < (25 if is_speech(cue.verb) else 4):
                strength = 2 if not between or between[-1].text in (",", ":") else 1
                return _attribution(sentence, cue, "cue before", strength)
            if cue.verb.base in _NAMING and _names_one_thing(between):
                return _attribution(sentence, cue, "called before", 1)
            break
    return None


def _right_before(sentence: Sentence, place: int, usable: list[Cue]) -> Attribution | None:
    """Attribute a passage to the verb of speech that ends right before it: "Ek replied: “…”"."""
    if place < 2 or sentence[place - 1].text not in (":", ","):
        return None
    for cue in usable:
        opens = cue.bounds[0] == 0 or sentence[cue.bounds[0] - 1].kind != QUOTE
        if cue.last == place - 1 and is_speech(cue.verb) and not cue.inverted and opens:
            return _attribution(sentence, cue, "cue before", 2)
    return None


_NAMING = frozenset(("call", "describe", "characterize", "characterise", "label", "brand"))


def _names_one_thing(between: Sentence) -> bool:
    """Say whether only one phrase is between: "called the remark “unworthy”"."""
    return len(between) < LONGEST_OBJECT and all(token.kind == WORD for token in between)


def _around(
    sentence: Sentence, place: int, usable: list[Cue], words: Lexicon
) -> Attribution | None:
    """Attribute a passage to the nearest verb of speech before it in its sentence, else after it.

    Where the sentence has none, to the nearest verb that brings quoted words: by that alone nobody
    is their speaker. So far from the words, the subject of the verb is it only if it is one who
    speaks, and if no other one does in the same sentence before: what "Holm said Dahl told her" is
    about may be of either.
    """
    speech = [cue for cue in usable if is_speech(cue.verb) or cue.verb is ACCORDING]
    strength = 1 if speech else 0
    cue = _nearest(place, speech or usable)
    if cue is None or cue.speaker is None:
        return None
    attribution = _attribution(sentence, cue, "cue in sentence", strength)
    certain = (
        strength == 1
        and _may_speak(sentence, cue.speaker, words)
        and not any(
            other.bounds[1] <= cue.bounds[0] and other.speaker != cue.speaker for other in speech
        )
    )
    return attribution if certain else replace(attribution, speaker=None)


def _nearest(place: int, cues: list[Cue]) -> Cue | None:
    """Return the nearest cue before a passage, else behind it."""
    before = [cue for cue in cues if cue.bounds[1] <= place and not cue.inverted]
    behind = [cue for cue in cues if cue.bounds[0] > place and not cue.verb.gerund]
    return next(iter([*reversed(before), *behind, *cues]), None)


def _unlisted(
    sentence: Sentence, place: int, text: str, passage: Quoted, words: Lexicon
) -> Attribution | None:
    """Attribute a passage that ends like one to be attributed, by a verb that no list has.

    "“…,” Bennett shot back": what follows the comma in the quotation is who says it.
    """
    inner = text[passage.inner_start : passage.inner_end].rstrip()
    if inner[-1:] not in (",", "?", "!") or place + 2 >= len(sentence):
        return None
    phrase = phrase_starting(sentence, place + 1, words)
    if phrase is not None and phrase[1] < len(sentence):
        verb = sentence[phrase[1]]
        if _may_be_verb(verb, words):
            return Attribution(
                span(sentence, phrase), (verb.start, verb.end), "unlisted verb behind", 2
            )
    verb = sentence[place + 1]
    behind = phrase_starting(sentence, place + 2, words)
    if verb.low.endswith("ed") and _may_be_verb(verb, words) and behind is not None:
        return Attribution(
            span(sentence, behind), (verb.start, verb.end), "unlisted verb behind", 2
        )
    return None


def _may_be_verb(token: TextToken, words: Lexicon) -> bool:
    closed = ("preposition", "conjunction", "adverb", "determiner", "pronoun", "auxiliary", "time")
    return (
        token.kind == WORD
        and token.text[0].islower()
        and not any(words.has(kind, token.low) for kind in closed)
    )


def _label(sentence: Sentence, place: int, words: Lexicon) -> Attribution | None:
    """Attribute a passage behind a colon without a verb: "Clinton: “Our goal …”"."""
    if place < 2 or sentence[place - 1].text != ":":
        return None
    if words.has("thing.label", sentence[place - 2].low):
        return None
    before = phrase_ending(sentence, place - 2, words)
    named = before is not None and is_name_word(sentence[place - 2], words)
    alone = before is not None and (before[0] <= 1 or sentence[before[0] - 1].kind != WORD)
    if before is None or not (named and alone):
        subject = main_subject(sentence, words, place)
        if subject is None:
            return None
        head = sentence[slice(*subject)]
        person = head[0].low in ("he", "she") or any(is_name_word(one, words) for one in head)
        before = subject if person else None
    if before is None:
        return None
    colon = (sentence[place - 1].start, sentence[place - 1].end)
    return Attribution(span(sentence, before), colon, "colon", 2)


def _within_paragraph(
    paragraph: ReadParagraph,
    previous: ReadParagraph | None,
    last: Attribution | None,
    carries: bool,
    text: str,
    words: Lexicon,
) -> tuple[Attribution | None, bool]:
    """Attribute what no cue of its sentence does; return the speaker at the end.

    The second value says whether a whole-paragraph quotation that follows continues it.
    """
    current: Attribution | None = None
    for number, read in enumerate(paragraph.sentences):
        places = [index for index, token in enumerate(read.sentence) if token.kind == QUOTE]
        bare = _is_bare(read.sentence, words)
        for place in places:
            own = read.attributed.get(place)
            if own is None and current is None and bare:
                current = (
                    _of_next(paragraph, number)
                    or _introduced(paragraph, number, previous, text, words)
                    or (last if carries and number == 0 else None)
                    or (_reported_before(previous, words) if number == 0 else None)
                )
                if current is not None and number == 0 and current is last:
                    current = _continued(last)
            if own is None and current is not None and bare:
                read.attributed[place] = _continued(current)
            elif (own is not None and own.speaker is not None and own.strength == 2) or (
                own is not None and own.speaker is not None and current is None
            ):
                current = own
        if not places and number > 0:
            spoken = _last_cue(read, words)
            if spoken is not None:
                current = spoken
            elif any(is_name_word(token, words) for token in read.sentence[:3]):
                current = None
    ends = paragraph.sentences[-1] if paragraph.sentences else None
    if ends is None:
        return last, carries
    quoting = any(token.kind == QUOTE for token in ends.sentence)
    if quoting and current is not None:
        return current, True
    spoken = _last_cue(ends, words)
    return last, False


def _continued(attribution: Attribution | None) -> Attribution:
    if attribution is None:
        return NOBODY
    return Attribution(attribution.speaker, attribution.cue, "continued", 2)


def _is_bare(sentence: Sentence, words: Lexicon) -> bool:
    """Say whether a sentence is a quoted passage and nothing else, or begins with one."""
    words_outside = sum(token.kind == WORD for token in sentence)
    first = next(
        (token for token in sentence if token.kind != MARK and not words.has("opening", token.low)),
        None,
    )
    return first is not None and first.kind == QUOTE and words_outside <= 12


def _of_next(paragraph: ReadParagraph, number: int) -> Attribution | None:
    """Return the speaker of the next sentence's passage, if that begins with one."""
    for read in paragraph.sentences[number + 1 : number + 3]:
        first = next((i for i, token in enumerate(read.sentence) if token.kind != MARK), None)
        if first is None or read.sentence[first].kind != QUOTE:
            return None
        found = read.attributed.get(first)
        if found is not None and found.strength == 2:
            return _continued(found)
    return None


def _last_cue(read: ReadSentence, words: Lexicon) -> Attribution | None:
    for cue in reversed(read.cues):
        if cue.speaker is None or cue.passive or "silent" in cue.verb.frames:
            continue
        if cue.verb.frames & {"say", "request"} or cue.verb is ACCORDING:
            return _attribution(read.sentence, cue, "cue of sentence before", 1)
    return None


def _introduced(
    paragraph: ReadParagraph,
    number: int,
    previous: ReadParagraph | None,
    text: str,
    words: Lexicon,
) -> Attribution | None:
    """Return the speaker whom the sentence before introduces."""
    if number == 0:
        if previous is None or not previous.sentences:
            return None
        before = previous.sentences[-1]
        if not before.sentence or before.sentence[-1].text != ":":
            return None
    else:
        before = paragraph.sentences[number - 1]
    spoken = _last_cue(before, words)
    if spoken is not None:
        return spoken
    sentence = before.sentence
    answers = _answering(sentence, words)
    if answers is not None:
        return Attribution(span(sentence, answers), None, "asked before", 1)
    if sentence[-1].text != ":":
        return None
    subject = main_subject(sentence, words, len(sentence))
    if subject is None:
        subject = phrase_ending(sentence, len(sentence) - 2, words) if len(sentence) > 1 else None
    if subject is None:
        return None
    head = sentence[subject[1] - 1].low
    if not _may_speak(sentence, subject, words) or words.has("person.provenance", head):
        return NOBODY
    return Attribution(span(sentence, subject), None, "introduced", 1)


def _answering(sentence: Sentence, words: Lexicon) -> Range | None:
    """Return who was asked and does something: "Asked whether it was late, Holm laughed."."""
    if sentence[0].low not in ("asked", "pressed", "questioned"):
        return None
    commas = [place for place, token in enumerate(sentence) if token.text == ","]
    subject = phrase_starting(sentence, commas[-1] + 1, words) if commas else None
    if subject is None or not _is_somebody(sentence, subject, words):
        return None
    verb = sentence[subject[1]] if subject[1] < len(sentence) else None
    return subject if verb is not None and _may_be_verb(verb, words) else None


def _reported_before(previous: ReadParagraph | None, words: Lexicon) -> Attribution | None:
    """Return whose words a paragraph before ends by reporting: what is quoted next is theirs."""
    if previous is None or not previous.sentences:
        return None
    read = previous.sentences[-1]
    speech = [cue for cue in read.cues if cue.speaker is not None and is_speech(cue.verb)]
    if len(speech) != 1 or speech[0].flags or "question" in speech[0].verb.frames:
        return None
    cue = speech[0]
    heads = {
        other.sentence[one.speaker[1] - 1].low
        for other in previous.sentences
        for one in other.cues
        if one.speaker is not None and is_speech(one.verb)
    }
    if len(heads - {"he", "she"}) > 1:
        return None
    told = cue.passive or cue.verb.gerund
    somebody = cue.speaker is not None and _is_somebody(read.sentence, cue.speaker, words)
    return None if told or not somebody else _attribution(read.sentence, cue, "report before", 1)


def _is_somebody(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a mention is one person's: a name, "he", "she" or one with a role."""
    phrase = sentence[slice(*mention)]
    return (
        not any(token.low in ("and", "und", "et") for token in phrase)
        and (
            phrase[0].low in ("he", "she")
            or any(is_name_word(token, words) for token in phrase)
            or words.has("person.role", phrase[-1].low)
            or words.has("person.title", phrase[-1].low)
        )
        and not words.has("person.document", phrase[-1].low)
    )


def _may_speak(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a mention is of one who speaks: a person, a body, a document or a group of them.

    "The polls", "it" and "there" are none, nor is the owner of something: "Holm's critics".
    """
    phrase = sentence[slice(*mention)]
    if len(phrase) == 1 and words.has("pronoun", phrase[0].low):
        return phrase[0].low in _PEOPLE
    if phrase[-1].low.endswith(("'s", "’s")):
        return False
    kinds = ("person.role", "person.title", "person.document", "person.anonymous")
    return any(is_name_word(token, words) for token in phrase) or any(
        words.has(kind, token.low) or token.low.startswith("spokes")
        for token in phrase
        for kind in kinds
    )


_PEOPLE = frozenset(
    ("he", "she", "they", "we", "i", "who", "er", "sie", "il", "elle", "ils", "lui")
)


def quotations(
    paragraph: ReadParagraph, text: str, words: Lexicon
) -> list[tuple[Quoted, Attribution, Sentence, int]]:
    """Return the quoted passages of a paragraph that quote a speaker."""
    found = []
    for read in paragraph.sentences:
        for place, token in enumerate(read.sentence):
            if token.kind != QUOTE or read.addressed:
                continue
            passage = paragraph.quoted[token.quote]
            attribution = read.attributed.get(place, NOBODY)
            if is_quotation(text, passage, read.sentence, place, attribution.strength, words):
                found.append((passage, attribution, read.sentence, place))
    return found
