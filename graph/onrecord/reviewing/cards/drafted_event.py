"""Events on which something was said, as the sentence around the words names them."""

import re
from collections.abc import Iterable
from functools import cache

from onrecord.drafting.numeral import alternatives, figure_words

_NAMED = (
    r"(?:\s(?:{joins})\s(?:(?:the|a|an|der|dem|des|la|le|les|il|lo|l’|l')\s?)?"
    r"[^\W\d_a-zà-þ][\w’'.&-]*(?:\s(?:(?:of|for|and|de|du|des|della|di|für|the)\s)?"
    r"[^\W\d_a-zà-þ][\w’'&-]*){{0,5}})?"
)
"""With whom, of what or where, by names."""
_WORDS = {
    "en": (
        r"(?:in|at|during|told)\s(?:an?|the|his|her|their|its)\s(?:[a-z][\w-]*\s){0,2}?",
        r"interview|press conference|news conference|press briefing|briefing|speech|hearing|summit"
        r"|forum|conference|debate|panel discussion|keynote",
        "with|of|in|at|on|by|for|before|to",
    ),
    "de": (
        r"(?:in|im|auf|bei|während)\s(?:einem|einer|der|dem|ihrer|ihrem|seiner|seinem)\s",
        r"Interview|Pressekonferenz|Gespräch|Rede|Anhörung|Debatte|Konferenz",
        "mit|in|auf|bei|vor|der|des",
    ),
    "fr": (
        r"(?:dans|lors\sd[’']|au\scours\sd[’'])\s?(?:une?|l[’']|son|sa)\s?",
        r"interview|entretien|conférence de presse|discours|audition|débat",
        "avec|à|au|devant|de|du",
    ),
    "it": (
        r"(?:in|durante|nel\scorso\sdi)\s(?:un[’']|una|un|la|il|l[’'])\s?",
        r"intervista|conferenza stampa|discorso|audizione|dibattito",
        "con|a|al|alla|di|del|davanti",
    ),
}
_PATTERNS = {
    language: re.compile(
        rf"(?<!\w)(?i:{before})(?P<event>(?:{nouns}){_NAMED.format(joins=joins)})(?!\w)"
    )
    for language, (before, nouns, joins) in _WORDS.items()
}
_NOT_BEFORE = re.compile(r"\b(?:before|after|ahead of|vor|nach|avant|après|prima|dopo)\s$", re.I)


def event_in(
    text: str, sentence: tuple[int, int], words: Iterable[tuple[int, int]], language: str
) -> str | None:
    """Return the words for the one event that a sentence names beside what is said in it.

    None where it names none or several, and in a language whose words are not known. `words` are
    the stretches of what anybody says: an event in there is told of.
    """
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return None
    spoken = list(words)
    found = {
        _day(language).sub("", " ".join(match["event"].split())).rstrip(".")
        for match in pattern.finditer(text, *sentence)
        if not any(first < match.end() and match.start() < last for first, last in spoken)
        and not _NOT_BEFORE.search(text[max(0, match.start() - 12) : match.start()])
    }
    return next(iter(found)) if len(found) == 1 else None


@cache
def _day(language: str) -> re.Pattern[str]:
    """Return a pattern of a day behind an event, "on Monday": a name, but not of the event."""
    listed = figure_words(language)["date"]
    return re.compile(
        rf"\s\S+\s(?:the\s)?(?:{alternatives([*listed['weekday'], *listed['month']])})\b.*",
        re.IGNORECASE,
    )
