"""Page: the text of an article in HTML, by a walk over its own elements.

A library says which part of the page is the article (`page_body`). The words are read here, since
libraries lose what evidence needs: the marks of `<q>`, which words were a block quotation or struck
out, captions, and how accented letters were written.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.metadata import version

from lxml.etree import ParserError, XMLSyntaxError, _Element, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from onrecord.archiving.charset import Decoded
from onrecord.archiving.html.page_body import LARGEST, Body, body_of
from onrecord.archiving.html.page_metadata import page_metadata
from onrecord.archiving.made_text import LayerWriter, MadeText, TextLayerError

SPACE = " \t\n\r\f"
"""White space of HTML, which is shown as one space. Others, such as no-break spaces, are kept."""
_SPACES = re.compile(f"[{SPACE}]+")
_LINE_SPACES = re.compile(r"[ \n]+")
_AROUND_TAB = re.compile(r" ?\t ?")
_SOFT_HYPHEN = "\xad"
_BLOCKS = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "heading"),
    **dict.fromkeys(["figcaption", "caption"], "caption"),
    **dict.fromkeys(["li", "dd", "dt"], "list item"),
    **dict.fromkeys(
        ["address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "div",
         "dl", "fieldset", "figure", "footer", "header", "hgroup", "hr", "html", "main", "nav",
         "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"],
        "paragraph",
    ),
}  # fmt: skip
"""Elements that begin and end a block, with the kind of its words."""
_UNSEEN = frozenset(
    ["area", "audio", "base", "canvas", "datalist", "embed", "iframe", "input", "link",
     "map", "meta", "noscript", "object", "option", "param", "picture", "rp", "script", "select",
     "source", "style", "svg", "template", "textarea", "title", "track", "video"]
)  # fmt: skip
_APART = frozenset(["nav", "footer", "form", "button", "menu", "aside", "dialog"])
"""Elements that are beside the article, even within it."""
_APART_ROLES = frozenset(
    ["navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alert", "form",
     "menu", "toolbar", "tablist"]
)  # fmt: skip
_APART_NAMES = re.compile(
    r"(?:^|[-_\s])(?:ad|ads|advert\w*|banner|breadcrumbs?|comments?|cookies?|disqus|donat\w*|"
    r"follow|foot|footer|hide|menu|mod|more|most-?read|nav\w*|newsletter|outbrain|paywall|popular|"
    r"popup|print|promo\w*|read-?more|recirc\w*|recommend\w*|related\w*|share\w*|sharing|sidebar|"
    r"signup|skip|social\w*|sponsor\w*|subscri\w*|taboola|tags?|teaser|toolbar|trending|widget)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)
_PULL_QUOTE = re.compile(r"pull-?_?quote|(?:^|[-_\s])pq(?:$|[-_\s])", re.IGNORECASE)
_CAPTION = re.compile(r"(?:^|[-_\s])caption(?:$|[-_\s])|wp-caption-text", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_NAMES = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|hidden)(?:$|\s)", re.IGNORECASE
)
_MARKS = {
    "de": "„“‚‘", "cs": "„“‚‘", "sk": "„“‚‘", "sl": "„“‚‘", "et": "„“‚‘", "lt": "„“‚‘",
    "bg": "„“‚‘", "fr": "«»‹›", "it": "«»“”", "es": "«»“”", "pt": "«»“”", "ru": "«»„“",
    "uk": "«»„“", "no": "«»‘’", "nb": "«»‘’", "pl": "„”«»", "ro": "„”«»", "hu": "„”»«",
    "sv": "””’’", "fi": "””’’",
}  # fmt: skip
"""Marks by language, of a quotation and of one within it, as the HTML standard renders `q`."""
_PRINTED = frozenset("“”„‘’‚«»‹›\"'「『")
_KEPT = frozenset(["caption", "pull quote", "block quotation"])
"""Kinds that are kept even where the library did not pick them."""
_LINE_BREAKS = re.compile(r"\n[ \t]*\n[ \t\n]*")
_RAISED = re.compile(r"[-+−]?[0-9]{1,3}")
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_QUOTED = re.compile(r"[“„]([^“”„]{3,600})[”“]|«([^«»]{3,600})»|\"([^\"]{3,600})\"")


def page(read: Decoded, maker_version: str) -> MadeText:
    """Return the text of the article in a page. Raises TextLayerError if it has no words."""
    tree = parse_page(read.text)
    metadata = page_metadata(tree)
    title = " ".join((tree.findtext(".//title") or "").split())
    language = metadata.get("language", "")
    found = page_text(tree, len(read.text), language, [title, metadata.get("title", "")])
    writer = found.writer
    if not writer.text:
        raise TextLayerError("the page has no words that a reader sees: are they made by a script?")
    picked = f"body by readability-lxml {version('readability-lxml')}"
    notes = list(read.notes)
    if len(read.text) > LARGEST:
        picked = "body by its elements"
        notes.append(f"it has more than {LARGEST} characters: all that looks like text was taken")
    return MadeText(
        writer.text, "onrecord", maker_version,
        f"{picked}; lxml {version('lxml')}; charset={read.charset}",
        tuple(writer.blocks), writer.changed, tuple(writer.omissions), tuple(notes), metadata,
        words=found.words, quotations=found.quotations,
    )  # fmt: skip


def page_lines(text: str) -> str:
    """Return all words of a page that a reader sees, as lines; quoted ones begin with `> `."""
    tree = parse_page(text)
    writer = _Walk(Body(tree, frozenset()), None, "").over(tree).writer
    whole = writer.text
    return "\n\n".join(
        ("> " if block.kind == "block quotation" else "") + whole[block.start : block.end]
        for block in writer.blocks
    )


@dataclass(frozen=True, slots=True)
class PageText:
    """What a walk over a page has found."""

    writer: LayerWriter
    words: tuple[int, int]
    """How many a reader of the page sees, and how many are in the text."""
    quotations: tuple[int, int]
    """The same of quotations, of at least two words; block quotations among them."""


def parse_page(text: str) -> HtmlElement:
    """Return the tree of a page, however broken. Raises TextLayerError if there is none."""
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise TextLayerError("the page is empty") from error
    except XMLSyntaxError as error:  # whatever is broken is mended, so it is not that
        raise MemoryError from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise TextLayerError("the page has elements nested too deeply to be read")
    return tree


def page_text(
    tree: HtmlElement, size: int, language: str = "", titles: Collection[str] = ()
) -> PageText:
    """Return the words of the article in a page of this many characters.

    A headline outside of the article is recognised by the titles that the page gives itself.
    """
    body = body_of(tree, size)
    return _Walk(body, _headline(tree, body, titles), language).over(tree)


def _headline(tree: HtmlElement, body: Body, titles: Collection[str]) -> _Element | None:
    """Return the headline of the article if it is outside of it."""
    if next(body.root.iter("h1"), None) is not None:
        return None
    named = [
        (len(words), element)
        for element in tree.iter("h1")
        if (words := " ".join("".join(element.itertext()).split()))
        and any(words in title for title in titles)
    ]
    return max(named, key=lambda one: one[0])[1] if named else None


@dataclass(slots=True)
class _Place:
    """An element that the walk is in."""

    element: _Element
    path: str
    kind: str
    language: str
    apart: bool
    """Whether it is beside the article."""
    inside: bool
    """Whether it is in the root of the article."""
    linked: bool
    verbatim: bool
    """Whether white space is shown as it is written."""
    block: "_Place | None" = None
    """The block that it is in; None for one that is a block itself."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many children of each name have begun."""
    closing: str = ""
    """The mark that is printed where the element ends."""


