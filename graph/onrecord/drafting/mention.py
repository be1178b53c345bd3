"""Mentions: noun phrases that refer to a speaker, found from a verb of speech."""

from onrecord.drafting.dateline import dateline_end
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.sentence import DASH, MARK, QUOTE, WORD, Sentence, TextToken
from onrecord.drafting.word_class import is_name_word, is_time

Range = tuple[int, int]
"""Tokens of a sentence, half-open."""
LONGEST = 16
LONGEST_APPOSITION = 40
_INNER = frozenset(("of", "for", "at", "from", "in", "with", "de", "du", "des", "der"))
_ARTICLES = frozenset(
    (
        "the",
        "a",
        "an",
        "his",
        "her",
        "their",
        "its",
        "our",
        "my",
        "one",
        "another",
        "le",
        "la",
        "der",
        "die",
    )
)
_BINDING = frozenset(("of", "for", "de", "du", "der", "des", "di"))
_CLOSED = ("conjunction", "auxiliary", "pronoun")
_NO_SUBJECT = ("conjunction", "auxiliary", "preposition", "expletive")


def head(sentence: Sentence, mention: Range) -> str:
    """Return the noun in lower case that a mention is about: "a spokesman for the ministry"."""
    for place in range(mention[0] + 1, mention[1]):
        if sentence[place].low in ("of", "for", "from", "by", "in", "at", "with"):
            return sentence[place - 1].low
    return sentence[mention[1] - 1].low


def skip_back(sentence: Sentence, place: int, words: Lexicon) -> int:
    """Go left over what is between a subject and its verb: adverbs, auxiliaries, times."""
    while place >= 0:
        token = sentence[place]
        if token.kind != WORD:
            break
        low = token.low
        if place == 0 and low == "both":
            break
        since = low == "since" and place > 0 and words.has("auxiliary", sentence[place - 1].low)
        adverb = (
            since
            or words.has("adverb", low)
            or words.has("auxiliary", low)
            or words.has("negation", low)
            or (
                low.endswith("ly")
                and not token.capital
                and low not in ("family", "daily", "weekly")
            )
        )
        if adverb or (is_time(token, words) and place > 0):
            place -= 1
            if (
                place >= 0
                and is_time(sentence[place + 1], words)
                and sentence[place].low in ("on", "last", "this", "in", "earlier", "late", "early")
            ):
                place -= 1
            continue
        break
    return place


def phrase_ending(sentence: Sentence, last: int, words: Lexicon) -> Range | None:
    """Return the noun phrase that ends with a token, None if the token ends none."""
    token = sentence[last]
    if token.kind != WORD:
        return None
    if words.has("pronoun", token.low):
        return last, last + 1
    if any(words.has(kind, token.low) for kind in _NO_SUBJECT):
        return None
    if words.has("determiner", token.low):
        few = token.low in (
            "some",
            "many",
            "several",
            "most",
            "few",
            "both",
            "all",
            "others",
            "one",
            "another",
            "this",
            "that",
        )
        return (last, last + 1) if few else None
    if is_name_word(token, words):
        return _name_ending(sentence, last, words)
    if is_time(token, words) or _is_verb(token, words):
        return None
    return _common_ending(sentence, last, words)


def _name_ending(sentence: Sentence, last: int, words: Lexicon) -> Range:
    first = last
    while first > 0 and last - first < LONGEST:
        before = sentence[first - 1]
        low = before.low
        if is_name_word(before, words) or (before.kind == WORD and words.has("person.title", low)):
            first -= 1
        elif (before.kind == WORD and low in ("of", "and", "the", "for", "&")) or words.has(
            "particle", low
        ):
            joins = first > 1 and is_name_word(sentence[first - 2], words)
            if low == "the" and first > 2 and sentence[first - 2].low in ("of", "for"):
                joins = True
            if not joins:
                break
            first -= 1
        else:
            break
    while first < last and (
        sentence[first].low in ("of", "and", "for", "then")
        or words.has("opening", sentence[first].low)
    ):
        first += 1
    if first > 0 and sentence[first - 1].low in _ARTICLES:
        first -= 1
    if first > 1 and sentence[first - 1].low in ("of", "for", "at", "from", "in"):
        # "a spokesman for Clinton": the spokesman speaks.
        head = sentence[first - 2]
        noun = head.kind == WORD and not head.capital and not head.low.endswith(("ing", "ly", "ed"))
        closed = (*_CLOSED, "preposition", "determiner", "adverb", "time", "negation")
        if noun and not _is_verb(head, words) and not any(words.has(k, head.low) for k in closed):
            whole = _common_ending(sentence, first - 2, words)
            if whole is not None:
                return whole[0], last + 1
    return first, last + 1


