"""The check of proposals: what is not said in the text, exactly and whole, is no draft.

It does not matter who proposed it. What passes has the text's own characters, the place that was
found here, and a speaker whom the text names, or none.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from onrecord.drafting.direct_speech import (
    Place,
    ReadParagraph,
    ReadSentence,
    read_paragraph,
    read_paragraphs,
)
from onrecord.drafting.draft import Draft
from onrecord.drafting.drafters.exact_words import ExactText, exact_text
from onrecord.drafting.drafters.proposal import Proposal
from onrecord.drafting.language import language_of
from onrecord.drafting.lexicon import Lexicon, lexicon
from onrecord.drafting.passage_kind import is_quotation, nicknames
from onrecord.drafting.person import People, people_of
from onrecord.drafting.quotation_mark import Quoted
from onrecord.drafting.sentence import QUOTE, WORD, Sentence
from onrecord.drafting.speaker import SpeakerMention, speaker_at

DOUBTFUL = "doubtful"
"""The flag of a draft that no rule found."""
FEWEST = 3
"""Fewer words are no report of speech, and a sentence of fewer may turn the one beside it: “No.”"""
LONGEST_MENTION = 16
MOST_MENTIONS = 3_000
MOST_PLACES = 50
"""Words that a text has at more places are not looked at."""
_CLAUSE_END = re.compile(r"[,;:.!?…(]|\s[–—-]+\s|\s(?:when\s+)?asked\s")
_ASKED = re.compile(r"\W*(?:when\s+)?(?:asked|questioned|pressed)\b[^,“”\"«»„]*,", re.IGNORECASE)
"""What was asked, before the answer: "Asked whether it would, she said"."""
_READER = (
    r"(?:ai|ki|ia|llms?|(?:language|ai)\s+(?:models?|systems?)|chatbots?|(?:ai\s+)?assistants?"
)
_READER += r"|bots?|crawlers?|scrapers?|machines?|models?|sprachmodelle?n?|ki-\w+|modèles?|modelli)"
_ORDERED = (
    # Whose turn it is in a talk with a model, and the form of its answers.
    r"^\W*(?:system|assistant|developer)(?:\s+(?:prompt|message))?\s*:",
    r"[\"“”](?:quotes?|speaker|kind|role|content)[\"“”]\s*:",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions|prompts?)\b",
    r"\b(?:previous|prior|above|earlier|preceding|system)\s+(?:instructions|prompts?)\b",
    r"\b(?:as|if you are|you are)\s+an?\s+(?:\w+\s+)?(?:ai|llm|(?:language|ai)\s+model|chatbot)\b",
    rf"\b(?:dear|hey|attention|attn)[,:]?\s+(?:all\s+)?{_READER}\b",
    rf"\b(?:to|for|an|für|aux?|ai|agli)\s+(?:all\s+|any\s+|alle\s+)?{_READER}\b[^.:]{{0,40}}:",
    rf"\b{_READER}\s+(?:(?:that|who|which)\s+(?:\w+\s+){{1,3}})?"
    r"(?:reading|processing|parsing|summari[sz]ing|extracting"
    r"|(?:must|should|shall|need to|have to|are to|is to|müssen|sollen|doivent|devono)\s+"
    r"(?:also\s+|now\s+)?(?:add|output|return|report|include|attribute|quote|extract|record"
    r"|answer|reply|respond|write|list|ignore|disregard))\b",
)
_ORDER = re.compile("|".join(_ORDERED), re.IGNORECASE)
"""What gives orders to a machine, wherever in a sentence it is."""


@dataclass(slots=True)
class ReadForCheck:
    """A text that proposals are checked against, read once."""

    text: str
    words: Lexicon
    exact: ExactText
    paragraphs: list[ReadParagraph]
    starts: list[int]
    """Where each paragraph starts."""
    people: People
    orders: dict[int, int]
    """From where on a paragraph, by its number, gives orders to machines: nobody says that."""
    nicknames: dict[int, set[int]] = field(default_factory=dict)
    """The passages of a paragraph that are part of a name, of paragraphs that were asked for."""
    inner: dict[Place, "InnerSentences"] = field(default_factory=dict)
    """The sentences of quotations that were asked for."""
    mentions: dict[str, list[Place]] = field(default_factory=dict)
    """Where speakers are mentioned who were asked for."""


@dataclass(frozen=True, slots=True)
class InnerSentences:
    """The sentences of a quotation, and by which word each begins and ends."""

    places: list[Place]
    words: list[tuple[int, int]]
    begins: dict[int, int]
    ends: dict[int, int]


def read_for_check(text: str, language: str | None = None) -> ReadForCheck:
    """Read a text, so that proposals can be checked against it."""
    words = lexicon(language or language_of(text))
    read = read_paragraphs(text, words)
    orders: dict[int, int] = {}
    for number, paragraph in enumerate(read):
        addressed = (
            one.sentence[0].start
            for one in paragraph.sentences
            if one.addressed or _ORDER.search(text[one.sentence[0].start : one.sentence[-1].end])
        )
        first = next(addressed, None)
        if first is not None:
            orders[number] = min(first, orders.get(number, first))
        if number in orders and text[paragraph.end - 1] == ":" and number + 1 < len(read):
            orders[number + 1] = read[number + 1].start
    return ReadForCheck(
        text,
        words,
        exact_text(text),
        read,
        [paragraph.start for paragraph in read],
        people_of(read, words),
        orders,
    )


def checked(read: ReadForCheck, proposed: Iterable[Proposal], drafter: str) -> list[Draft]:
    """Return drafts of the proposals that pass, by place, each once."""
    found: dict[Place, Draft] = {}
    for one in proposed:
        draft = _checked(read, one, drafter)
        if draft is not None:
            known = found.get((draft.start, draft.end))
            if known is None or known.speaker is None:
                found[draft.start, draft.end] = draft
    return [found[place] for place in sorted(found)]


def _checked(read: ReadForCheck, proposal: Proposal, drafter: str) -> Draft | None:
    place = _one_place(read, proposal)
    if place is None or _is_ordered(read, place):
        return None
    paragraph = _paragraph(read, place)
    sentence = _sentence(paragraph, place)
    if paragraph is None or sentence is None:
        return None
    stands = _as_quoted(read, paragraph, sentence, place) or _as_report(read, sentence, place)
    if stands is None:
        return None
    (start, end), kind, flags = stands
    if kind in ("indirect", "mixed") and _has_own_speaker(read, sentence, stands[0], proposal):
        return None
    mention = _mention(read, proposal.speaker, (start, end))
    speaker = _speaker(read, mention) if mention else None
    return Draft(
        start,
        end,
        kind,
        speaker,
        None,
        drafter,
        (*flags, DOUBTFUL),
        place=(mention, None),
        by=(drafter,),
    )


def _one_place(read: ReadForCheck, proposal: Proposal) -> Place | None:
    """Return the one place of the words; of several, the one beside the mention of the speaker."""
    stretches = islice(read.exact.find(proposal.quote), MOST_PLACES + 1)
    found = [_characters(read, *stretch) for stretch in stretches]
    if len(found) < 2:
        return found[0] if found else None
    if len(found) > MOST_PLACES:
        return None
    for around in (_sentence_around, _paragraph_around):
        beside = []
        for place in found:
            near = _mentions_within(read, proposal.speaker, around(read, place))
            if any(not _overlaps(one, found) for one in near):
                beside.append(place)
        if beside:
            return beside[0] if len(beside) == 1 else None
    return None


def _characters(read: ReadForCheck, first: int, last: int) -> Place:
    return read.exact.words[first].start, read.exact.words[last - 1].end


def _overlaps(place: Place, others: Iterable[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def _is_ordered(read: ReadForCheck, place: Place) -> bool:
    """Say whether a place is where a text gives orders to machines, or behind that."""
    first = read.orders.get(bisect_right(read.starts, place[0]) - 1)
    return first is not None and place[1] > first


def _paragraph(read: ReadForCheck, place: Place) -> ReadParagraph | None:
    """Return the paragraph that a place is in, None if it is not in one."""
    index = bisect_right(read.starts, place[0]) - 1
    paragraph = read.paragraphs[index] if index >= 0 else None
    return paragraph if paragraph is not None and place[1] <= paragraph.end else None


def _sentence(paragraph: ReadParagraph | None, place: Place) -> ReadSentence | None:
    """Return the sentence of the article that a place is in, None if it is not in one."""
    if paragraph is None:
        return None
    number = bisect_right(paragraph.sentences, place[0], key=lambda one: one.sentence[0].start) - 1
    one = paragraph.sentences[number] if number >= 0 else None
    return one if one is not None and place[1] <= one.sentence[-1].end else None


def _sentence_around(read: ReadForCheck, place: Place) -> Place:
    one = _sentence(_paragraph(read, place), place)
    return (one.sentence[0].start, one.sentence[-1].end) if one else place


def _paragraph_around(read: ReadForCheck, place: Place) -> Place:
    paragraph = _paragraph(read, place)
    return (paragraph.start, paragraph.end) if paragraph else place


_Standing = tuple[Place, str, tuple[str, ...]]


def _as_quoted(
    read: ReadForCheck, paragraph: ReadParagraph, sentence: ReadSentence, place: Place
) -> _Standing | None:
    """Return a place that is whole sentences of a quotation, with its marks if it is all of it."""
    number = _passage_around(paragraph, place)
    if number is None or number in _nicknames(read, paragraph):
        return None
    passage = paragraph.quoted[number]
    tokens = enumerate(sentence.sentence)
    index = next((at for at, token in tokens if token.quote == number), None)
    if index is None:
        return None
    if not is_quotation(read.text, passage, sentence.sentence, index, 1, read.words):
        return None
    stretch = _whole_sentences(read, passage, place)
    if stretch is None or _is_turned_around(read, sentence, passage, stretch):
        return None
    flags = () if passage.closed else ("unclosed",)
    whole = read.exact.between(*stretch) == read.exact.between(passage.start, passage.end)
    kind = "direct"
    if whole:
        stretch = passage.start, passage.end
        first = read.text[passage.inner_start : passage.inner_start + 1]
        before = sentence.sentence[index - 1].text if index else ","
        if first.islower() and before not in (",", ":", "—", "–", "--"):
            kind = "fragment"
    return stretch, kind, flags


def _passage_around(paragraph: ReadParagraph, place: Place) -> int | None:
    """Return the number of the quoted passage that a place is in, None if it is in none."""
    quoted = paragraph.quoted
    number = bisect_right(quoted, place[0], key=lambda passage: passage.inner_start) - 1
    return number if number >= 0 and place[1] <= quoted[number].inner_end else None


def _nicknames(read: ReadForCheck, paragraph: ReadParagraph) -> set[int]:
    if paragraph.start not in read.nicknames:
        read.nicknames[paragraph.start] = nicknames(
            read.text, paragraph.start, paragraph.end, paragraph.quoted
        )
    return read.nicknames[paragraph.start]


def _whole_sentences(read: ReadForCheck, passage: Quoted, place: Place) -> Place | None:
    """Return the sentences of a quotation that a place is, None if it is cut.

    A short sentence beside them belongs to them: “Will we go? No.”
    """
    found = _inner_sentences(read, passage)
    first, last = read.exact.between(*place)
    begins, ends = found.begins.get(first), found.ends.get(last)
    if begins is None or ends is None or begins > ends:
        return None
    beside = [*found.words[begins - 1 : begins], *found.words[ends + 1 : ends + 2]]
    if any(one[1] - one[0] < FEWEST for one in beside) or (beside and last - first < FEWEST):
        return None
    return found.places[begins][0], found.places[ends][1]


def _inner_sentences(read: ReadForCheck, passage: Quoted) -> InnerSentences:
    key = passage.inner_start, passage.inner_end
    if key not in read.inner:
        inner = read_paragraph(read.text, *key, read.words)
        places = [(one.sentence[0].start, one.sentence[-1].end) for one in inner.sentences]
        both = [(one, read.exact.between(*one)) for one in places]
        both = [(one, words) for one, words in both if words[0] < words[1]]
        read.inner[key] = InnerSentences(
            [one for one, _ in both],
            [words for _, words in both],
            {words[0]: number for number, (_, words) in enumerate(both)},
            {words[1]: number for number, (_, words) in enumerate(both)},
        )
    return read.inner[key]


def _is_turned_around(
    read: ReadForCheck, sentence: ReadSentence, passage: Quoted, stretch: Place
) -> bool:
    """Say whether the sentence around a quotation denies it, asks it or sets a condition."""
    text, start, end = read.text, sentence.sentence[0].start, sentence.sentence[-1].end
    question = _ASKED.match(text, start, passage.start)
    if _turns(read, question.end() if question else start, passage.start):
        return True
    after = text[passage.end : end]
    if text[end - 1 : end] == "?" and passage.end < end:
        return True
    clause = _CLAUSE_END.search(after, 1) if after else None
    if _turns(read, passage.end, passage.end + (clause.start() if clause else len(after))):
        return True
    if stretch[1] < passage.inner_end - 1:
        return False
    return any(
        _turns(read, token.start, token.end)
        for token in sentence.sentence
        if token.kind == QUOTE
        and token.start >= passage.end
        and next(filter(str.isalpha, text[token.start : token.end]), "").islower()
    )


def _turns(read: ReadForCheck, start: int, end: int) -> bool:
    """Say whether a stretch has a word that turns what is beside it: not, would, if."""
    first, last = read.exact.between(start, end)
    for word in read.exact.words[first:last]:
        written = read.text[word.start : word.end]
        if written in ("May", "Will"):
            continue  # a month and a name
        plain = written.casefold().replace("’", "'")
        head, _, rest = plain.partition("'")
        if (
            read.words.has("turning", plain)
            or plain.endswith("n't")
            or (head == "n" and rest)
            or (head == "s" and rest in ("il", "ils"))
            or (rest and read.words.has("turning", rest))
        ):
            return True
    return False


def _as_report(read: ReadForCheck, sentence: ReadSentence, place: Place) -> _Standing | None:
    """Return a place that is a clause of its sentence, outside quotation marks or around them."""
    tokens = sentence.sentence
    for token in tokens:
        # Neither a part of quoted words nor words of two quotations.
        quoted = token.kind == QUOTE and token.start < place[1] and place[0] < token.end
        if quoted and not _is_within(read, (token.start, token.end), place):
            return None
    first, last = read.exact.between(*place)
    if last - first < FEWEST or not _is_clause(read, tokens, place):
        return None
    start, end = tokens[0].start, tokens[-1].end
    if _turns(read, start, place[0]) or _turns(read, place[1], end):
        return None
    if read.text[end - 1] == "?":
        return None
    inside = [one for one in tokens if one.kind == QUOTE and place[0] - 1 <= one.start < place[1]]
    if not inside:
        return place, "indirect", ()
    if read.exact.between(inside[0].start, inside[-1].end) == (first, last):
        return None  # nothing but quoted words, and not those of one quotation
    return (min(place[0], inside[0].start), max(place[1], inside[-1].end)), "mixed", ()


def _has_own_speaker(
    read: ReadForCheck, sentence: ReadSentence, place: Place, proposal: Proposal
) -> bool:
    """Say whether a place has who speaks in it and not beside it: it is more than what is said."""
    around = sentence.sentence[0].start, sentence.sentence[-1].end
    near = _mentions_within(read, proposal.speaker, around)
    return bool(near) and all(_overlaps(one, [place]) for one in near)


def _is_within(read: ReadForCheck, quoted: Place, place: Place) -> bool:
    """Say whether all words of a quotation are among those of a place."""
    first, last = read.exact.between(*quoted)
    begins, ends = read.exact.between(*place)
    return begins <= first and last <= ends


def _is_clause(read: ReadForCheck, tokens: Sentence, place: Place) -> bool:
    """Say whether a place begins and ends where something said may: no word is cut off."""
    words = read.words
    before = [one for one in tokens if one.end <= place[0] and one.kind in (WORD, QUOTE)]
    after = [one for one in tokens if one.start >= place[1] and one.kind in (WORD, QUOTE)]
    inside = [one for one in tokens if one.start >= place[0] and one.end <= place[1]]
    if not inside or _is_cut_word(read.text, place):
        return False
    if before and inside[0].low not in _OPENERS:
        beside = before[-1]
        marked = beside.kind == QUOTE or any(
            not character.isspace() for character in read.text[beside.end : place[0]]
        )
        cue = words.verbs.get(beside.low) is not None or beside.low in _OPENERS
        if not (marked or cue):
            return False
    if not after:
        return True
    beside = after[0]
    if beside.kind == QUOTE or any(
        not character.isspace() for character in read.text[place[1] : beside.start]
    ):
        return True
    goes_on = any(words.has(kind, beside.low) for kind in ("conjunction", "adverb"))
    return goes_on and inside[-1].kind == WORD and not _needs_more(inside[-1].low, words)


_OPENERS = frozenset(["that", "to", "dass", "que", "che", "di", "de"])


def _is_cut_word(text: str, place: Place) -> bool:
    """Say whether a place ends within a word or a number with its sign: F|-35, 5|%."""
    start, end = place
    joined = text[end : end + 1] in "-‐‑%‰°/" and text[end : end + 1] != ""
    led = text[start - 1 : start] in "-‐‑/$€£¥#@−+" and start > 0
    return (joined and (text[end] in "%‰°" or text[end + 1 : end + 2].isalnum())) or led


def _needs_more(word: str, words: Lexicon) -> bool:
    kinds = ("determiner", "preposition", "conjunction", "auxiliary")
    return any(words.has(kind, word) for kind in kinds)


def _mentions(read: ReadForCheck, speaker: str) -> list[Place]:
    """Return the place of the words for a speaker in the text, outside orders to machines."""
    if speaker not in read.mentions:
        wanted = speaker if _is_mention(speaker, read.words) else ""
        places = [_characters(read, *found) for found in read.exact.find(wanted)]
        known = [one for one in places if not _is_ordered(read, one)]
        # So many are a word of every sentence, not a speaker.
        read.mentions[speaker] = known if len(known) <= MOST_MENTIONS else []
    return read.mentions[speaker]


def _mentions_within(read: ReadForCheck, speaker: str, around: Place) -> list[Place]:
    found = _mentions(read, speaker)
    first = bisect_left(found, around[0], key=lambda one: one[0])
    last = bisect_right(found, around[1], key=lambda one: one[1])
    return found[first:last]


def _is_mention(speaker: str, words: Lexicon) -> bool:
    """Say whether words may refer to a speaker: a name, a pronoun, a role, or some words."""
    found = speaker.split()
    if len(found) != 1:
        return 0 < len(found) <= LONGEST_MENTION
    low = found[0].casefold()
    kinds = ("pronoun", "person.role", "person.anonymous", "person.document")
    return found[0][0].isupper() or any(words.has(kind, low) for kind in kinds)


def _mention(read: ReadForCheck, speaker: str, place: Place) -> Place | None:
    """Return the mention nearest to what is said: in its sentence, its paragraph, before or after.

    A pronoun refers to no one beyond its paragraph.
    """
    for around in (_sentence_around, _paragraph_around):
        near = _mentions_within(read, speaker, around(read, place))
        near = [one for one in near if _is_beside(read, one, place)]
        if near:
            return min(near, key=lambda one: _distance(one, place))
    if read.words.has("pronoun", speaker.strip().casefold()):
        return None
    found = _mentions(read, speaker)
    number = bisect_left(found, place[0], key=lambda one: one[0])
    before = (one for one in reversed(found[:number]) if _is_beside(read, one, place))
    after = (one for one in found[number:] if _is_beside(read, one, place))
    return next(before, None) or next(after, None)


def _is_beside(read: ReadForCheck, mention: Place, place: Place) -> bool:
    """Say whether a mention is in none of the words said, here or in other quotations."""
    paragraph = _paragraph(read, mention)
    return (
        paragraph is not None
        and not _overlaps(mention, [place])
        and _passage_around(paragraph, mention) is None
    )


def _distance(one: Place, place: Place) -> int:
    return max(place[0] - one[1], one[0] - place[1])


def _speaker(read: ReadForCheck, mention: Place) -> SpeakerMention:
    return speaker_at(mention, read.text, read.people, read.words)