class _Walk:
    """One pass over a page, in the order of its elements."""

    def __init__(self, body: Body, headline: _Element | None, language: str) -> None:
        self._body = body
        self._headline = headline
        self._holding = frozenset(
            one for picked in body.picked for one in (picked, *picked.iterancestors())
        )
        self._language = language
        self._writer = LayerWriter()
        self._stack: list[_Place] = []
        self._words: list[str] = []
        """Of the block that is read."""
        self._block: _Place | None = None
        self._linked = 0
        self._picked = False
        self._quotation = 0
        """How many `q` are open."""
        self._unread: tuple[_Element, str, list[str]] | None = None
        """Element whose words are left out, why, and the words."""
        self._in_page = 0
        self._in_text = 0
        self._words_in_page = 0
        self._words_in_text = 0

    def over(self, tree: HtmlElement) -> PageText:
        """Walk over a page."""
        for event, element in iterwalk(tree, events=("start", "end")):
            if event == "start":
                self._start(element)
            else:
                self._end(element)
        self._flush()
        return PageText(
            self._writer,
            (self._words_in_page, self._words_in_text),
            (self._in_page, self._in_text),
        )

    def _start(self, element: _Element) -> None:
        name = str(element.tag)
        if name in _BLOCKS:
            self._flush()
        place = self._place(element, name)
        self._stack.append(place)
        if self._unread is None:
            why = _unread(element, name)
            if why is not None:
                self._unread = element, why, []
        if self._unread is None:
            if name == "br":
                self._words.append("\n")
            elif name == "q":
                self._open(place)
        text = element.text
        if text and name == "sup" and _RAISED.fullmatch(text.strip()):
            text = text.translate(_SUPERSCRIPT)
            self._writer.changes["digits raised"] += 1
        self._say(text, place)

    def _place(self, element: _Element, name: str) -> _Place:
        outer = self._stack[-1] if self._stack else None
        if outer is None:
            return _Place(
                element, f"/{name}[1]", "paragraph", element.get("lang", self._language),
                apart=False, inside=element is self._body.root, linked=False, verbatim=False,
            )  # fmt: skip
        outer.counts[name] += 1
        return _Place(
            element,
            f"{outer.path}/{name}[{outer.counts[name]}]",
            _kind(element, name, outer.kind),
            element.get("lang") or outer.language,
            apart=outer.apart or self._is_apart(element, name),
            inside=outer.inside or element is self._body.root,
            linked=outer.linked or name == "a",
            verbatim=outer.verbatim or name == "pre",
            block=None if name in _BLOCKS else outer.block or outer,
        )

    def _is_apart(self, element: _Element, name: str) -> bool:
        """Return whether an element is beside the article: what the library picked never is."""
        if element in self._holding or element is self._body.root:
            return False
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _PULL_QUOTE.search(names):
            return False
        return (
            name in _APART
            or element.get("role") in _APART_ROLES
            or _APART_NAMES.search(names) is not None
        )

    def _open(self, place: _Place) -> None:
        """Print the mark of a quotation, unless the page prints marks itself."""
        inner = "".join(place.element.itertext())[:40].strip()
        if inner[:1] in _PRINTED:
            return
        marks = _MARKS.get(place.language.partition("-")[0].lower(), "“”‘’")
        opening, closing = tuple(marks[:2] if self._quotation % 2 == 0 else marks[2:])
        self._quotation += 1
        place.closing = closing
        self._writer.changes["marks of <q> printed"] += 1
        self._words.append(opening)

    def _end(self, element: _Element) -> None:
        place = self._stack.pop()
        name = str(element.tag)
        if self._unread is not None:
            unread, why, words = self._unread
            if unread is element:
                self._unread = None
                if why and place.inside and not place.apart:
                    self._writer.omit(why, "".join(words), place.path)
        elif place.closing:
            self._words.append(place.closing)
            self._quotation -= 1
        elif name in ("td", "th"):
            self._words.append("\t")
        if name in _BLOCKS:
            self._flush()
        if self._stack:
            self._say(element.tail, self._stack[-1])

    def _say(self, text: str | None, place: _Place) -> None:
        """Read the text directly in an element."""
        if not text:
            return
        if self._unread is not None:
            self._unread[2].append(text)
            return
        self._words.append(text if place.verbatim else _SPACES.sub(" ", text))
        if text.strip():
            self._block = self._block or place.block or place
            self._picked = self._picked or place.element in self._body.picked
            self._linked += len(text) if place.linked else 0

    def _flush(self) -> None:
        """End the block that is read."""
        block, words = self._block, "".join(self._words)
        linked, picked = self._linked, self._picked
        self._words.clear()
        self._block, self._linked, self._picked = None, 0, False
        if block is None:
            return
        for text in [words.strip("\n")] if block.verbatim else _LINE_BREAKS.split(words):
            self._add(block, text if block.verbatim else _tidy(text), linked, picked)

    def _add(self, block: _Place, text: str, linked: int, picked: bool) -> None:
        quotations = [found[0] for found in _QUOTED.finditer(text) if " " in found[0]]
        if block.kind == "block quotation" and not quotations:
            quotations = [text]
        self._in_page += len(quotations)
        count = len(text.split())
        self._words_in_page += count
        if not self._is_article(block, text, linked, picked):
            if quotations:
                where = "beside the article" if block.inside else "outside the article"
                self._writer.omit(where, text, block.path)
            return
        self._in_text += len(quotations)
        self._words_in_text += count
        hyphens = text.count(_SOFT_HYPHEN)
        if hyphens:
            self._writer.changes["soft hyphen removed"] += hyphens
            text = text.replace(_SOFT_HYPHEN, "")
        self._writer.add(text, block.kind, block.path)

    def _is_article(self, block: _Place, text: str, linked: int, picked: bool) -> bool:
        if block.element is self._headline:
            return True
        if not block.inside or block.apart:
            return False
        if linked * 5 > len(text) * 4 and _APART_NAMES.search(block.element.get("class", "")):
            return False  # links to share it, and the like, even where the library picked them
        if picked or not self._body.picked or block.kind in _KEPT:
            return True
        return linked * 3 < len(text)


