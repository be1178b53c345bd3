"""Cues: verbs of speech in a sentence, with the mention of who speaks."""

from dataclasses import dataclass

from onrecord.drafting.lexicon import Lexicon, Verb
from onrecord.drafting.mention import (
    Range,
    main_subject,
    named_apposition,
    phrase_starting,
    skip_back,
    subject_after,
    subject_before,
)
from onrecord.drafting.sentence import DASH, MARK, QUOTE, WORD, Sentence, TextToken
from onrecord.drafting.word_class import is_name_word, is_time


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of speech, or "according to", with its speaker."""

    first: int
    last: int
    """Tokens of the verb; `last` is the one after it."""
    verb: Verb
    speaker: Range | None
    after: int
    """The token where what is said may begin."""
    inverted: bool
    """Whether the speaker follows the verb."""
    flags: tuple[str, ...]
    passive: bool = False
    relies_on: Range | None = None
    subject: Range | None = None
    """The speaker with the role that a name follows: "its founder, Bo Lind"."""

    @property
    def bounds(self) -> Range:
        """The tokens of the verb and its subject together, with what is between."""
        subject = self.subject or self.speaker
        if subject is None:
            return self.first, self.last
        return min(self.first, subject[0]), max(self.last, subject[1])


ACCORDING = Verb("according to", False, frozenset(("according",)), False)
QUOTED_AS = Verb("quote as saying", False, frozenset(("say", "quote")), False)


def is_speech(verb: Verb) -> bool:
    """Say whether a verb is one of speech, not of thought, and not only a word beside a quote."""
    return "silent" not in verb.frames and bool(verb.frames & _SPEECH)


_SPEECH = frozenset(("say", "hearer", "question"))


def cues(sentence: Sentence, words: Lexicon) -> list[Cue]:
    """Return the cues of a sentence, in order."""
    found: list[Cue] = []
    place = 0
    while place < len(sentence):
        token = sentence[place]
        cue = None
        if token.kind == WORD:
            if token.low == "according" and _low(sentence, place + 1) == "to":
                cue = _according(sentence, place, words)
            elif token.low in ("laut", "selon", "secondo") and words.language != "en":
                cue = _source(sentence, place, words)
            else:
                cue = _verb_cue(sentence, place, words, found)
        if cue is not None:
            found.append(cue)
            place = max(cue.last, place + 1)
        else:
            place += 1
    return found


def _low(sentence: Sentence, place: int) -> str:
    return sentence[place].low if 0 <= place < len(sentence) else ""


def _according(sentence: Sentence, place: int, words: Lexicon) -> Cue | None:
    speaker = phrase_starting(sentence, place + 2, words)
    if speaker is None:
        return None
    speaker = speaker[0], _over_nouns(sentence, speaker[1], words)
    return _of_source(sentence, place, place + 2, _author(sentence, speaker, words), words)


def _author(sentence: Sentence, work: Range, words: Lexicon) -> Range:
    """Return who has made a report or finding, if a name says it: "a study by Sund".

    Else it is the work, with the one who is not named: "a report by the audit office".
    """
    head = sentence[work[1] - 1].low
    made = words.has("person.document", head) or words.has("person.finding", head)
    if not made or _low(sentence, work[1]) not in ("by", "from"):
        return work
    author = phrase_starting(sentence, work[1] + 1, words)
    if author is None or is_time(sentence[author[0]], words):
        return work
    if author[1] + 1 < len(sentence) and sentence[author[1]].text == "-":
        # "The U.K.-based Royal Institute".
        author = phrase_starting(sentence, author[1] + 2, words) or author
    if any(is_name_word(token, words) for token in sentence[slice(*author)]):
        return author
    stop = author[1]
    while stop > author[0] + 1 and sentence[stop - 1].low.endswith(("ed", "ing")):
        stop -= 1
    return work[0], stop


def _over_nouns(sentence: Sentence, place: int, words: Lexicon) -> int:
    """Go over what a name only describes: "Western intelligence estimates"; else stay."""
    if not is_name_word(sentence[place - 1], words):
        return place
    last = place
    while last < len(sentence) and _may_be_noun(sentence[last], words):
        last += 1
    told = words.has("person.finding", sentence[last - 1].low) or any(
        words.has(kind, sentence[last - 1].low)
        for kind in ("person.document", "person.role", "person.anonymous")
    )
    return last if told else place


def _may_be_noun(token: TextToken, words: Lexicon) -> bool:
    closed = (
        "determiner", "pronoun", "adverb", "preposition", "conjunction", "auxiliary", "negation",
        "weekday", "time",
    )  # fmt: skip
    return (
        token.kind == WORD
        and not token.capital
        and not any(words.has(kind, token.low) for kind in closed)
    )


def _source(sentence: Sentence, place: int, words: Lexicon) -> Cue | None:
    speaker = phrase_starting(sentence, place + 1, words)
    if speaker is None:
        return None
    return _of_source(sentence, place, place + 1, speaker, words)


def _of_source(sentence: Sentence, first: int, last: int, speaker: Range, words: Lexicon) -> Cue:
    name = named_apposition(sentence, speaker, words)
    subject = (speaker[0], name[1]) if name else None
    return Cue(first, last, ACCORDING, name or speaker, speaker[1], True, (), subject=subject)


def _match(sentence: Sentence, place: int, words: Lexicon) -> tuple[Verb, int] | None:
    """Return the longest verb form that starts at a token, and the token after it."""
    first = sentence[place].low
    for length in (3, 2, 1):
        form = " ".join([first, *(_low(sentence, place + more) for more in range(1, length))])
        verb = words.verbs.get(form)
        if verb is not None:
            return verb, place + length
    return None


def _verb_cue(sentence: Sentence, place: int, words: Lexicon, earlier: list[Cue]) -> Cue | None:
    if sentence[place].low not in words.first_words:
        return None
    matched = _match(sentence, place, words)
    if matched is None:
        return None
    verb, end = matched
    token = sentence[place]
    if token.capital and place > 0 and not is_headline(sentence, words):
        return None
    before = skip_back(sentence, place - 1, words)
    skipped = {sentence[index].low for index in range(before + 1, place)}
    flags = _flags(sentence, skipped, before, words)
    if earlier and earlier[-1].last == before and sentence[before].low in ("or", "nor"):
        # "Could not confirm or deny": what turns the first verb around turns the second.
        flags = tuple(dict.fromkeys((*earlier[-1].flags, *flags)))
    if verb.base == "quote" and (cue := _quoted_as(sentence, place, end, words)):
        return cue
    passive = bool(skipped & _BE) and _is_participle(verb, token.low) and "having" not in skipped
    prior = sentence[before] if before >= 0 else None
    speaker: Range | None = None
    inverted = False
    after = end
    behind = _behind_time(sentence, end, words)
    if verb.gerund and not skipped & _BE:
        speaker = _gerund_subject(sentence, place, before, words, earlier)
        if speaker is None and verb.noun:
            return None
    elif prior is not None and prior.low == "to":
        if not _asserted_infinitive(sentence, before, words):
            return None
        speaker = _earlier_subject(sentence, before, words, earlier)
    elif _inverts(sentence, place, behind, before, verb, words):
        speaker = subject_after(sentence, behind - 1, words)
        inverted = speaker is not None
        after = speaker[1] if speaker is not None else end
    if speaker is None and (not verb.gerund or skipped & _BE):
        if prior is None and words.language == "en":
            return None
        speaker = _subject(sentence, place, before, words, earlier)
        if place > 0 and _verb_is_second(prior, words):
            speaker = _german_subject(sentence, end, speaker, words)
    if speaker is None or (
        verb.noun
        and not inverted
        and not verb.gerund
        and not _is_predicate(sentence, place, end, before, speaker, words)
    ):
        return None
    if words.has("nobody", sentence[speaker[0]].low):
        flags = tuple(dict.fromkeys(("negated", *flags)))
    name = named_apposition(sentence, speaker, words)
    subject = (speaker[0], name[1]) if name else None
    return Cue(place, end, verb, name or speaker, after, inverted, flags, passive, subject=subject)


def _behind_time(sentence: Sentence, end: int, words: Lexicon) -> int:
    """Return where a subject behind a verb begins, not in English: "a déclaré mardi Ek"."""
    timed = words.language != "en" and end < len(sentence) and is_time(sentence[end], words)
    return end + 1 if timed else end


def _verb_is_second(prior: TextToken | None, words: Lexicon) -> bool:
    """Say whether a subject may follow its verb: "Am Montag sagte Solheim, er …"."""
    return words.language == "de" and (prior is None or prior.kind == WORD)


def _german_subject(
    sentence: Sentence, end: int, before: Range | None, words: Lexicon
) -> Range | None:
    """Return the subject before a verb, that behind it if only a place or time comes before."""
    if before is not None and before[0] > 0:
        prior = sentence[before[0] - 1]
        if words.has("preposition", prior.low):
            before = None
    return before or subject_after(sentence, end - 1, words)


_BE = frozenset(("is", "are", "was", "were", "be", "been", "being"))


def _is_participle(verb: Verb, form: str) -> bool:
    return not verb.gerund and form.split()[0] != verb.base and not form.split()[0].endswith("s")


def is_headline(sentence: Sentence, words: Lexicon) -> bool:
    """Say whether most longer words are capitalised, as in an English headline."""
    long = [token for token in sentence if token.kind == WORD and len(token.text) > 3]
    told = any(token.low in words.first_words and not token.capital for token in long)
    return not told and sum(token.capital for token in long) > 0.7 * len(long)


def _flags(sentence: Sentence, skipped: set[str], before: int, words: Lexicon) -> tuple[str, ...]:
    found = []
    if any(words.has("negation", word) for word in skipped):
        found.append("negated")
    if any(words.has("hypothetical", word) for word in skipped):
        found.append("hypothetical")
    last = next((token.text for token in reversed(sentence) if token.kind == MARK), "")
    if last == "?" and sentence[-1].kind == MARK and _asks(sentence):
        found.append("questioned")
    return tuple(found)


def _asks(sentence: Sentence) -> bool:
    return sentence[0].low in (
        "did",
        "does",
        "do",
        "has",
        "have",
        "had",
        "is",
        "was",
        "were",
        "why",
        "when",
        "who",
        "what",
        "how",
        "can",
        "could",
        "would",
        "will",
    )


def _quoted_as(sentence: Sentence, place: int, end: int, words: Lexicon) -> Cue | None:
    """Read "quoted Ek as saying": Ek speaks, and the subject is where it is said."""
    passive = skip_back(sentence, place - 1, words) < place - 1 and bool(
        {sentence[index].low for index in range(max(0, place - 3), place)} & _BE
    )
    if passive:
        if _low(sentence, end) != "as" or _low(sentence, end + 1) != "saying":
            return None
        speaker = subject_before(sentence, place, words)
        return Cue(place, end + 2, QUOTED_AS, speaker, end + 2, False, ()) if speaker else None
    speaker = phrase_starting(sentence, end, words)
    if speaker is None or _low(sentence, speaker[1]) != "as":
        return None
    if _low(sentence, speaker[1] + 1) != "saying":
        return None
    outlet = subject_before(sentence, place, words)
    after = speaker[1] + 2
    return Cue(place, after, QUOTED_AS, speaker, after, False, (), relies_on=outlet)


def _gerund_subject(
    sentence: Sentence, place: int, before: int, words: Lexicon, earlier: list[Cue]
) -> Range | None:
    """Return the subject of a gerund: that of the main clause."""
    prior = sentence[before] if before >= 0 else None
    if prior is None:
        comma = next((i for i in range(place, len(sentence)) if sentence[i].text == ","), None)
        return phrase_starting(sentence, comma + 1, words) if comma is not None else None
    if words.has("determiner", prior.low) or prior.low in (
        "of",
        "from",
        "for",
        "as",
        "to",
        "about",
        "been",
    ):
        return None
    if prior.kind == WORD and prior.low not in (
        "and",
        "but",
        "by",
        "while",
        "when",
        "in",
        "after",
        "before",
        "without",
    ):
        # "people saying": the noun itself, if nothing else is the subject.
        noun = words.has("person.role", prior.low) or words.has(
            "person.document", prior.low.removesuffix("s")
        )
        if (
            noun
            or words.has("pronoun", prior.low)
            or prior.low in ("statement", "letter", "tweet", "message", "people", "him", "them")
        ):
            phrase = subject_before(sentence, place, words)
            if prior.low not in ("statement", "letter", "tweet", "message"):
                return phrase
    found = _earlier_subject(sentence, place, words, earlier)
    if found is None and words.has("conjunction", prior.low):
        # "A year after promising it, Sund has stopped."
        comma = next((i for i in range(place, len(sentence)) if sentence[i].text == ","), None)
        return phrase_starting(sentence, comma + 1, words) if comma is not None else None
    return found


def _earlier_subject(
    sentence: Sentence, place: int, words: Lexicon, earlier: list[Cue]
) -> Range | None:
    for cue in reversed(earlier):
        if cue.speaker is not None and not cue.passive and is_speech(cue.verb):
            return cue.speaker
    return main_subject(sentence, words, place)


def _asserted_infinitive(sentence: Sentence, to: int, words: Lexicon) -> bool:
    """Say whether "to say" tells that it was said: "went on to say"."""
    return _low(sentence, to - 1) in (
        "on",
        "continued",
        "continues",
        "continue",
        "continuing",
        "began",
        "begun",
        "begins",
        "happened",
        "proceeded",
        "seemed",
        "appeared",
        "hastened",
        "liked",
        "likes",
        "paused",
    )


def _inverts(
    sentence: Sentence, place: int, end: int, before: int, verb: Verb, words: Lexicon
) -> bool:
    """Say whether the subject follows the verb: after quoted words, or a comma."""
    if before < 0:
        return False
    prior = sentence[before]
    follows = sentence[end] if end < len(sentence) else None
    if follows is None or follows.kind != WORD or sentence[place].low in words.hearer_forms:
        return False
    starts = (
        is_name_word(follows, words)
        or words.has("determiner", follows.low)
        or words.has("person.role", follows.low)
        or words.has("person.title", follows.low)
        or words.has("pronoun", follows.low)
        or (words.language != "en" and follows.capital)
    )
    if follows.low in ("that", "it"):
        return False
    if not starts:
        named = prior.text in (",", *DASH) and _names(sentence, end, words)
        behind = prior.kind == QUOTE or named
        return behind and is_speech(verb) and _may_start(follows, words)
    if prior.kind == QUOTE:
        return True
    if prior.kind != MARK or prior.text not in (",", *DASH):
        return False
    if before > 0 and sentence[before - 1].kind == QUOTE:
        return True
    # "The plant is safe, said Holm." against "Holm, the minister, said Vell was late."
    subject = phrase_starting(sentence, end, words)
    if subject is not None and not _is_one_who_speaks(sentence, subject, words):
        return False
    if subject is None or (
        subject_before(sentence, place, words) is not None and _starts_early(sentence, place, words)
    ):
        return False
    tail = sentence[subject[1]] if subject[1] < len(sentence) else None
    return (
        tail is None or tail.kind == MARK or words.has("preposition", tail.low) or tail.low == "who"
    )


def _names(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether a phrase that starts with a common noun has a name: "observer Bo Lind"."""
    phrase = phrase_starting(sentence, place, words)
    return phrase is not None and is_name_word(sentence[phrase[1] - 1], words)


