"""`schema`: the classes that a release uses, and the properties of one, counted."""

from collections import defaultdict

from onrecord.agents.opened import Opened, opened
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start
from onrecord.errors import nearest
from onrecord.rdf.namespaces import OWL, RDF, RDFS, VOID
from onrecord.releases.open import OpenRelease, UnknownNameError, ask_text

_META = tuple(map(str, (OWL, RDFS, RDF, VOID)))
_LONGEST = 60
"""Characters of an example."""

_CLASSES = """
SELECT ?class (COUNT (?thing) AS ?count) (MIN (?thing) AS ?example)
WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?count) ?class
"""
_COMMENTS = """
SELECT ?term (MIN (?text) AS ?comment)
WHERE { ?term <http://www.w3.org/2000/01/rdf-schema#comment> ?text } GROUP BY ?term
"""
_PROPERTIES = """
SELECT ?property (COUNT (*) AS ?count) (MIN (STR (?value)) AS ?example)
       (MIN (IF (ISIRI (?value), "", STR (DATATYPE (?value)))) AS ?type)
       (MIN (LANG (?value)) AS ?language)
WHERE { ?thing a <CLASS> ; ?property ?value }
GROUP BY ?property ORDER BY DESC(?count) ?property
"""
_RANGES = """
SELECT DISTINCT ?property ?class
WHERE { ?thing a <CLASS> ; ?property ?value . ?value a ?class }
"""
_INCOMING = """
SELECT ?property ?class (COUNT (*) AS ?count)
WHERE { ?value a <CLASS> . ?thing ?property ?value ; a ?class }
GROUP BY ?property ?class ORDER BY DESC(?count) ?property ?class
"""


def schema(release: OpenRelease, of: str = "", *, start: int = 0, size: int = SIZE) -> Reply:
    """Return what a release is made of: its classes, or the properties of one.

    Each has how often it is used and one real example; a property has what its values are, and
    the properties of other things that point to the class come last. Raises UnknownNameError.
    """
    refuse_start(start)
    asked = opened(release)
    rows = ask_text(asked.release, _CLASSES)
    own = asked.prefixes["rec"]
    used = {
        str(row["class"]): row
        for row in sorted(rows, key=lambda row: not str(row["class"]).startswith(own))
        if not str(row["class"]).startswith(_META)
    }
    comments = {str(row["term"]): str(row["comment"]) for row in ask_text(asked.release, _COMMENTS)}
    if not of:
        found = [
            _without_empty(
                {
                    "class": asked.short(iri),
                    "count": row["count"],
                    "is": _first_sentence(comments.get(iri, "")),
                    "example": asked.short(str(row["example"])),
                }
            )
            for iri, row in used.items()
        ]
        return quoted_reply(asked.head, "classes", found[start:], start, size, len(found))
    iri = _class(asked, of, list(used))
    head = {
        **asked.head, "class": asked.short(iri), "count": used[iri]["count"],
        **_without_empty({"is": comments.get(iri, "")}),
    }  # fmt: skip
    found = [*_properties(asked, iri, comments), *_incoming(asked, iri)]
    return quoted_reply(head, "properties", found[start:], start, size, len(found))


def _class(asked: Opened, of: str, used: list[str]) -> str:
    """Return the class that a name means: `Claim`, `rec:Claim` or its IRI."""
    whole = asked.whole(of)
    if whole in used:
        return whole
    local = of.rpartition(":")[2].rpartition("/")[2].replace(" ", "").casefold()
    for iri in sorted(used, key=lambda each: not asked.short(each).startswith("rec:")):
        if asked.short(iri).rpartition(":")[2].casefold() in (local, local.removesuffix("s")):
            return iri
    known = [asked.short(each) for each in used]
    raise UnknownNameError(f"{of!r}: the release has no such class{nearest(of, known)}")


def _properties(asked: Opened, iri: str, comments: dict[str, str]) -> list[ReplyItem]:
    ranges: dict[str, list[str]] = defaultdict(list)
    for row in ask_text(asked.release, _RANGES.replace("CLASS", iri)):
        ranges[str(row["property"])].append(asked.short(str(row["class"])))
    found = []
    for row in ask_text(asked.release, _PROPERTIES.replace("CLASS", iri)):
        name = str(row["property"])
        if name == str(RDF.type):
            continue
        kinds = sorted(ranges[name], key=lambda each: (not each.startswith("rec:"), each))
        text = asked.short(str(row["type"])) if row["type"] else "IRI"
        if row["language"]:
            text = f"text @{row['language']}"
        values = ", ".join(kinds[:2]) or text
        example = asked.short(str(row["example"]))
        found.append(
            _without_empty(
                {
                    "property": asked.short(name),
                    "values": values,
                    "count": row["count"],
                    "example": example if len(example) <= _LONGEST else f"{example[:_LONGEST]}…",
                    "is": _first_sentence(comments.get(name, "")),
                }
            )
        )
    return found


def _incoming(asked: Opened, iri: str) -> list[ReplyItem]:
    return [
        {
            "of": asked.short(str(row["class"])),
            "property": asked.short(str(row["property"])),
            "values": asked.short(iri),
            "count": row["count"],
        }
        for row in ask_text(asked.release, _INCOMING.replace("CLASS", iri))
        if str(row["class"]).startswith(asked.prefixes["rec"])
    ]


def _first_sentence(text: str) -> str:
    return f"{text.partition('. ')[0].removesuffix('.')}." if text else ""


def _without_empty(item: ReplyItem) -> ReplyItem:
    return {key: value for key, value in item.items() if value not in ("", None)}
