"""Metadata of a page: title, publisher, author, day and language, as the page itself gives them."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

_LONGEST = 500
_LONGEST_BYLINE = 80
_META = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline"),
    "publisher": ("og:site_name", "publisher", "dc.publisher", "citation_publisher"),
    "author": ("author", "dc.creator", "dcterms.creator", "sailthru.author", "parsely-author",
               "citation_author", "byl", "article:author_name", "article:author"),
    "published": ("article:published_time", "datepublished", "dc.date", "dcterms.date",
                  "dcterms.created", "dc.date.issued", "dcterms.issued", "citation_date",
                  "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "date"),
    "language": ("og:locale", "content-language", "dc.language"),
}  # fmt: skip
"""Names of `meta`, the best ones first."""
_DATA = {
    "title": ("headline", "name"),
    "publisher": ("publisher", "sourceOrganization"),
    "author": ("author", "creator"),
    "published": ("datePublished", "dateCreated"),
    "language": ("inLanguage",),
}
"""Properties of schema.org, in JSON-LD."""
_ARTICLE = re.compile(r"Article|Posting|Report|WebPage|CreativeWork|Blog|Statement|Press", re.I)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,8}))*")
_CDATA = re.compile(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$")
_BYLINE = re.compile(r"(?:^|[-_\s])(?:byline|author)(?:$|[-_\s])", re.IGNORECASE)
_DAY = re.compile(r"([12][0-9]{3})-?([01][0-9])-?([0-3][0-9])(?![0-9])")


def page_metadata(tree: HtmlElement) -> dict[str, str]:
    """Return what a page says of itself, by `title`, `publisher`, `author`, `published` and so on.

    The day is an ISO date; the language a tag; the address that of `link rel=canonical`.
    """
    named = list(_named(tree))
    structured = list(_structured(tree))
    found: dict[str, str] = {}
    for key, names in _META.items():
        values = chain(
            (value for item in structured for name in _DATA[key] for value in _texts(item, name)),
            (value for name in names for given, value in named if given == name),
            _elsewhere(tree, key),
        )
        for value in values:
            read = _READERS.get(key, _line)(value)
            if read:
                found[key] = read
                break
    headlines = [_line(one.text_content()) for one in tree.iter("h1")]
    within = [one for one in headlines if one and one in found.get("title", "")]
    if within:  # without the name of the site, which many pages put behind it
        found["title"] = max(within, key=len)
    for link in tree.iterfind(".//link[@rel]"):
        address = (link.get("href") or "").strip()
        if link.get("rel", "").lower() == "canonical" and _is_address(address):
            found["address"] = address
            break
    return found


def _named(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in tree.iter("meta"):
        content = meta.get("content", "")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in meta.get(attribute, "").lower().split():
                yield name, content


def _structured(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Yield the articles in the JSON-LD of a page, those that are more than a web page first."""
    found = []
    for script in tree.iter("script"):
        if script.get("type", "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            value = json.loads(_CDATA.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(value):
            kind = " ".join(_strings(item.get("@type")))
            if _ARTICLE.search(kind):
                found.append((kind == "WebPage", item))
    yield from (item for _, item in sorted(found, key=lambda one: one[0]))


def _items(value: object) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (
                (one for one in graph if isinstance(one, dict)) if isinstance(graph, list) else ()
            )


def _texts(item: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the texts of a property: names of things, and all the authors in one."""
    texts = list(_strings(item.get(name)))
    if name in ("author", "creator") and len(texts) > 1:
        yield ", ".join(texts)
    yield from texts


def _strings(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = one.get("name", one.get("@value"))
        if isinstance(one, str):
            yield one


def _elsewhere(tree: HtmlElement, key: str) -> Iterator[str]:
    """Yield what elements of the page itself say."""
    if key == "title":
        headlines = list(tree.iter("h1"))
        if len(headlines) == 1:
            yield headlines[0].text_content()
        yield tree.findtext(".//title") or ""
    elif key == "published":
        times = [time for time in tree.iter("time") if time.get("datetime")]
        marked = [one for one in times if "pubdate" in one.attrib or one.get("itemprop")]
        yield from (one.get("datetime", "") for one in marked or times[:1])
        for element in tree.iterfind(".//*[@itemprop='datePublished']"):
            yield element.get("content", "")
    elif key == "author":
        for path in (".//a[@rel='author']", ".//*[@itemprop='author']"):
            yield from (element.text_content() for element in tree.iterfind(path))
        for element in tree.iterfind(".//*[@class]"):
            text = _line(element.text_content()) if _BYLINE.search(element.get("class", "")) else ""
            if 0 < len(text) < _LONGEST_BYLINE:
                yield text
    elif key == "language":
        yield tree.get("lang", "")


def _line(value: str) -> str:
    return " ".join(value[: 4 * _LONGEST].split())[:_LONGEST]


def _author(value: str) -> str:
    return "" if _is_address(value.strip()) else re.sub(r"^[Bb]y\s+", "", _line(value))


def _day(value: str) -> str:
    """Return the day of a timestamp, in its own zone."""
    found = _DAY.search(value)
    try:
        if found:
            return date(*map(int, found.groups())).isoformat()
        return datetime.strptime(value.strip(), "%a, %d %b %Y %H:%M:%S %z").date().isoformat()
    except ValueError:
        return ""


def _language(value: str) -> str:
    found = _LANGUAGE.fullmatch(value.strip())
    return found[1].lower() if found else ""


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


_READERS = {"author": _author, "published": _day, "language": _language}
