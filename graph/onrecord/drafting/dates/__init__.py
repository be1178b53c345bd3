"""Dates in a text: the words as they are written, with what they say as EDTF.

A date that the text gives in full has the basis `stated`; what follows from the day of publication
has the basis `publication`, or `inferred-year` where only the year does. Without that day such
words are found, and say nothing. No day, month or year is invented: "in June" has no day, "earlier
this month" is an interval, and "by the end of the year" has an open start.
See the EDTF specification of the Library of Congress (ISO 8601-2:2019).
"""
