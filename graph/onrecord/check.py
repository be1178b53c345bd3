"""Checking: everything that can be wrong with a collection, each with its place and its remedy."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal as OneOf

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from onrecord.archive import Archive
from onrecord.assembly import Assembly, assemble, read_shapes
from onrecord.collection import Collection
from onrecord.evidence import verify
from onrecord.findings import Finding, Place
from onrecord.location import Locator
from onrecord.namespaces import EDTF, REC
from onrecord.shacl import validate
from onrecord.terms import unknown_terms
from onrecord.timespan import DateError, bounds

Engine = OneOf["fast", "pyshacl"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and how much it looked at."""

    collection: Collection
    assembly: Assembly | None
    """None when the collection could not be put together."""
    findings: tuple[Finding, ...]
    passages: dict[str, int]
    """How many passages are verified, broken and not checked."""

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that forbid a release."""
        return tuple(finding for finding in self.findings if finding.severity == "violation")


def check(collection: Collection, archive: Archive, engine: Engine = "fast") -> Report:
    """Check records for syntax, unique definition, terms, dates, shapes and evidence.

    A file that does not parse is one finding and does not hide those of the others. Findings are
    in the order of files and lines. Raises CollectionError if the collection lacks its description.
    """
    assembly = assemble(collection, archive.text)
    locator = Locator(collection)
    verdicts = list(verify(assembly.records, archive))
    passages = Counter(
        verdict.status
        for verdict in verdicts
        if (verdict.node, RDF.type, REC.Passage) in assembly.completed
        or (verdict.node, RDF.type, REC.Passage) in assembly.records
    )
    findings = [
        *_syntax(collection),
        *_definitions(collection, locator),
        *_names(assembly, locator),
        *_dates(assembly, locator),
        *_terms(assembly, locator),
        *_shapes(assembly, locator, engine),
        *(
            Finding(
                severity="violation",
                message=verdict.problem,
                shape="evidence",
                focus=str(verdict.node),
                path=str(verdict.predicate or ""),
                remedy=verdict.remedy,
                place=locator.place(verdict.node, verdict.predicate),
            )
            for verdict in verdicts
            if verdict.status == "broken"
        ),
    ]
    counts = {status: passages[status] for status in ("verified", "broken", "not checked")}
    return Report(collection, assembly, tuple(sorted(findings, key=_by_place)), counts)
