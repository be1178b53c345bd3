"""Chain of custody of a claim in eight steps, for one report; what is missing is a step too."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from onrecord.releases.release import Release
from onrecord_server.pages.claim import AttestationView, ClaimView, Link, PassageView

PASSAGES = "passages.json"
"""File of a release with the verdict on each passage when it was built."""


@dataclass(frozen=True, slots=True)
class CustodyStep:
    """One step; a gap is one that nobody has done."""

    name: str
    gap: bool
    text: str
    links: tuple[Link, ...] = ()
    detail: str = ""
    code: str = ""
    """A hash, whole."""


def verdicts(release: Release) -> Mapping[str, str]:
    """Return the verdict on each passage by its IRI; none if the release is older than the file."""
    return _verdicts(release.path)


@lru_cache(maxsize=8)
def _verdicts(path: Path) -> Mapping[str, str]:
    file = path / PASSAGES
    if not file.is_file():
        return {}
    read: dict[str, str] = json.loads(file.read_bytes())
    return read


def best_report(
    reports: Iterable[AttestationView], verdict: Mapping[str, str]
) -> AttestationView | None:
    """Return the report that comes nearest to what was said, of several the earliest.

    The event's own record comes first, then what quotes, then what is verified.
    """
    standing = [each for each in reports if each.withdrawal is None and each.passages]
    return min(
        standing,
        key=lambda each: (
            not each.primary,
            each.mode != "direct",
            bool(each.rendering),
            _verdict(each.passages[0], verdict) != "verified",
            each.published or "9",
            each.address.address,
        ),
        default=None,
    )


def _verdict(passage: PassageView, verdict: Mapping[str, str]) -> str:
    return verdict.get(passage.iri, "")


def custody(
    claim: ClaimView, report: AttestationView, verdict: Mapping[str, str], release: Release
) -> list[CustodyStep]:
    """Return the eight steps from what was said to the release."""
    passage = report.passages[0]
    return [
        _said(claim),
        _recorded(claim, report),
        _printed(report),
        CustodyStep(
            "Archived",
            False,
            "the text, SHA-256",
            (passage.snapshot,),
            code=passage.snapshot_sha256,
        ),
        _located(passage, _verdict(passage, verdict)),
        _coded(report),
        _reviewed(report),
        CustodyStep("Released", False, f"in {release.name}", detail="which never changes"),
    ]


def _said(claim: ClaimView) -> CustodyStep:
    where = tuple(link for link in (claim.event, claim.document) if link)
    moment = claim.said_on
    when = f"{moment.date or 'undated'} ({moment.basis})" if moment else "undated"
    return CustodyStep(
        "Said", not where and not claim.speakers, "by", (*claim.speakers, *where), when
    )


def _recorded(claim: ClaimView, report: AttestationView) -> CustodyStep:
    own = [each for each in claim.reports if each.primary and each.withdrawal is None]
    what = "document" if claim.document else "event" if claim.event else ""
    if own:
        return CustodyStep("Recorded", False, f"in the {what}’s own record", (own[0].source,))
    if report.attribution == "self":
        return CustodyStep("Recorded", False, "by the source itself, which makes the claim")
    if not what:
        return CustodyStep("Recorded", True, "no event or document is known in which it was made")
    return CustodyStep("Recorded", True, f"the {what}’s own record is not archived",
                detail="so nobody here has checked the words against it")  # fmt: skip


def _printed(report: AttestationView) -> CustodyStep:
    chain = [("relies on", link) for link in report.relies_on] + list(report.passes_on)
    detail = "; ".join((*(f"{verb} {link.text}" for verb, link in chain), report.tracing))
    outlet = f"by {report.outlet}, " if report.outlet else ""
    when = f", {report.published}" if report.published else ", undated"
    return CustodyStep("Printed", False, f"{outlet}as", (report.source,), f"{report.mode}{when}"
                + (f"; {detail.removesuffix('; ')}" if detail else ""))  # fmt: skip


def _located(passage: PassageView, verdict: str) -> CustodyStep:
    where = f"at characters {passage.start}–{passage.end}"
    if verdict == "verified":
        where += ", and verified when this release was built"
        return CustodyStep("Located", False, where)
    if verdict == "broken":
        where += ", where the archived text has something else"
        return CustodyStep("Located", True, where)
    detail = "not checked in this release, which was built without the archived text"
    if not verdict:
        detail = "this release does not tell whether it was checked"
    return CustodyStep("Located", True, where, detail=detail)


def _coded(report: AttestationView) -> CustodyStep:
    if report.curation is None:
        return CustodyStep("Coded", True, "no curation is named")
    return CustodyStep("Coded", False, "in", (report.curation,))


def _reviewed(report: AttestationView) -> CustodyStep:
    if report.read_by_person:
        return CustodyStep("Reviewed", False, "by a person, who made the record")
    return CustodyStep("Reviewed", True, "by no person yet")
