"""Persons of a text: full names, and who a surname, a title or a pronoun stands for.

A mention that fits two persons, or none for certain, stands for nobody.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.drafting.direct_speech import Place, ReadParagraph, ReadSentence
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, is_name_word, main_subject
from onrecord.drafting.sentence import Sentence, TextToken

MALE, FEMALE, UNKNOWN = "male", "female", ""
_FIRM = frozenset(
    [
        "AB",
        "AS",
        "ASA",
        "GmbH",
        "AG",
        "SE",
        "Inc",
        "Inc.",
        "Corp",
        "Corp.",
        "Ltd",
        "Ltd.",
        "plc",
        "LLC",
        "SA",
        "SpA",
        "NV",
        "Group",
        "Oyj",
    ]
)
REACH = 14
"""Sentences that are looked through for what a pronoun stands for."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a text names in full."""

    name: str
    first: str
    surname: str
    gender: str
    titles: frozenset[str]
    """Words in lower case that stand before the name."""
    start: int
    """Where the name stands first."""


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a text by surname, and its sentences by position."""

    by_surname: dict[str, tuple[Person, ...]]
    sentences: tuple[ReadSentence, ...]
    starts: tuple[int, ...]


def name_runs(sentence: Sentence, words: Lexicon) -> Iterator[Range]:
    """Yield the runs of capitalised words that may be names, with the particles between them."""
    place = 0
    while place < len(sentence):
        if not _in_name(sentence[place], words):
            place += 1
            continue
        first = place
        while place < len(sentence) and (
            _in_name(sentence[place], words)
            or (
                words.has("particle", sentence[place].low)
                and sentence[place].low not in ("of", "and", "e", "y")
                and place + 1 < len(sentence)
                and _in_name(sentence[place + 1], words)
            )
        ):
            place += 1
            if sentence[place - 1].low.endswith(("'s", "’s")):
                break
        yield first, place


def _in_name(token: TextToken, words: Lexicon) -> bool:
    return is_name_word(token, words) and not words.has("opening", token.low)


def bare_name(tokens: list[TextToken], words: Lexicon) -> list[TextToken]:
    """Return a name without the titles before it."""
    first = 0
    for place, token in enumerate(tokens[:-1]):
        titled = any(
            words.has(kind, token.low)
            for kind in ("person.title", "person.honorific_male", "person.honorific_female")
        )
        if titled or (not token.capital and not words.has("particle", token.low)):
            first = place + 1
    return tokens[first:]


def _plain(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s").rstrip("'’")


def people_of(paragraphs: list[ReadParagraph], words: Lexicon) -> People:
    """Return the persons that a text names in full, outside quoted passages."""
    found: dict[str, dict[str, Person]] = {}
    sentences = tuple(read for paragraph in paragraphs for read in paragraph.sentences)
    for read in sentences:
        for first, last in name_runs(read.sentence, words):
            run = read.sentence[first:last]
            name = bare_name(run, words)
            if len(name) < 2 or len(name) > 5 or name[-1].text in _FIRM:
                continue
            before = _titles_before(read.sentence, first, words)
            titles = before | {token.low for token in run[: len(run) - len(name)]}
            person = _person(name, titles, words)
            same = found.setdefault(person.surname, {})
            known = same.get(person.name)
            if known is None:
                same[person.name] = person
            elif titles - known.titles:
                same[person.name] = Person(
                    known.name,
                    known.first,
                    known.surname,
                    known.gender or person.gender,
                    known.titles | titles,
                    known.start,
                )
    by_surname = {surname: tuple(same.values()) for surname, same in found.items()}
    starts = tuple(read.sentence[0].start for read in sentences)
    return People(by_surname, sentences, starts)


def _titles_before(sentence: Sentence, first: int, words: Lexicon) -> set[str]:
    titles = set()
    while first > 0 and words.has("person.title", sentence[first - 1].low):
        first -= 1
        titles.add(sentence[first].low)
    return titles


def _person(name: list[TextToken], titles: set[str], words: Lexicon) -> Person:
    texts = [token.text for token in name]
    texts[-1] = _plain(texts[-1])
    first = name[0].low
    gender = gender_of_titles(titles, words)
    if not gender and words.has("first.female", first) != words.has("first.male", first):
        gender = FEMALE if words.has("first.female", first) else MALE
    return Person(
        " ".join(texts), first, texts[-1].lower(), gender, frozenset(titles), name[0].start
    )


def gender_of_titles(titles: set[str], words: Lexicon) -> str:
    """Return the gender that titles or nouns tell, if they tell one."""
    for gender in (FEMALE, MALE):
        if any(
            words.has(f"person.honorific_{gender}", title) or words.has(f"person.{gender}", title)
            for title in titles
        ):
            return gender
    return UNKNOWN


def _named(sentence: Sentence, mention: Range, words: Lexicon) -> list[TextToken]:
    """Return the name within a mention, without titles; empty if it has none."""
    tokens = [
        token
        for token in sentence[mention[0] : mention[1]]
        if not words.has("determiner", token.low) or (token.capital and token.low != "the")
    ]
    runs = list(name_runs(tokens, words))
    if not runs or _is_description(tokens, runs[-1], words):
        return []
    return bare_name(tokens[slice(*runs[-1])], words)


def _is_description(tokens: list[TextToken], run: Range, words: Lexicon) -> bool:
    """Say whether a name only tells of somebody: "a UNESCO official", "the ministry's chief"."""
    last = tokens[run[1] - 1]
    if last.low.endswith(("'s", "’s")) and run[1] < len(tokens):
        return True
    behind = tokens[run[1]].low if run[1] < len(tokens) else ""
    if behind and behind not in ("of", "for", "at", "from", "in", "who"):
        return True
    before = tokens[run[0] - 1].low if run[0] else ""
    return before in ("of", "for", "at", "from", "in") or (
        words.has("person.title", last.low)
        or words.has("person.role", last.low)
        or words.has("person.anonymous", last.low)
    )


def person_of(sentence: Sentence, mention: Range, people: People, words: Lexicon) -> str | None:
    """Return the full name of who a mention stands for, or the mention's own name."""
    tokens = sentence[mention[0] : mention[1]]
    if len(tokens) == 1 and words.has("pronoun", tokens[0].low):
        return _of_pronoun(sentence, mention, people, words)
    if is_joint(sentence, mention, words):
        return None
    lows = {token.low for token in tokens}
    name = _named(sentence, mention, words)
    if name:
        if len(name) > 1:
            return " ".join([*(token.text for token in name[:-1]), _plain(name[-1].text)])
        gender = gender_of_titles(lows, words)
        same = people.by_surname.get(_plain(name[0].low), ())
        fitting = [one for one in same if not gender or one.gender in (gender, UNKNOWN)]
        if len(fitting) == 1:
            return fitting[0].name
        if fitting:
            return None
        return _plain(name[0].text)
    return _of_role(tokens, people, words)


