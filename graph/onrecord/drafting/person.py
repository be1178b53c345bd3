"""Persons of a text: full names, and who a surname or a title refers to.

A mention that fits two persons, or none for certain, refers to no one.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from onrecord.drafting.cue import is_headline, is_speech
from onrecord.drafting.direct_speech import Place, ReadParagraph, ReadSentence
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range
from onrecord.drafting.sentence import WORD, Sentence, TextToken, plain_word
from onrecord.drafting.word_class import is_name_word

MALE, FEMALE, UNKNOWN = "male", "female", ""
LONGEST_TITLE = 6
"""Words of a title behind a name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a text names in full."""

    name: str
    first: str
    surname: str
    gender: str
    titles: frozenset[str]
    """Words in lower case before the name."""
    start: int
    """Where the name occurs first."""


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a text by surname, and its sentences by position."""

    by_surname: dict[str, tuple[Person, ...]]
    sentences: tuple[ReadSentence, ...]
    starts: tuple[int, ...]
    speaking: frozenset[str]
    """Single names in lower case that say something: a person who is never named in full."""
    places: frozenset[str]
    """Last words in lower case of names that are no person's."""


def with_surname_of(people: People, name: str) -> tuple[Person, ...]:
    """Return the persons of a text that have the last word of a name for their surname."""
    last = name.split()[-1]
    return people.by_surname.get(last.lower()) or people.by_surname.get(last, ())


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
    if is_body(tokens, words):
        return tokens
    name = tokens[first:]
    # "Comedian Ada Holm": what comes before a first name that is known is no part of the name.
    if (
        len(name) > 2
        and not _is_known_first_name(name[0].low, words)
        and _is_known_first_name(name[1].low, words)
    ):
        return name[1:]
    return name


def _is_known_first_name(low: str, words: Lexicon) -> bool:
    return words.has("first.female", low) or words.has("first.male", low)


def is_body(name: list[TextToken], words: Lexicon) -> bool:
    """Say whether a name is that of a firm, an authority, a place or a work, by its last word."""
    last = plain_word(name[-1].text)
    return (
        words.has("person.body", plain_word(name[-1].low))
        or (len(last) > 2 and last.isupper() and last.isalpha())
        or last.isdecimal()
    )


def people_of(paragraphs: list[ReadParagraph], words: Lexicon) -> People:
    """Return the persons that a text names in full, outside quoted passages."""
    found: dict[str, dict[str, Person]] = {}
    counts: Counter[str] = Counter()
    sentences = tuple(read for paragraph in paragraphs for read in paragraph.sentences)
    runs = [(read.sentence, list(name_runs(read.sentence, words))) for read in sentences]
    for sentence, places in runs:
        most = 3 if is_headline(sentence, words) else 5
        for first, last in places:
            run = sentence[first:last]
            name = bare_name(run, words)
            if len(name) < 2 or len(name) > most or is_body(name, words):
                continue
            before = _titles_before(sentence, first, words)
            titles = before | {token.low for token in run[: len(run) - len(name)]}
            # "The Stop Holm movement", "the Roman Church": nobody's name.
            if not titles and first > 0 and sentence[first - 1].low == "the":
                continue
            titles |= _titles_of_apposition(sentence, last, words)
            person = person_named(name, titles, words)
            counts[person.name] += 1
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
    _tell_genders(found, runs, words)
    by_surname = {surname: _likely(same, counts, words) for surname, same in found.items()}
    starts = tuple(read.sentence[0].start for read in sentences)
    speaking = frozenset(
        plain_word(name[0].low)
        for read in sentences
        for cue in read.cues
        if cue.speaker is not None and is_speech(cue.verb) and not cue.verb.noun
        if len(name := named(read.sentence, cue.speaker, words)) == 1 and not is_body(name, words)
    )
    speaking &= _within_sentences(sentences, words)
    no_person = _places(runs, words)
    return People(by_surname, sentences, starts, speaking - no_person, no_person)


def _likely(same: dict[str, Person], counts: Counter[str], words: Lexicon) -> tuple[Person, ...]:
    """Return those of one surname whose first names are some, if one of them has one.

    "Trust Holm" in a headline, "De Blasio" and "AG Holm" are nobody beside a full name.
    """
    first = {one.name for one in same.values() if _is_known_first_name(one.first, words)}
    kept = [
        one
        for one in same.values()
        if not first
        or one.name in first
        or (counts[one.name] > 1 and not words.has("particle", one.first))
    ]
    return tuple(kept)


def _tell_genders(
    found: dict[str, dict[str, Person]], runs: list[tuple[Sentence, list[Range]]], words: Lexicon
) -> None:
    """Take the gender of a person from "Mr Holm" and the like, where one has that surname."""
    for sentence, places in runs:
        for first, last in places:
            run = sentence[first:last]
            if len(run) != 2:
                continue
            gender = gender_of_titles({run[0].low}, words)
            same = found.get(plain_word(run[1].low), {})
            if gender and len(same) == 1:
                (one,) = same.values()
                if not one.gender:
                    same[one.name] = replace(one, gender=gender)


