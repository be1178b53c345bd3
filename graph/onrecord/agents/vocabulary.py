"""`schema`: the classes that a release uses, and the properties of one, counted."""

from collections import defaultdict
from collections.abc import Mapping

from onrecord.agents.opened import Opened, opened
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start
from onrecord.errors import nearest
from onrecord.rdf.namespaces import OWL, RDF, RDFS, VOID
from onrecord.releases.open import OpenRelease, UnknownNameError, ask_text
from onrecord.releases.query_result import Row

_META = tuple(map(str, (OWL, RDFS, RDF, VOID)))
_LONGEST = 60
"""Characters of an example."""

_CLASSES = """
SELECT ?class (COUNT (?thing) AS ?count) (MIN (?thing) AS ?example)
WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?count) ?class
"""
_COMMENTS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term (MIN (STR (?text)) AS ?comment)
WHERE { ?term rdfs:isDefinedBy ?home ; rdfs:comment|skos:scopeNote ?text } GROUP BY ?term
"""
"""What a term means; of a property of another vocabulary, how it is used here."""
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
_USES = """
SELECT ?class (COUNT (*) AS ?count) (MIN (STR (?value)) AS ?example)
       (MIN (IF (ISIRI (?value), "", STR (DATATYPE (?value)))) AS ?type)
       (MIN (LANG (?value)) AS ?language)
WHERE { ?thing <PROPERTY> ?value ; a ?class }
GROUP BY ?class ORDER BY DESC(?count) ?class
"""
_VALUES = """
SELECT DISTINCT ?class ?kind
WHERE { ?thing <PROPERTY> ?value ; a ?class . ?value a ?kind }
"""
_INCOMING = """
SELECT ?property ?class (COUNT (*) AS ?count)
WHERE { ?value a <CLASS> . ?thing ?property ?value ; a ?class }
GROUP BY ?property ?class ORDER BY DESC(?count) ?property ?class
"""


def schema(release: OpenRelease, of: str = "", *, start: int = 0, size: int = SIZE) -> Reply:
    """Return what a release is made of: its classes, or the properties of one.

    Each has how often it is used and one real example; a property has what its values are, and
    the properties of other things that point to the class come last. Of a property that is named,
    the classes that have it are given. Raises UnknownNameError.
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
    others = [each for each in comments if not _is_property(asked, each)]
    iri = _class(asked, of, [*used, *others])
    if iri is None:
        name = _property(asked, of, comments)
        head = {**asked.head, "property": asked.short(name), "is": comments[name]}
        classes = _classes_with(asked, name)
        return quoted_reply(head, "classes", classes[start:], start, size, len(classes))
    count = used[iri]["count"] if iri in used else 0
    head = {
        **asked.head, "class": asked.short(iri), "count": count,
        **_without_empty({"is": comments.get(iri, "")}),
    }  # fmt: skip
    found = [*_properties(asked, iri, comments), *_incoming(asked, iri)]
    return quoted_reply(head, "properties", found[start:], start, size, len(found))


def _class(asked: Opened, of: str, known: list[str]) -> str | None:
    """Return the class that a name means: `Claim`, `claims`, `rec:Claim` or its IRI."""
    whole = asked.whole(of)
    if whole in known:
        return whole
    local = of.rpartition(":")[2].rpartition("/")[2].replace(" ", "").casefold()
    for iri in sorted(known, key=lambda each: not asked.short(each).startswith("rec:")):
        if asked.short(iri).rpartition(":")[2].casefold() in (local, local.removesuffix("s")):
            return iri
    return None


def _property(asked: Opened, of: str, comments: Mapping[str, str]) -> str:
    """Return the property that a name means: `saidOn`, `rec:saidOn` or its IRI.

    Raises UnknownNameError, since it is no class either.
    """
    known = sorted(
        (each for each in comments if _is_property(asked, each)),
        key=lambda each: (not asked.short(each).startswith("rec:"), each),
    )
    whole = asked.whole(of)
    for iri in known:
        if iri == whole or asked.short(iri).rpartition(":")[2] == of:
            return iri
    names = [asked.short(each) for each in comments]
    raise UnknownNameError(f"{of!r}: no such class or property{nearest(of, names)}")


def _is_property(asked: Opened, iri: str) -> bool:
    return asked.short(iri).rpartition(":")[2][:1].islower()


def _classes_with(asked: Opened, iri: str) -> list[ReplyItem]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for row in ask_text(asked.release, _VALUES.replace("PROPERTY", iri)):
        kinds[str(row["class"])].append(asked.short(str(row["kind"])))
    return [
        {"class": asked.short(name), **_use(asked, row, kinds[name])}
        for row in ask_text(asked.release, _USES.replace("PROPERTY", iri))
        if not (name := str(row["class"])).startswith(_META)
    ]


def _use(asked: Opened, row: Row, kinds: list[str]) -> ReplyItem:
    """Return what the values of a property are, how often it is used, and one of them."""
    kinds = sorted(kinds, key=lambda each: (not each.startswith("rec:"), each))
    text = asked.short(str(row["type"])) if row["type"] else "IRI"
    if row["language"]:
        text = f"text @{row['language']}"
    example = asked.short(str(row["example"]))
    return {
        "values": ", ".join(kinds[:2]) or text,
        "count": row["count"],
        "example": example if len(example) <= _LONGEST else f"{example[:_LONGEST]}…",
    }


def _properties(asked: Opened, iri: str, comments: dict[str, str]) -> list[ReplyItem]:
    ranges: dict[str, list[str]] = defaultdict(list)
    for row in ask_text(asked.release, _RANGES.replace("CLASS", iri)):
        ranges[str(row["property"])].append(asked.short(str(row["class"])))
    found = []
    for row in ask_text(asked.release, _PROPERTIES.replace("CLASS", iri)):
        name = str(row["property"])
        if name == str(RDF.type):
            continue
        about = {"is": _first_sentence(comments.get(name, ""))}
        found.append(
            _without_empty(
                {"property": asked.short(name), **_use(asked, row, ranges[name]), **about}
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
