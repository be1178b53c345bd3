"""Pronouns: which person of a text "he" or "she" refers to.

Looked for where readers look: among who speaks or acts earlier in the sentence, then among the
subjects of the sentences before. What fits two persons refers to no one.
"""

from bisect import bisect_right

from onrecord.drafting.cue import Cue, is_speech
from onrecord.drafting.dateline import is_byline
from onrecord.drafting.direct_speech import ReadSentence
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import (
    Range,
    head,
    main_subject,
    named_apposition,
    phrase_starting,
)
from onrecord.drafting.person import (
    FEMALE,
    MALE,
    UNKNOWN,
    People,
    gender_of_titles,
    is_body,
    is_joint,
    name_runs,
    named,
    person_named,
    person_of,
    with_surname_of,
)
from onrecord.drafting.sentence import QUOTE, Sentence, TextToken, plain_word
from onrecord.drafting.word_class import is_name_word

REACH = 14
"""Sentences that are looked through for what a pronoun refers to."""
_GENDERS = {
    "he": MALE,
    "him": MALE,
    "she": FEMALE,
    "her": FEMALE,
    "er": MALE,
    "il": MALE,
    "elle": FEMALE,
}


def person_of_pronoun(
    sentence: Sentence, mention: Range, people: People, words: Lexicon, depth: int = 0
) -> str | None:
    """Return the full name of who a pronoun refers to, None if that is not certain."""
    pronoun = _plain_pronoun(sentence[mention[0]])
    gender = _GENDERS.get(pronoun)
    if gender is None:
        return None
    at = bisect_right(people.starts, sentence[mention[0]].start) - 1
    read = people.sentences[at]
    name = _earlier_in_sentence(read, mention, gender, people, words, depth)
    if name is not None or _is_of_nobody_named(read, mention, words):
        return name
    for index in range(at - 1, max(-1, at - 1 - REACH), -1):
        other = people.sentences[index]
        if is_byline(other.sentence, words):
            continue
        subjects = _subjects_of(other, words)
        for subject in subjects:
            if is_joint(other.sentence, subject, words):
                return None
            if _plain_pronoun(other.sentence[subject[0]]) == pronoun and depth < REACH:
                return person_of_pronoun(other.sentence, subject, people, words, depth + 1)
            name = _fitting(other.sentence, subject, gender, people, words)
            if name is not None:
                return name
            role = _of_role(other.sentence, subject, gender, people, words)
            if role is not None:
                return role
            if _is_somebody(other.sentence, subject, words):
                return None
        if any(_is_role(other.sentence, subject, words) for subject in subjects):
            # "The senator met Vell. He": not Vell.
            continue
        known = _known_among(other.sentence, gender, people, words)
        if len(known) == 1:
            return known.pop()
        unsure = _unsure_among(other.sentence, gender, people, words)
        if len(known) > 1 or len(unsure) > 1:
            return None
        if unsure:
            return unsure.pop()
    return None


def _plain_pronoun(token: TextToken) -> str:
    """Return a pronoun without the verb that is contracted with it: "she's"."""
    return token.low.replace("’", "'").partition("'")[0]


