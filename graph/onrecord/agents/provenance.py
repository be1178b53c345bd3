"""`evidence`: what a claim rests on, down to the hash and the place of the words."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from onrecord.agents.opened import Opened, opened
from onrecord.agents.reply import SIZE, Reply, ReplyItem, quoted_reply, refuse_start, shortened
from onrecord.releases.claim import Attestation, Claim, Quantity
from onrecord.releases.open import OpenRelease, ask_text, bound_query
from onrecord.releases.query_result import Row

_PASSAGES = "passages.json"

_ABOUT = """
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT (MIN (STR (?written)) AS ?citation) (MIN (STR (?roots)) AS ?traced)
       (MIN (STR (?word)) AS ?hedge) (MIN (STR (?other)) AS ?on_authority_of)
       (MIN (STR (?day)) AS ?valid_for) (MIN (STR (?label)) AS ?made_at)
       (MIN (STR (?reason)) AS ?date_reason) (MIN (STR (?pack)) AS ?date_taken_from)
WHERE {
  VALUES ?claim { <CLAIM> }
  OPTIONAL { ?claim rec:citation ?written }
  OPTIONAL { ?claim rec:rootsInWords ?roots }
  OPTIONAL { ?claim rec:hedge ?word }
  OPTIONAL { ?claim rec:onAuthorityOf/rdfs:label ?other }
  OPTIONAL { ?claim rec:validFor/dcterms:date ?day }
  OPTIONAL { ?claim rec:madeAt/rdfs:label ?label }
  OPTIONAL { ?claim rec:saidOn/rec:reason ?reason }
  OPTIONAL { ?claim rec:saidOn/rec:takenFrom/rdfs:label ?pack }
}
"""
_CHANGED = """
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?report ?kind ?sure ?why
WHERE {
  ?report rec:attests <CLAIM> .
  ?drift rec:driftOf ?report ;
         rec:outcome/skos:prefLabel ?kind ;
         rec:strength/skos:prefLabel ?sure ;
         rec:because ?why .
}
ORDER BY ?report ?kind ?why
"""


def evidence(release: OpenRelease, claim: str, *, start: int = 0, size: int = SIZE) -> Reply:
    """Return what a claim rests on: words, source, hashes, offsets, chain, and how sure that is.

    `claim` is an id as `find` gives it, or an IRI. Offsets count code points of the archived text
    whose SHA-256 is given. The reply has a line that cites the claim in this release. Raises
    UnknownNameError with the nearest names.
    """
    refuse_start(start)
    asked = opened(release)
    found = asked.release.claim(asked.whole(claim))
    (about,) = ask_text(asked.release, _ABOUT.replace("CLAIM", found.iri))
    chain = _chain(asked, found.iri)
    checked = _checked(asked)
    changed: dict[str, list[str]] = {}
    for row in ask_text(asked.release, _CHANGED.replace("CLAIM", found.iri)):
        told = f"{row['kind']} ({row['sure']}): {row['why']}"
        changed.setdefault(str(row["report"]), []).append(told)
    reports = [{**_report(asked, each, chain.get(each.iri, ()), checked),
                **_without_empty({"changed": shortened(list(changed.get(each.iri, ())))})}
               for each in _nearest_first(found.attestations, chain)]  # fmt: skip
    figures = shortened([_figure(each) for each in found.quantities])
    head = {
        **asked.head,
        "claim": found.text,
        "id": asked.short(found.iri),
        **_standing(asked, found),
        "said": _said(found, about),
        **({"figures": figures} if figures else {}),
        "how_sure": _how_sure(asked, found, about, checked),
        "cite": _citation(found, about, asked),
    }
    return quoted_reply(head, "reports", reports[start:], start, size, len(reports))


def _chain(asked: Opened, iri: str) -> Mapping[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    bound = bound_query(asked.release, "derivation-chain", {"claim": iri})
    for row in ask_text(asked.release, bound.text):
        rows.setdefault(str(row["attestation"]), []).append(row)
    return rows


def _nearest_first(
    attestations: Iterable[Attestation], chain: Mapping[str, list[Row]]
) -> list[Attestation]:
    """Return reports with the event's own record first, then those that quote."""

    def order(each: Attestation) -> tuple[bool, bool, bool, str]:
        primary = any(row["primary"] is True for row in chain.get(each.iri, ()))
        return (each.withdrawn, not primary, each.mode != "direct", each.iri)

    return sorted(attestations, key=order)


def _standing(asked: Opened, claim: Claim) -> dict[str, object]:
    """Return the warnings that come before all else."""
    found: dict[str, object] = {}
    if claim.withdrawal is not None:
        new = claim.withdrawal.replaced_by
        instead = f"; in its place: {asked.short(new)}" if new else ""
        found["withdrawn_from_the_record"] = f"{claim.withdrawal.reason}{instead}"
    if claim.taken_back:
        by = ", ".join(map(asked.short, claim.taken_back_by))
        found["taken_back"] = f"by its speaker, in {by}"
    return found


