"""Pages that are one's own words without marks: a post, a written answer, a written statement.

Who writes a post is known by the account in its address only, so no person is named, nor is whose
statement a page of a member of parliament has; of a written answer, by the line "Answered by".
"""

import re
from collections.abc import Iterator

from onrecord.drafting.direct_speech import Attribution, Place, ReadParagraph

_POST = re.compile(
    r"https?://[^\s/]+/(?:@(?P<account>[\w.-]+)/\d+|users/(?P<user>[\w.-]+)/statuses/\d+"
    r"|(?P<name>\w+)/status/\d+)[ \t]*\n"
)
"""The address of a post in the first line."""
_STATEMENT = re.compile(
    r"https?://[^\s/]+/(?:[\w.-]+/)*(?:mps?|members?|senators?)/(?P<member>[a-z][a-z-]+)/"
    r"(?:[\w.-]+/)*(?:written-statements?|statements?|speech(?:es)?)(?:/\S*)?[ \t]*\n"
)
"""The address, in the first line, of what one member of a parliament has stated."""
_ANSWERED = re.compile(
    r"^Answered by (?P<who>[^\n]{3,60})\n(?:[^\n]{1,120}\n){0,2}"
    r"This question was answered on [^\n]{1,60}\n",
    re.MULTILINE,
)
_NEXT = re.compile(r"^(?:Asked|Answered) by |^Date Published", re.MULTILINE)


def signed_page(text: str, paragraphs: list[ReadParagraph]) -> Iterator[tuple[Place, Attribution]]:
    """Yield the paragraphs of a post or of written answers, with the place that says whose.

    A paragraph with quotation marks is left out: these are drafted as such.
    """
    post = _POST.match(text)
    if post is not None:
        account = next(name for name in ("account", "user", "name") if post[name])
        attribution = Attribution(post.span(account), None, "post of an account", 2)
        yield from _within(post.end(), len(text), attribution, paragraphs)
        return
    statement = _STATEMENT.match(text)
    if statement is not None:
        attribution = Attribution(statement.span("member"), None, "statement of a member", 2)
        yield from _within(statement.end(), len(text), attribution, paragraphs)
        return
    for answer in _ANSWERED.finditer(text):
        following = _NEXT.search(text, answer.end())
        stop = following.start() if following else len(text)
        attribution = Attribution(answer.span("who"), None, "written answer", 2)
        yield from _within(answer.end(), stop, attribution, paragraphs)


def _within(
    start: int, stop: int, attribution: Attribution, paragraphs: list[ReadParagraph]
) -> Iterator[tuple[Place, Attribution]]:
    for paragraph in paragraphs:
        if start <= paragraph.start and paragraph.end <= stop and not paragraph.quoted:
            yield (paragraph.start, paragraph.end), attribution
