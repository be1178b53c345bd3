"""`find`: things by their name or by words in what they say."""

import re
from collections.abc import Sequence
from contextlib import closing

from onrecord.agents.opened import Opened, opened, server_json
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start, shortened
from onrecord.agents.withdrawn import WithdrawnClaim, withdrawn_claims
from onrecord.errors import UsageError
from onrecord.rdf.namespaces import REC, SKOS
from onrecord.releases.open import OpenRelease, ask_text
from onrecord.releases.parameter_choices import Choices, choices
from onrecord.releases.remote.sparql_endpoint import SparqlEndpoint
from onrecord.releases.tables.search import END_MARK, KINDS, MARK, Hit, Hits, open_tables, search

PAGE = 20
"""Things in a reply."""
_LONGEST = 200
_OFFICES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?actor ?role ?organisation ?time
WHERE {
  VALUES ?actor { ACTORS }
  ?actor org:hasMembership ?office .
  ?office org:role/rdfs:label ?role .
  OPTIONAL { ?office org:organization/rdfs:label ?organisation }
  OPTIONAL { ?office org:memberDuring/dcterms:date ?time }
}
ORDER BY ?actor ?time ?role ?organisation
"""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_AND_YEAR = re.compile(
    r"(?:\b\d{1,2}\.? )?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|tember|t|ober|ember)?\.?(?: \d{1,2},)? (\d{4})\b",
    re.IGNORECASE,
)
_CLASSES = {
    "claim": "rec:Claim", "actor": "rec:Actor", "event": "rec:Event", "source": "rec:Source",
    "series": "rec:Series", "topic": "skos:Concept",
}  # fmt: skip


def find(
    release: OpenRelease, text: str, kind: str = "", *, start: int = 0, size: int = SIZE
) -> Reply:
    """Return the best twenty things that have all words of a text, with what each is.

    `kind` is claim, actor, event, source, series or topic; empty for all. Without a text, all
    things of the kind are listed by name. Where nothing has all words, what has most of them comes,
    and the reply says so. Withdrawn claims come last, with the reason. Raises UsageError.
    """
    refuse_start(start)
    if kind and kind not in KINDS:
        raise UsageError(f"kind: {kind!r} is none of {', '.join(KINDS)}")
    if len(text) > _LONGEST:
        raise UsageError(f"text: at most {_LONGEST} characters can be searched for")
    asked = opened(release)
    head = {**asked.head, "found": text or f"every {kind}"}
    if not text.strip():
        if not kind:
            raise UsageError("text: say what to look for, or a kind to list all of it")
        return _all_of(asked, head, kind, start, size)
    text = _MONTH_AND_YEAR.sub(_as_on_record, text)
    hits = _search(asked, text, kind, start)
    withdrawn = withdrawn_claims(asked.release) if kind in ("", "claim") else ()
    last = [each for each in withdrawn if each.has_all(text)]
    found = [_item(asked, hit) for hit in hits.hits]
    total = hits.total
    if last and not hits.has_all:
        found, total = [], 0
    elif not hits.has_all:
        head["note"] = "nothing has all of the words; these have most of them"
    if start + len(found) >= total:
        found += [_withdrawn_item(asked, each) for each in last[max(start - total, 0) :]]
        found = found[:PAGE]
    total += len(last)
    if hits.like:
        head["words_like"] = ", ".join(hits.like)
    if hits.left_out:
        head["no_such_words"] = ", ".join(hits.left_out)
    if not total and hits.instead:
        found = [_item(asked, hit) for hit in hits.instead]
        total = len(found)
        head["note"] = "nothing has the words; these have names like them"
    found = _with_offices(asked, found)
    others = {each: number for each, number in hits.counts.items() if number and each != kind}
    if others and not total:
        head["other_kinds"] = others
    return quoted_reply(head, "things", found, start, size, total)


def _as_on_record(month: re.Match[str]) -> str:
    """Return `14 May 2024` as `2024-05`: dates on record are EDTF, and seldom known to the day."""
    return f"{month[2]}-{_MONTHS.index(month[1].lower()) + 1:02}"


def _search(asked: Opened, text: str, kind: str, start: int) -> Hits:
    """Search the tables of a release, here or at its server."""
    folder = asked.folder
    if folder is not None:
        tables = open_tables(folder.path)
        if tables is None:
            raise UsageError(f"release {folder.name} has no tables to search: build it again")
        with closing(tables):
            return search(tables, text, kind, limit=PAGE, offset=start)
    place = asked.release.place
    found = (
        server_json(place, "search.json", q=text, kind=kind, start=str(start))
        if isinstance(place, SparqlEndpoint)
        else None
    )
    if found is None:
        raise UsageError(
            "this endpoint has no search, as it is no onrecord server: ask a query with"
            " FILTER (CONTAINS (LCASE (STR (?label)), …))"
        )
    counts = found.get("counts")
    return Hits(
        _hits(found.get("hits")),
        int(str(found.get("total", 0))),
        {str(each): int(number) for each, number in counts.items()}
        if isinstance(counts, dict)
        else {},
        found.get("order") == "newest first",
        _hits(found.get("instead")),
        _words(found.get("like")),
        _words(found.get("left_out")),
        found.get("has_all") is not False,
    )


def _words(words: object) -> tuple[str, ...]:
    return tuple(map(str, words)) if isinstance(words, list) else ()


def _hits(rows: object) -> tuple[Hit, ...]:
    return tuple(
        Hit(*(str(row.get(key, "")) for key in ("kind", "iri", "name", "detail", "words")))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    )


def _item(asked: Opened, hit: Hit) -> ReplyItem:
    words = hit.excerpt.replace(MARK, "").replace(END_MARK, "")
    item = {
        "name": hit.name, "kind": hit.kind, "detail": hit.detail,
        "words": "" if words in hit.name else words, "id": asked.short(hit.thing),
    }  # fmt: skip
    return {key: value for key, value in item.items() if value}


def _with_offices(asked: Opened, found: Sequence[ReplyItem]) -> list[ReplyItem]:
    """Return things, and of actors the offices that they hold, with the times on record."""
    actors = [asked.whole(str(each["id"])) for each in found if each["kind"] == "actor"]
    offices: dict[str, list[object]] = {}
    if actors:
        listed = " ".join(f"<{each}>" for each in actors)
        for row in ask_text(asked.release, _OFFICES.replace("ACTORS", listed)):
            where = f", {row['organisation']}" if row["organisation"] else ""
            when = f" ({row['time']})" if row["time"] else ""
            offices.setdefault(asked.short(str(row["actor"])), []).append(
                f"{row['role']}{where}{when}"
            )
    return [
        {**each, "offices": shortened(offices[str(each["id"])])} if each["id"] in offices else each
        for each in found
    ]


def _withdrawn_item(asked: Opened, claim: WithdrawnClaim) -> ReplyItem:
    item = {
        "name": claim.text, "kind": "claim", "withdrawn": claim.reason or "without a reason",
        "instead": asked.short(claim.instead) if claim.instead else "",
        "detail": claim.speakers, "id": asked.short(claim.iri),
    }  # fmt: skip
    return {key: value for key, value in item.items() if value}


def things_of(asked: Opened, kind: str) -> Choices:
    """Return the things of a class; of concepts the topics of claims, and not the codes."""
    if kind != "skos:Concept":
        return choices(kind, asked.release.base, lambda text: ask_text(asked.release, text).cells)
    rows = ask_text(
        asked.release,
        f"PREFIX skos: <{SKOS}> PREFIX rec: <{REC}> SELECT ?thing (MIN(STR(?name)) AS ?label) "
        "{ ?claim a rec:Claim ; <http://purl.org/dc/terms/subject> ?thing . "
        "?thing skos:prefLabel ?name } GROUP BY ?thing ORDER BY ?label ?thing",
    )
    things = {str(row["thing"]): str(row["label"]) for row in rows}
    return Choices(len(things), things)


def _all_of(asked: Opened, head: ReplyItem, kind: str, start: int, size: int) -> Reply:
    found = things_of(asked, _CLASSES[kind])
    if found.number and not found.things:
        raise UsageError(f"there are {found.number:,} of the kind {kind}: say what to look for")
    items = [
        {"name": name, "kind": kind, "id": asked.short(_absolute(thing, asked.release.base))}
        for thing, name in found.things.items()
    ]
    return quoted_reply(head, "things", items[start : start + 500], start, size, len(items))


def _absolute(thing: str, base: str) -> str:
    return thing if ":" in thing else base + thing