def _said(claim: Claim, about: Row) -> ReplyItem:
    return _without_empty(
        {
            "by": claim.speaker,
            "on": claim.said_on.edtf or "no date is known",
            "put_as": claim.modality,
            "hedge": about["hedge"],
            "condition": claim.condition,
            "on_authority_of": about["on_authority_of"],
            "at": about["made_at"],
            "true_of": about["valid_for"],
        }
    )


def _figure(figure: Quantity) -> ReplyItem:
    return _without_empty(
        {
            "series": figure.series,
            "comparator": figure.comparator,
            "value": _number(figure.value),
            "low": _number(figure.low),
            "high": _number(figure.high),
            "over": figure.over,
            "comparable_value": _number(figure.comparable_value),
            "unit": figure.unit,
            "per": figure.per,
            "words": figure.words,
        }
    )


def _number(value: object) -> object:
    return None if value is None else json.loads(str(value))


def _how_sure(
    asked: Opened, claim: Claim, about: Row, checked: Mapping[str, Mapping[str, str]]
) -> ReplyItem:
    answers = [
        f"{row['response_speaker']} ({row['answer'] or row['response_modality']},"
        f" {row['response_on']}): {row['response_text']}"
        for row in ask_text(
            asked.release, bound_query(asked.release, "responses", {"only": claim.iri}).text
        )
        if str(row["claim"]) == claim.iri
    ]
    verdicts = Counter(
        verdict for each in claim.attestations for verdict in checked.get(each.iri, {}).values()
    )
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    why = [
        str(about["date_reason"] or ""),
        f"Words: “{claim.said_on.words}”." if claim.said_on.words else "",
        f"Taken from “{about['date_taken_from']}”." if about["date_taken_from"] else "",
    ]
    basis = f"{claim.said_on.basis}: {' '.join(filter(None, why))}"
    return _without_empty(
        {
            "date": basis.removesuffix(": ") if claim.said_on.edtf else "",
            "traced": about["traced"],
            "passages": f"{told} against the archived bytes when the release was built"
            if told
            else "",
            "answered_by": shortened(list(answers)),
        }
    )


def _report(
    asked: Opened,
    report: Attestation,
    chain: Iterable[Row],
    checked: Mapping[str, Mapping[str, str]],
) -> ReplyItem:
    rows = list(chain)
    first = rows[0] if rows else {}
    relied = sorted({str(row["relies_on_title"]) for row in rows if row["relies_on_title"]})
    places = [
        _without_empty(
            {
                "start": passage.start,
                "end": passage.end,
                "sha256": passage.sha256,
            }
        )
        for passage in report.passages
    ]
    texts = sorted({passage.snapshot_sha256 for passage in report.passages})
    bytes_of = sorted({each.bytes_sha256 for each in report.passages if each.bytes_sha256})
    verdicts = sorted(set(checked.get(report.iri, {}).values()) - {"verified"})
    return _without_empty(
        {
            "source": report.source,
            "outlet": first.get("outlet"),
            "published": report.published or "no date",
            "mode": report.mode,
            "exact_words": report.words or "not quoted: only the place is kept",
            "translation": report.translation,
            "rendering": first.get("rendering"),
            "reporter": first.get("reporter"),
            "relies_on": ", ".join(relied),
            "goes_back_to": first.get("root_title"),
            "own_record_of_the_event": first.get("primary"),
            "discloses": first.get("disclosure"),
            "withdrawn": report.withdrawn or None,
            "not_verified": ", ".join(verdicts),
            "places": places,
            "text_sha256": ", ".join(texts),
            "made_from_bytes_sha256": ", ".join(bytes_of),
            "id": asked.short(report.source_iri) if report.source_iri else "",
        }
    )


def _checked(asked: Opened) -> Mapping[str, Mapping[str, str]]:
    """Return the verdict on each passage of each report, as far as the release is here."""
    folder = asked.folder
    file = folder.path / _PASSAGES if folder else None
    if file is None or not file.is_file():
        return {}
    found: dict[str, dict[str, str]] = {}
    for passage, verdict in json.loads(file.read_bytes()).items():
        found.setdefault(str(passage).partition("#")[0], {})[str(passage)] = str(verdict)
    return found


def _citation(claim: Claim, about: Row, asked: Opened) -> str:
    written = str(about["citation"] or "")
    if not written:  # of a claim that is withdrawn there is none
        state = "Withdrawn from the record. " if claim.withdrawn else ""
        said_on = claim.said_on.edtf or "undated"
        written = f"{claim.speaker}, {said_on}: {claim.text} {state}onrecord, {claim.iri}"
    return f"{written}, release {asked.name}" if asked.name else written


def _without_empty(item: ReplyItem) -> dict[str, object]:
    return {key: value for key, value in item.items() if value not in ("", None, [], {})}
