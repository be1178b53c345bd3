"""Things in the words of schema.org as microdata, which pages have for search engines."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape


def microdata(value: Mapping[str, object]) -> Markup:
    """Return a thing of JSON-LD as elements of microdata.

    Written here and not in a template: a page has dozens of things in one another, and a macro for
    each took a third of the time of all its templates.
    """
    return Markup("".join(_item(value, "")))


def _item(value: Mapping[str, object], name: str) -> Iterator[str]:
    prop = f' itemprop="{escape(name)}"' if name else ""
    iri = f' itemid="{escape(value["@id"])}"' if value.get("@id") else ""
    kind = escape(value["@type"])
    yield f'<div{prop} itemscope itemtype="https://schema.org/{kind}"{iri}>\n'
    for key, inner in value.items():
        if not key.startswith("@"):
            for one in inner if isinstance(inner, list | tuple) else [inner]:
                yield from _property(key, one)
    yield "</div>\n"


def _property(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get("@type"):
            yield from _item(value, name)
            yield "\n"
        else:
            yield f'<link itemprop="{escape(name)}" href="{escape(value["@id"])}">\n'
    elif isinstance(value, str) and value.startswith("https://"):
        yield f'<link itemprop="{escape(name)}" href="{escape(value)}">\n'
    else:
        shown = str(value).lower() if isinstance(value, bool) else value
        yield f'<meta itemprop="{escape(name)}" content="{escape(shown)}">\n'