def _places(runs: list[tuple[Sentence, list[Range]]], words: Lexicon) -> frozenset[str]:
    """Return the names in lower case of what is no person: a place that something is in, a firm.

    "In Oslo", "the concern Sund".
    """
    found = set()
    for sentence, places in runs:
        for first, last in places:
            before = sentence[first - 1] if first else None
            if before is None or before.capital:
                continue
            if before.low == "in" or words.has("person.body", before.low):
                found.add(plain_word(sentence[last - 1].low))
    return frozenset(found)


def _within_sentences(sentences: tuple[ReadSentence, ...], words: Lexicon) -> frozenset[str]:
    """Return the words in lower case that have a capital within a sentence: names, no openings."""
    return frozenset(
        plain_word(token.low)
        for read in sentences
        for token in read.sentence[1:]
        if is_name_word(token, words)
    )


def _titles_of_apposition(sentence: Sentence, last: int, words: Lexicon) -> set[str]:
    """Return the titles behind a name: "Ada Holm, the defence minister,"."""
    titles: set[str] = set()
    if last + 1 >= len(sentence) or sentence[last].text != ",":
        return titles
    if not words.has("determiner", sentence[last + 1].low):
        return titles
    for token in sentence[last + 2 : last + 2 + LONGEST_TITLE]:
        if token.kind != WORD or words.has("preposition", token.low):
            break
        if words.has("person.title", token.low):
            titles.add(token.low)
    return titles


def _titles_before(sentence: Sentence, first: int, words: Lexicon) -> set[str]:
    titles = set()
    if first > 1 and sentence[first - 1].text == ",":
        # "The minister, Ada Holm".
        first -= 1
    while first > 0 and words.has("person.title", sentence[first - 1].low):
        first -= 1
        titles.add(sentence[first].low)
    return titles


def person_named(name: list[TextToken], titles: set[str], words: Lexicon) -> Person:
    """Return the person that a full name and the titles before it tell of."""
    texts = [token.text for token in name]
    texts[-1] = plain_word(texts[-1])
    first = name[0].low
    gender = gender_of_titles(titles, words)
    if not gender and words.has("first.female", first) != words.has("first.male", first):
        gender = FEMALE if words.has("first.female", first) else MALE
    return Person(
        " ".join(texts), first, plain_word(name[-1].low), gender, frozenset(titles), name[0].start
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


def named(sentence: Sentence, mention: Range, words: Lexicon) -> list[TextToken]:
    """Return the name within a mention, without titles; empty if it has none."""
    tokens = [
        token
        for token in sentence[mention[0] : mention[1]]
        if not words.has("determiner", token.low) or (token.capital and token.low != "the")
    ]
    runs = list(name_runs(tokens, words))
    if not runs:
        return []
    full = _full_name_at_end(tokens[slice(*runs[-1])], words)
    if full and runs[-1][1] == len(tokens):
        return full
    if not _is_description(tokens, runs[-1], words):
        return bare_name(tokens[slice(*runs[-1])], words)
    # "Ada Holm of Nordhav": of whom the last name only tells.
    first = tokens[: runs[0][1]]
    behind = tokens[runs[0][1]].low if runs[0][1] < len(tokens) else ""
    if len(runs) == 1 or behind not in ("of", "for", "at", "from", "in"):
        return []
    name = bare_name(first[slice(*runs[0])], words)
    return name if len(name) > 1 and not _is_description(first, runs[0], words) else []


def _full_name_at_end(run: list[TextToken], words: Lexicon) -> list[TextToken]:
    """Return the name that ends a long title: "Coordinator for Space Policy Bo Lind"."""
    for place in range(max(1, len(run) - 3), len(run) - 1):
        if _is_known_first_name(run[place].low, words) and not is_body(run, words):
            return run[place:]
    return []


def _is_description(tokens: list[TextToken], run: Range, words: Lexicon) -> bool:
    """Say whether a name only describes a person: "a UNESCO official", "the ministry's chief"."""
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
    """Return the full name of who a mention refers to, or the mention's own name."""
    tokens = sentence[mention[0] : mention[1]]
    if is_joint(sentence, mention, words):
        return None
    lows = {token.low for token in tokens}
    name = named(sentence, mention, words)
    if name:
        if len(name) > 1:
            return " ".join([*(token.text for token in name[:-1]), plain_word(name[-1].text)])
        gender = gender_of_titles(lows, words)
        same = people.by_surname.get(plain_word(name[0].low), ())
        fitting = [one for one in same if not gender or one.gender in (gender, UNKNOWN)]
        if len(fitting) == 1:
            return fitting[0].name
        if fitting:
            return None
        return plain_word(name[0].text)
    return _of_role(tokens, people, words)


def is_joint(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a mention names two: "Dahl and Lind"."""
    for place in range(mention[0] + 1, mention[1] - 1):
        if sentence[place].low in ("and", "und", "et") and (
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


def mention_at(people: People, place: Place) -> tuple[Sentence, Range] | None:
    """Return the tokens of a mention at a place of the text."""
    index = bisect_right(people.starts, place[0]) - 1
    sentence = people.sentences[index].sentence if index >= 0 else []
    first = next((i for i, token in enumerate(sentence) if token.start >= place[0]), len(sentence))
    last = first
    while last < len(sentence) and sentence[last].end <= place[1]:
        last += 1
    if last == first < len(sentence) and sentence[first].start == place[0]:
        last += 1  # "he" of "he's"
    return (sentence, (first, last)) if last > first else None