def _earlier_in_sentence(
    read: ReadSentence,
    mention: Range,
    gender: str,
    people: People,
    words: Lexicon,
    depth: int,
) -> str | None:
    """Return who speaks before a pronoun in its sentence, or acts in the clause before it."""
    sentence = read.sentence
    pronoun = _plain_pronoun(sentence[mention[0]])
    earlier = [
        _asked(sentence, cue, mention, words) or cue.speaker
        for cue in read.cues
        if cue.speaker is not None and cue.speaker[0] < mention[0] and is_speech(cue.verb)
    ]
    for one in reversed(earlier[-2:]):
        if _plain_pronoun(sentence[one[0]]) == pronoun:
            if depth < REACH:
                return person_of_pronoun(sentence, one, people, words, depth + 1)
            return None
        if not words.has("pronoun", sentence[one[0]].low):
            name = _fitting(sentence, one, gender, people, words)
            if name is not None:
                return name
    main = main_subject(sentence, words, mention[0])
    if main is not None and _GENDERS.get(sentence[main[0]].low.replace("his", "he")) == gender:
        return None  # "His letter to Vell says that he": whose letter it is, not Vell
    before = sentence[mention[0] - 1]
    is_aside = before.text == "," or before.kind == QUOTE
    if main is not None and not is_aside:
        # "Holm will go if she can", but not "Holm will go, she said".
        main = named_apposition(sentence, main, words) or main
        if _plain_pronoun(sentence[main[0]]) == pronoun and depth < REACH:
            return person_of_pronoun(sentence, main, people, words, depth + 1)
        if not words.has("pronoun", sentence[main[0]].low):
            name = _fitting(sentence, main, gender, people, words)
            if name is not None:
                return name
    opens = 1 if words.has("opening", sentence[0].low) and len(sentence) > 1 else 0
    first = sentence[opens].low
    if words.has("conjunction", first) and not words.has("opening", first):
        # "When Holm came, she said": who acts in the clause before.
        subject = phrase_starting(sentence, opens + 1, words)
        if subject is not None and subject[1] <= mention[0]:
            return _fitting(sentence, subject, gender, people, words)
    leads = words.has("preposition", first) or (
        words.has("conjunction", first) and not words.has("opening", first)
    )
    if mention[0] and (leads or not is_aside):
        known = _known_among(sentence[: mention[0]], gender, people, words)
        return known.pop() if len(known) == 1 else None
    return None


def _asked(sentence: Sentence, cue: Cue, mention: Range, words: Lexicon) -> Range | None:
    """Return who is asked, before a pronoun that means them: "Holm asked Vell why he left"."""
    if "question" not in cue.verb.frames or cue.inverted or cue.passive:
        return None
    asked = phrase_starting(sentence, cue.last, words)
    return asked if asked is not None and asked[1] <= mention[0] else None


def _known_among(sentence: Sentence, gender: str, people: People, words: Lexicon) -> set[str]:
    """Return the persons whom a sentence names and who are certainly of a gender."""
    return {
        name
        for run in name_runs(sentence, words)
        if (name := _fitting(sentence, run, gender, people, words, known=True))
    }


def _unsure_among(sentence: Sentence, gender: str, people: People, words: Lexicon) -> set[str]:
    """Return the persons whom a sentence names and of whom the text does not tell the gender.

    By their surname only, so that no place in two words is among them.
    """
    return {
        name
        for run in name_runs(sentence, words)
        if run[1] - run[0] == 1 and (name := _fitting(sentence, run, gender, people, words))
    }


def _subjects_of(read: ReadSentence, words: Lexicon) -> list[Range]:
    """Return who may be meant next: who speaks in a sentence, then the subject of its main clause.

    Then who does something that is no speech.
    """
    telling = [
        cue
        for cue in read.cues
        if cue.speaker is not None and not cue.passive and not cue.verb.gerund
    ]
    main = main_subject(read.sentence, words, len(read.sentence))
    if main is not None:
        main = named_apposition(read.sentence, main, words) or main
    speech = [cue for cue in telling if is_speech(cue.verb)][:1]
    acting = [cue.speaker for cue in reversed(telling) if not is_speech(cue.verb)]
    # "She thinks Holm can wait. She": the same again, not Holm.
    other = sorted(
        (one for one in acting if one is not None),
        key=lambda one: _plain_pronoun(read.sentence[one[0]]) not in _GENDERS,
    )
    asked = [
        phrase_starting(read.sentence, cue.last, words)
        for cue in speech
        if "question" in cue.verb.frames
    ]
    if asked:
        # "Vell asked Holm whether it rained.": what follows is mostly what Holm says.
        found = [*asked, main, *other, speech[0].speaker]
    else:
        found = [*(cue.speaker for cue in speech), main, *other]
    return [one for one in dict.fromkeys(found) if one is not None]