def _kind(element: _Element, name: str, outer: str) -> str:
    """Return the kind of the words in an element, by the kind of the one around it."""
    names = element.get("class", "")
    if _PULL_QUOTE.search(names):
        return "pull quote"
    if name == "blockquote" and outer != "pull quote":
        return "block quotation"
    if outer in ("pull quote", "block quotation", "caption"):
        return outer
    if _CAPTION.search(names):
        return "caption"
    if name == "tr":
        return "table row"
    if outer in ("list item", "table row", "heading") and _BLOCKS.get(name) in (None, "paragraph"):
        return outer
    return _BLOCKS.get(name, outer)


def _unread(element: _Element, name: str) -> str | None:
    """Return why the words of an element are left out: empty if that goes without saying."""
    if name in _UNSEEN:
        return ""
    if name in ("del", "s", "strike"):
        return "struck out"
    if name == "sup" and (next(element.iter("a"), None) is not None):
        return "reference to a note"
    if (
        "hidden" in element.attrib
        or _HIDDEN_STYLE.search(element.get("style", ""))
        or _HIDDEN_NAMES.search(element.get("class", ""))
    ):
        return "not shown to readers"
    return None


def _tidy(text: str) -> str:
    """Return a line without the spaces that are not shown; a tab is between cells of a table."""
    return _AROUND_TAB.sub("\t", _LINE_SPACES.sub(" ", text)).strip(SPACE)
