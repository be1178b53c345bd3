"""Body of a page: which elements are the article, as a library picks them."""

import logging
from copy import deepcopy
from dataclasses import dataclass

from lxml.etree import _Element
from lxml.html import HtmlElement, document_fromstring
from readability import Document
from readability.readability import Unparseable

LARGEST = 2_000_000
"""Maximum characters of a page that is given to the library, which copies it several times."""
_LEAST = 200
"""Characters below which what the library picked is no article."""
_NUMBER = "data-onrecord-number"


@dataclass(frozen=True, slots=True)
class Body:
    """The article within a page."""

    root: _Element
    """The smallest element that has all of it."""
    picked: frozenset[_Element]
    """Elements that the library picked. Empty: the whole root is the article."""


def body_of(tree: HtmlElement, size: int) -> Body:
    """Return the article within a page of this many characters.

    Where the library is not asked or finds next to nothing, it is the one `article` or `main`, or
    all of the page.
    """
    picked = _picked(tree) if size <= LARGEST else frozenset()
    if sum(len(" ".join(_own_words(one))) for one in picked) >= _LEAST:
        return Body(_with_headline(_common_ancestor(picked)), picked)
    for name in ("article", "main", "body"):
        found = list(tree.iter(name))
        if len(found) == 1:
            return Body(found[0], frozenset())
    return Body(tree, frozenset())


def _picked(tree: HtmlElement) -> frozenset[_Element]:
    """Return the elements that readability picks.

    They are numbered on a copy, and found again by number in what it returns: its own text, in
    which characters and marks are changed, is not used.
    """
    elements = list(tree.iter("*"))
    for number, element in enumerate(elements):
        element.set(_NUMBER, str(number))
    copy = deepcopy(tree)
    for element in elements:
        del element.attrib[_NUMBER]
    logging.getLogger("readability").setLevel(logging.CRITICAL)  # it logs what it raises
    try:
        summary = Document(copy).summary(html_partial=True)
    except Unparseable:
        return frozenset()
    if not summary.strip():
        return frozenset()
    return frozenset(
        elements[int(element.get(_NUMBER))]
        for element in document_fromstring(summary).iter("*")
        if element.get(_NUMBER, "").isdigit() and _own_words(element)
    )


def _own_words(element: _Element) -> list[str]:
    """Return the words of an element outside its children."""
    texts = (element.text, *(one.tail for one in element))
    return [word for text in texts if text for word in text.split()]


def _common_ancestor(elements: frozenset[_Element]) -> _Element:
    """Return the lowest element that has all of some elements."""
    common: list[_Element] = []
    for element in elements:
        line = [element, *element.iterancestors()][::-1]
        common = common or line
        same = 0
        while same < min(len(common), len(line)) and common[same] is line[same]:
            same += 1
        del common[same:]
    return common[-1]


def _with_headline(root: _Element) -> _Element:
    """Return the `article` around the root, if it has the headline that the root has not."""
    if next(root.iter("h1"), None) is not None:
        return root
    for ancestor in root.iterancestors("article", "main"):
        if next(ancestor.iter("h1"), None) is not None:
            return ancestor
    return root