def _common_ending(sentence: Sentence, last: int, words: Lexicon) -> Range | None:
    first = last
    while first > 0 and last - first < LONGEST:
        before = sentence[first - 1]
        low = before.low
        if before.kind != WORD:
            break
        if words.has("determiner", low):
            first -= 1
            inner = (
                first > 1 and sentence[first - 1].low in _INNER and sentence[first - 2].kind == WORD
            )
            if not inner or any(words.has(kind, sentence[first - 2].low) for kind in _CLOSED):
                break
            if _is_verb(sentence[first - 2], words):
                break
            first -= 2
            continue
        if any(words.has(kind, low) for kind in _CLOSED) or words.has("opening", low):
            break
        if low in _INNER:
            if (
                first < 2
                or sentence[first - 2].kind != WORD
                or _is_verb(sentence[first - 2], words)
            ):
                break
            first -= 1
            continue
        if words.has("preposition", low) or words.has("negation", low) or _is_verb(before, words):
            break
        if _is_past_behind_subject(sentence, first - 1, words):
            break
        first -= 1
    while first < last and (
        words.has("preposition", sentence[first].low) or words.has("adverb", sentence[first].low)
    ):
        first += 1
    return first, last + 1


def _is_past_behind_subject(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether a verb that no list has stands behind who does it: "she doubted reports"."""
    token, before = sentence[place], sentence[place - 1] if place else None
    return (
        before is not None
        and token.low.endswith("ed")
        and not token.capital
        and (words.has("pronoun", before.low) or is_name_word(before, words))
    )


def _is_verb(token: TextToken, words: Lexicon) -> bool:
    verb = words.verbs.get(token.low)
    return verb is not None and not verb.noun and not token.capital and not verb.gerund


def subject_before(sentence: Sentence, verb: int, words: Lexicon) -> Range | None:
    """Return the subject left of a verb, through an apposition between commas."""
    last = skip_back(sentence, verb - 1, words)
    if last < 0:
        return None
    token = sentence[last]
    if token.kind == MARK and token.text in (",", ")", "--", "—", "–", "―"):
        return _before_apposition(sentence, last, words)
    if token.low == "who":
        before = last - 1 - (sentence[last - 1].text == "," if last else 0)
        return phrase_ending(sentence, before, words) if before >= 0 else None
    phrase = phrase_ending(sentence, last, words)
    return phrase and (_before_relative(sentence, phrase, words) or phrase)


def _before_relative(sentence: Sentence, phrase: Range, words: Lexicon) -> Range | None:
    """Return the phrase that a relative clause without commas tells of, if one ends here.

    "Two people who know the talks said": people said it, not the talks.
    """
    for place in range(phrase[0] - 1, max(0, phrase[0] - LONGEST), -1):
        token = sentence[place]
        if token.kind != WORD or _is_verb(token, words):
            return None
        if token.low == "who":
            before = sentence[place - 1]
            told = before.kind == WORD and place + 1 < phrase[1] - 1
            return phrase_ending(sentence, place - 1, words) if told else None
    return None


def named_apposition(sentence: Sentence, phrase: Range, words: Lexicon) -> Range | None:
    """Return the name between commas behind a phrase without one: "its founder, Bo Lind,"."""
    comma = _over_tail(sentence, phrase[1], words)
    first = comma + 1
    if first >= len(sentence) or sentence[comma].text not in (",", *DASH):
        return None
    if not _tells_of_somebody(sentence, phrase, words):
        return None
    last = first
    while last < len(sentence) and _is_in_bare_name(sentence[last], words):
        last += 1
    closed = last == len(sentence) or sentence[last].kind != WORD
    named = last - first > 1 and is_name_word(sentence[last - 1], words)
    return (first, last) if closed and named else None


def _over_tail(sentence: Sentence, place: int, words: Lexicon) -> int:
    """Go over an apposition of role and name: "the ambassador to the United Nations, Bo Lind,"."""
    if place >= len(sentence) or sentence[place].low not in ("to", "of", "for", "at", "in"):
        return place
    last = place + 1
    while last < min(len(sentence), place + LONGEST) and (
        is_name_word(sentence[last], words)
        or words.has("determiner", sentence[last].low)
        or sentence[last].low in ("of", "and")
    ):
        last += 1
    return last if last > place + 1 else place


def _tells_of_somebody(sentence: Sentence, phrase: Range, words: Lexicon) -> bool:
    """Say whether a phrase has a noun for a person and is no name: "Halvia's minister"."""
    return any(
        not token.capital
        and not words.has("determiner", token.low)
        and not words.has("particle", token.low)
        for token in sentence[slice(*phrase)]
    ) or (phrase[1] - phrase[0] > 1 and words.has("person.title", sentence[phrase[1] - 1].low))


def _is_in_bare_name(token: TextToken, words: Lexicon) -> bool:
    return (
        is_name_word(token, words)
        or words.has("person.title", token.low)
        or (words.has("particle", token.low) and token.low != "and")
    )


def _before_apposition(sentence: Sentence, closing: int, words: Lexicon) -> Range | None:
    """Return the phrase before an apposition that ends with a mark: "Orre, a surgeon, said"."""
    mark = "(" if sentence[closing].text == ")" else sentence[closing].text
    fallback = None
    for place in range(closing - 1, max(0, closing - LONGEST_APPOSITION), -1):
        token = sentence[place]
        if token.kind == QUOTE or token.text in (";", ":"):
            break
        if token.text != mark:
            continue
        ends = _before_parenthesis(sentence, place) if mark == "," else place
        before = sentence[ends - 1]
        if before.kind == WORD and (
            is_name_word(before, words) or words.has("pronoun", before.low)
        ):
            phrase = phrase_ending(sentence, ends - 1, words)
            if phrase is None:
                continue
            opener = phrase[0] == 0 or sentence[phrase[0] - 1].kind != WORD
            opener = opener or _opens_clause(sentence, phrase[0] - 1)
            if opener or fallback is None:
                fallback = phrase
            if opener:
                fallback = _before_relative_clause(sentence, phrase, words) or phrase
                break
        elif before.kind == WORD and fallback is None:
            phrase = phrase_ending(sentence, place - 1, words)
            if phrase is None:
                continue
            if named_apposition(sentence, phrase, words) is not None:
                return phrase
            opener = phrase[0] == 0 or sentence[phrase[0] - 1].kind == QUOTE
            if opener and not words.has("preposition", sentence[0].low):
                fallback = phrase
    return fallback


def _opens_clause(sentence: Sentence, place: int) -> bool:
    """Say whether a clause begins behind a word: ", and Holm, its owner, said"."""
    joins = sentence[place].low in ("and", "but", "while", "though", "although")
    return joins and place > 0 and sentence[place - 1].text == ","


def _before_relative_clause(sentence: Sentence, phrase: Range, words: Lexicon) -> Range | None:
    """Return the name that a clause tells of which holds a phrase: "Ek, whose firm, Sund, …, said".

    None if the phrase is in no such clause.
    """
    for place in range(phrase[0] - 2, max(1, phrase[0] - LONGEST), -1):
        token = sentence[place]
        if token.kind != WORD and token.text != ",":
            return None
        if token.low in ("whose", "who") and sentence[place - 1].text == ",":
            before = sentence[place - 2]
            named = before.kind == WORD and is_name_word(before, words)
            return phrase_ending(sentence, place - 2, words) if named else None
    return None


def _before_parenthesis(sentence: Sentence, place: int) -> int:
    """Return where the word before a mark ends, over a parenthesis: "Holm (Centre), who"."""
    if place < 3 or sentence[place - 1].text != ")":
        return place
    return next((i for i in range(place - 2, 0, -1) if sentence[i].text == "("), place)


def subject_after(sentence: Sentence, verb: int, words: Lexicon) -> Range | None:
    """Return the subject right of a verb: "said Holm"."""
    return phrase_starting(sentence, verb + 1, words)


def phrase_starting(sentence: Sentence, first: int, words: Lexicon) -> Range | None:
    """Return the noun phrase that starts with a token, None if none does."""
    if first >= len(sentence) or sentence[first].kind != WORD:
        return None
    token = sentence[first]
    if words.has("pronoun", token.low):
        return first, first + 1
    if any(words.has(kind, token.low) for kind in _NO_SUBJECT):
        return None
    place = first
    while place < len(sentence) and words.has("determiner", sentence[place].low):
        place += 1
    head = place
    named = False
    while place < len(sentence) and place - first < LONGEST:
        token = sentence[place]
        low = token.low
        if token.kind != WORD or (is_time(token, words) and token.capital and place > head):
            break
        if is_name_word(token, words):
            named = not low.endswith(("'s", "’s"))
            place += 1
            continue
        after = sentence[place + 1] if place + 1 < len(sentence) else None
        if words.has("determiner", low) and place > head:
            break
        if low in _BINDING and after is not None and after.kind == WORD and place > head:
            if named and not is_name_word(after, words):
                break
            place += 1
            if words.has("determiner", sentence[place].low):
                place += 1
            continue
        if (
            words.has("particle", low)
            and after is not None
            and is_name_word(after, words)
            and place > head
        ):
            place += 1
            continue
        if named and not words.has("person.title", low) and not _goes_on(sentence, place, words):
            break
        if (
            any(words.has(kind, low) for kind in (*_CLOSED, "preposition", "adverb", "negation"))
            or _is_verb(token, words)
            or (is_time(token, words) and place > head)
        ):
            break
        place += 1
    return (first, place) if place > head else None


def _goes_on(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether a noun behind a name goes on with the phrase: "the Korean news agency Yonhap"."""
    token = sentence[place]
    closed = (*_CLOSED, "preposition", "determiner", "adverb", "time", "negation")
    if any(words.has(kind, token.low) for kind in closed) or _is_verb(token, words):
        return False
    if token.low.endswith("ed"):
        return False  # "Holm joined Lind"
    if any(
        words.has(kind, token.low)
        for kind in ("person.role", "person.document", "person.anonymous")
    ):
        return True
    for other in sentence[place + 1 : place + 3]:
        if other.kind != WORD or any(words.has(kind, other.low) for kind in closed):
            return False
        if is_name_word(other, words):
            return not token.low.endswith("ly")
    return False


def _over_label(sentence: Sentence, place: int) -> int:
    """Go over a word before a colon: "Details: the minister said"."""
    label = place + 2 < len(sentence) and sentence[place + 1].text == ":"
    return place + 2 if label else place


def main_subject(sentence: Sentence, words: Lexicon, before: int) -> Range | None:
    """Return the subject of the main clause, if it comes before a token."""
    place = _over_label(sentence, dateline_end(sentence, words))
    while place < before and sentence[place].kind != WORD:
        place += 1
    while place < before and words.has("opening", sentence[place].low):
        place += 1 + (place + 1 < before and sentence[place + 1].text == ",")
    if place >= before:
        return None
    token = sentence[place]
    leading = (
        words.has("preposition", token.low)
        or words.has("conjunction", token.low)
        or words.has("adverb", token.low)
        or words.has("expletive", token.low)
        or token.low.endswith(("ing", "ly"))
        or is_time(token, words)
        or (place + 1 < before and is_time(sentence[place + 1], words))
    )
    if leading:
        while place < before and sentence[place].text != ",":
            place += 1
        place += 1
    phrase = phrase_starting(sentence, place, words)
    return phrase if phrase is not None and phrase[1] <= before else None
