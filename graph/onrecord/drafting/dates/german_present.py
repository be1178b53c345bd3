"""The present tense of German, which tells what will be: "Wir liefern im Juni"."""

import re

from onrecord.drafting.dates.tense import sentence_before

_AFTER = 160
"""Characters behind a time in which its clause is read."""
_PRESENT = re.compile(
    r"\b(?:lieferst|liefer[nt]|liefere|baue[nt]?|baut|produzier(?:en|t|e)|fertig(?:en|t|e)"
    r"|beginn(?:en|t|e)|start(?:en|et|e)|öffne[nt]?|eröffne[nt]?|schließ(?:en|t|e)|komm(?:en|t|e)"
    r"|geh(?:en|t|e)|tr(?:eten|itt|ete)|end(?:en|et|e)|folg(?:en|t|e)|bekomm(?:en|t|e)"
    r"|erhält|übernimmt|übernehmen|nimmt|nehmen|tag(?:en|t)|tr(?:effen|ifft)|wähl(?:en|t|e)"
    r"|reis(?:en|t|e)|fährt|fahren|zieh(?:en|t|e)|stell(?:en|t|e)|überg(?:eben|ibt|ebe)"
    r"|verlass(?:en|e)|verlässt|läuft|laufen|kauf(?:en|t|e)|bestell(?:en|t|e)|schick(?:en|t|e)"
    r"|send(?:en|et|e)|verdoppel[nt]|verdopple|erhöh(?:en|t|e)|steig(?:en|t|ern|ert)|sink(?:en|t|e)"
    r"|erreich(?:en|t|e)|stock(?:en|t)|investier(?:en|t|e)|entsteh(?:en|t)|find(?:en|et))\b"
)
"""Verbs of what is made, delivered or held, in the present tense; none has the form of a past."""
_TOLD = re.compile(
    r"\b(?:hat|habe|haben|hast|habt|hatten?|ist|sind|war|waren|wurden?|worden|gewesen"
    r"|kam(?:en)?|ging(?:en)?|begann(?:en)?|gab(?:en)?|fiel(?:en)?|stieg(?:en)?|sank(?:en)?"
    r"|nahm(?:en)?|fand(?:en)?|stand(?:en)?|hielt(?:en)?|erhielt(?:en)?|bekam(?:en)?|trat(?:en)?"
    r"|traf(?:en)?|lief(?:en)?|fuhr(?:en)?|zog(?:en)?|[a-zäöüß]{3,}te(?:n|st|t)?)\b"
)
_NO_PAST = re.compile(
    r"\b(?:heute|könnten?|möchten?|bitten?|ersten?|zweiten?|dritten?|vierten?|fünften?|sechsten?"
    r"|siebten?|achten?|neunten?|zehnten?|letzten?|nächsten?|guten?|alten?|besten?|meisten?"
    r"|weiten?|weitesten?|leichten?|festen?|roten?|harten?|spätesten?|breiten?)\b"
)
"""What ends as a past tense does, and is none."""
_ADJECTIVE = re.compile(
    r"\b(?:[dD](?:er|ie|as|en|em|es)|[eE]ine?[nmrs]?|[iI]hre?[nmrs]?|[uU]nsere?[nmrs]?|[kK]eine?[nmrs]?)"
    r"\s[a-zäöüß]+te[nrms]?\s(?=[A-ZÄÖÜ])"
)
"""Of a noun: "die bestellten Boote"."""
_TELLS = re.compile(
    r"[\"“”«»„]|,\s(?:so|sagten?|erklärten?|hieß|teilten?|betonten?|schrieb(?:en)?|meinten?"
    r"|berichteten?|kündigten?|versicherten?|bestätigten?)\b"
)
"""Where what is said ends and the words of who says it begin."""


def is_present(text: str, start: int, end: int) -> bool:
    """Return whether the German clause around a time is in the present tense, by verbs of doing.

    A headline has no mark at its end and tells so what was: there it is not.
    """
    line = re.split(r"\n", text[end : end + _AFTER])[0]
    sentence = re.split(r"[.!?;](?:\s|$|[\"“”«»])", line)
    if len(sentence) == 1 and not re.search(r"[\"“”«»]", line):
        return False
    before = re.split(r"[,:;\"“”«»„]\s?", sentence_before(text, start))[-1]
    behind = _TELLS.split(sentence[0])[0]
    clause = _NO_PAST.sub("", _ADJECTIVE.sub("", f"{before} {behind}"))
    return _PRESENT.search(clause.lower()) is not None and _TOLD.search(clause) is None