def is_joint(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a mention names two: "Dahl and Lind"."""
    for place in range(mention[0] + 1, mention[1] - 1):
        if sentence[place].low in ("and", "und", "et", "&") and (
            is_name_word(sentence[place - 1], words) and is_name_word(sentence[place + 1], words)
        ):
            return not any(token.low in ("of", "for") for token in sentence[mention[0] : place])
    return False


def _of_role(tokens: list[TextToken], people: People, words: Lexicon) -> str | None:
    """Return the one person with the title that a mention gives: "the minister"."""
    if tokens[0].low in ("a", "an", "some", "one", "another", "several", "many") or tokens[
        -1
    ].low.endswith("s"):
        return None
    roles = {token.low for token in tokens if words.has("person.title", token.low)} - {
        "senior",
        "former",
        "first",
        "under",
        "then",
        "party",
        "state",
        "national",
        "political",
        "high",
        "navy",
        "army",
        "force",
        "chief",
    }
    known = [one for same in people.by_surname.values() for one in same if one.titles]
    if roles:
        fitting = [one for one in known if roles <= one.titles]
        return fitting[0].name if len(fitting) == 1 else None
    return None


def _of_pronoun(
    sentence: Sentence, mention: Range, people: People, words: Lexicon, depth: int = 0
) -> str | None:
    pronoun = sentence[mention[0]].low
    gender = {
        "he": MALE,
        "him": MALE,
        "she": FEMALE,
        "her": FEMALE,
        "er": MALE,
        "il": MALE,
        "elle": FEMALE,
    }.get(pronoun)
    if gender is None:
        return None
    at = bisect_right(people.starts, sentence[mention[0]].start) - 1
    earlier = [
        cue.speaker
        for cue in people.sentences[at].cues
        if cue.speaker is not None
        and cue.speaker[0] < mention[0]
        and sentence[cue.speaker[0]].low not in ("he", "she", "they", "it", "i", "we")
    ]
    for one in reversed(earlier[-2:]):
        name = _fitting(sentence, one, gender, people, words)
        if name is not None:
            return name
    for index in range(at - 1, max(-1, at - 1 - REACH), -1):
        other = people.sentences[index]
        subject = _subject_of(other, words)
        if subject is not None:
            head = other.sentence[subject[0]]
            if is_joint(other.sentence, subject, words):
                return None
            if head.low == pronoun and depth < REACH:
                return _of_pronoun(other.sentence, subject, people, words, depth + 1)
            name = _fitting(other.sentence, subject, gender, people, words)
            if name is not None:
                return name
        named = {
            name
            for first, last in name_runs(other.sentence, words)
            if (name := _fitting(other.sentence, (first, last), gender, people, words, known=True))
        }
        if len(named) == 1:
            return named.pop()
        if len(named) > 1:
            return None
    return None


def _subject_of(read: ReadSentence, words: Lexicon) -> Range | None:
    """Return the speaker of a sentence, else the subject of its main clause."""
    for cue in read.cues:
        if cue.speaker is not None and not cue.passive and not cue.verb.gerund:
            return cue.speaker
    return main_subject(read.sentence, words, len(read.sentence))


def _fitting(
    sentence: Sentence,
    mention: Range,
    gender: str,
    people: People,
    words: Lexicon,
    known: bool = False,
) -> str | None:
    """Return the person of a mention if it may be one of a gender; with `known`, only if it is."""
    name = _named(sentence, mention, words)
    if not name:
        return None
    tokens = sentence[mention[0] : mention[1]]
    before = next((place for place, one in enumerate(tokens) if one is name[0]), 0) - 1
    if before >= 0 and tokens[before].low == "the":
        return None  # "the United States" is nobody who could be "he"
    titles = {token.low for token in tokens}
    same = people.by_surname.get(_plain(name[-1].low), ())
    told = gender_of_titles(titles, words)
    if told and told != gender:
        return None
    if len(name) == 1:
        fitting = [one for one in same if one.gender in (gender, UNKNOWN)]
        if same and not fitting:
            return None
        if len(fitting) == 1:
            return fitting[0].name if not known or fitting[0].gender else None
        return None if fitting or known or not told else _plain(name[0].text)
    whole = _person(name, titles, words)
    own = whole.gender or next((one.gender for one in same if one.name == whole.name), UNKNOWN)
    if (own and own != gender) or (known and not own) or name[-1].text in _FIRM:
        return None
    return whole.name


def mention_at(people: People, place: Place) -> tuple[Sentence, Range] | None:
    """Return the tokens of a mention that stands at a place of the text."""
    index = bisect_right(people.starts, place[0]) - 1
    sentence = people.sentences[index].sentence if index >= 0 else []
    first = next((i for i, token in enumerate(sentence) if token.start >= place[0]), len(sentence))
    last = first
    while last < len(sentence) and sentence[last].end <= place[1]:
        last += 1
    return (sentence, (first, last)) if last > first else None