def _is_one_who_speaks(sentence: Sentence, phrase: Range, words: Lexicon) -> bool:
    """Say whether a phrase may be a subject behind its verb: not "tweeted a warning"."""
    first, head = sentence[phrase[0]], sentence[phrase[1] - 1]
    if first.low not in ("a", "an", "another"):
        return True
    kinds = ("person.role", "person.title", "person.anonymous", "person.document")
    return any(words.has(kind, head.low) for kind in kinds) or any(
        is_name_word(token, words) for token in sentence[slice(*phrase)]
    )


def _may_start(token: TextToken, words: Lexicon) -> bool:
    """Say whether a word of an open class may start a noun phrase: "retired surgeon Ben Carson"."""
    closed = ("adverb", "preposition", "conjunction", "auxiliary", "negation", "weekday", "time")
    return not any(words.has(kind, token.low) for kind in closed) and not token.low.endswith("ly")


def _starts_early(sentence: Sentence, place: int, words: Lexicon) -> bool:
    subject = subject_before(sentence, place, words)
    return subject is not None and subject[0] <= 1


def _subject(
    sentence: Sentence, place: int, before: int, words: Lexicon, earlier: list[Cue]
) -> Range | None:
    if before < 0:
        return None
    prior = sentence[before]
    if prior.low in ("and", "but", "or", "nor", "then") or (
        prior.text == ","
        and before > 0
        and sentence[before - 1].kind != QUOTE
        and earlier
        and _low(sentence, place - 1) in ("and", "but", "then", "also")
    ):
        return _earlier_subject(sentence, before, words, earlier)
    if prior.low in ("that", "which"):
        return None
    if prior.low == "as":
        return None
    return subject_before(sentence, place, words)