def _of_role(
    sentence: Sentence, mention: Range, gender: str, people: People, words: Lexicon
) -> str | None:
    """Return the one person whom a title refers to, if of a gender: "the minister"."""
    if sentence[mention[0]].low not in ("the", "der", "die", "le", "la"):
        return None
    name = person_of(sentence, mention, people, words)
    same = with_surname_of(people, name) if name else ()
    fits = [one.name for one in same if one.name == name and one.gender in (gender, UNKNOWN)]
    return fits[0] if fits else None


def _is_role(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a subject tells of one person by a role: "the senator"."""
    return sentence[mention[0]].low == "the" and words.has("person.title", head(sentence, mention))


def _is_somebody(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a subject brings in one person without a name: "an official of the ministry"."""
    noun = head(sentence, mention)
    kinds = ("person.role", "person.title", "person.anonymous")
    return (
        sentence[mention[0]].low in ("a", "an", "another", "one")
        and any(words.has(kind, noun) for kind in kinds)
        and not noun.endswith("s")
    )


def _is_of_nobody_named(read: ReadSentence, mention: Range, words: Lexicon) -> bool:
    """Say whether one without a name speaks before a pronoun in its sentence, who is meant.

    "The head of the office said it was late, though he hoped": the head hopes.
    """
    before = [
        cue.speaker
        for cue in read.cues
        if cue.speaker is not None and cue.speaker[1] <= mention[0] and is_speech(cue.verb)
    ]
    return bool(before) and (
        _is_somebody(read.sentence, before[-1], words) or _is_role(read.sentence, before[-1], words)
    )


def _is_no_name(token: TextToken) -> bool:
    """Say whether a word is an abbreviation or tells of many: "Mo.", "Northerners"."""
    of_many = ("ers", "ans", "crats", "inos")
    return token.text.endswith(".") or plain_word(token.text).endswith(of_many)


def _owner(sentence: Sentence, mention: Range, words: Lexicon) -> Range | None:
    """Return whose thing a subject is: "Holm's lawsuit demands": None of "Holm's lawyer"."""
    for place in range(mention[0], mention[1] - 1):
        if sentence[place].low.endswith(("'s", "’s", "s'", "s’")):
            noun = sentence[mention[1] - 1].low
            somebody = (
                words.has("person.role", noun)
                or words.has("person.title", noun)
                or is_name_word(sentence[mention[1] - 1], words)
            )
            return None if somebody else (mention[0], place + 1)
    return None


def _fitting(
    sentence: Sentence,
    mention: Range,
    gender: str,
    people: People,
    words: Lexicon,
    known: bool = False,
) -> str | None:
    """Return the person of a mention if it may be one of a gender; with `known`, only if it is."""
    mention = _owner(sentence, mention, words) or mention
    name = named(sentence, mention, words)
    if not name or is_body(name, words):
        return None
    tokens = sentence[mention[0] : mention[1]]
    before = next((place for place, one in enumerate(tokens) if one is name[0]), 0) - 1
    if before >= 0 and tokens[before].low == "the":
        return None  # "the United States" is nobody who could be "he"
    titles = {token.low for token in tokens}
    same = people.by_surname.get(plain_word(name[-1].low), ())
    told = gender_of_titles(titles, words)
    if told and told != gender:
        return None
    if len(name) == 1:
        fitting = [one for one in same if one.gender in (gender, UNKNOWN)]
        if same and not fitting:
            return None
        if len(fitting) == 1:
            return fitting[0].name if not known or fitting[0].gender else None
        alone = told or (plain_word(name[0].low) in people.speaking and not _is_no_name(name[0]))
        return None if fitting or known or not alone else plain_word(name[0].text)
    whole = person_named(name, titles, words)
    own = whole.gender or next((one.gender for one in same if one.name == whole.name), UNKNOWN)
    if (own and own != gender) or (known and not own):
        return None
    if not own and (plain_word(name[-1].low) in people.places or _is_no_name(name[-1])):
        return None
    return whole.name
