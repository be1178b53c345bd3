"""Times of drafts by the words that they rest on, with the basis that records use."""

import re
from datetime import date

from onrecord.reviewing.card import DraftedTime


def time_by_words(
    edtf: str, words: str, basis: str, published: date | None = None, *, vague: bool = False
) -> DraftedTime:
    """Return a time by the words that it rests on; `basis` is that of a drafted date.

    It is explicit only if year and day are in the words, as the shapes of records require.
    """
    if vague:
        return DraftedTime(edtf, "vague", words)
    if basis == "stated" and _stated_in_full(edtf, words):
        return DraftedTime(edtf, "explicit", words)
    if basis == "inferred-year":
        return DraftedTime(edtf, "inferred-year", words, _reason_of_year(edtf, published))
    if basis == "publication":
        return DraftedTime(edtf, "inferred-context", words, "Reckoned from the day of publication.")
    return DraftedTime(edtf, "inferred-context", words, "Inferred from the words.")


def _reason_of_year(edtf: str, published: date | None) -> str:
    """Return from what the year of a date follows that is stated without one."""
    stated = re.search(r"\d{4}", edtf)
    if published is None or stated is None or int(stated[0]) == published.year:
        return "The year is that of the day of publication."
    if int(stated[0]) > published.year:
        return "The next such day or month after the day of publication."
    return "The last such day or month before the day of publication."


def _stated_in_full(edtf: str, words: str) -> bool:
    """Return whether years and days of a date, all but its months, are numbers of the words."""
    numbers = {int(number) for number in re.findall(r"\d+", words)}
    wanted = re.findall(r"\d+", re.sub(r"(?<=\d{4})-\d\d", "", edtf))
    return bool(wanted) and all(int(each) in numbers for each in wanted)