def _is_noun_of(sentence: Sentence, place: int, end: int, words: Lexicon) -> bool:
    """Say whether a noun in the plural is followed by its verb: "reports show", "claims saying"."""
    verb = words.verbs.get(_low(sentence, end))
    return (
        verb is not None
        and sentence[place].low.endswith("s")
        and not sentence[end].capital
        and (verb.gerund or (verb.base == sentence[end].low and not verb.noun))
    )


def _is_predicate(
    sentence: Sentence, place: int, end: int, before: int, speaker: Range, words: Lexicon
) -> bool:
    """Say whether a form that is also a noun is the verb here."""
    prior = sentence[before]
    follows = _low(sentence, end)
    skipped = before < place - 1
    if _is_noun_of(sentence, place, end, words):
        return False
    if words.has("determiner", prior.low) and prior.low not in (
        "some",
        "many",
        "all",
        "both",
        "others",
    ):
        return False
    if prior.low.endswith(("'s", "’s", "s'", "s’")) or words.has("preposition", prior.low):
        return False
    if words.has("adjective", prior.low) or (sentence[place].low == "states" and follows != "that"):
        return False
    if speaker[1] - speaker[0] == 1 and prior.low.endswith("ed") and not prior.capital:
        return False  # "She doubted reports that"
    past = sentence[place].low.split()[0].endswith("ed") or sentence[place].low in (
        "wrote",
        "found",
        "showed",
        "cried",
        "read",
    )
    if past or skipped or words.has("pronoun", prior.low):
        return True
    if follows in ("that", "whether"):
        return is_name_word(prior, words) or prior.low.endswith("s") != sentence[
            place
        ].low.endswith("s")
    if end < len(sentence) and (sentence[end].kind == QUOTE or sentence[end].text in (",", ":")):
        return is_name_word(prior, words) or prior.low.endswith("s")
    plural_verb = not sentence[place].low.endswith("s")
    if is_name_word(prior, words):
        return not plural_verb and follows != "of"
    if speaker[1] - speaker[0] == 1 and speaker[0] and sentence[speaker[0] - 1].text == ",":
        return False  # "The yard builds more, needs state money"
    return plural_verb == prior.low.endswith("s") and follows not in (
        "of",
        "to",
        "for",
        "in",
        "and",
        "from",
        "about",
        "are",
        "were",
        "was",
        "is",
        "have",
        "has",
    )
