"""Report of a check: findings, what was checked, and the exit code."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.validation.finding import SYNTAX, Finding
from onrecord.validation.html_table import table

if TYPE_CHECKING:  # `import onrecord` brings this module, and need not wait for rdflib
    from rdflib import Graph, URIRef

    from onrecord.shacl.severity import Severity

UNREAD = (3, 4)
"""The exit codes that mean that not all was looked at."""

NOTHING_CHANGED = "nothing has changed, so nothing was looked at"
"""Note on a report of changes if there are none."""


@dataclass(frozen=True, slots=True)
class RuleDescription:
    """A rule's description, apart from any finding."""

    title: str
    help: str


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """Findings, what they were found by, and how much was looked at."""

    findings: tuple[Finding, ...]
    """In the order of files and lines."""
    files: tuple[str, ...]
    """What was checked, in order."""
    rules: Mapping[str, RuleDescription] = field(default_factory=dict)
    """What the shapes say of themselves, by IRI."""
    passages: Mapping[str, int] = field(default_factory=dict)
    """How many passages are verified, broken and not checked; empty if none were looked for."""
    verdicts: tuple[Mapping[str, str | int | None], ...] = ()
    """The verdict on each of those passages, as JSON has it (docs/findings.schema.json)."""
    notes: tuple[str, ...] = ()
    """What was done otherwise than asked for, or besides, a line each."""
    root: Path = Path()
    """The folder that reports name files from, if they are below it."""
    fail_on: "Severity" = "violation"
    """The mildest finding that makes the check fail."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that make the check fail."""
        return tuple(finding for finding in self.findings if fails(finding, self.fail_on))

    @property
    def conforms(self) -> bool:
        """Whether all could be looked at and nothing found makes the check fail."""
        return self.exit_code == 0

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 findings, 3 the shapes are wrong, 4 the data cannot be read."""
        if any(finding.refuses for finding in self.findings):
            return 3
        if any(each.shape == SYNTAX and each.severity == "violation" for each in self.findings):
            return 4
        return 1 if self.failures else 0

    @property
    def counts(self) -> "dict[Severity, int]":
        """How many findings of each severity there are."""
        count = Counter(finding.severity for finding in self.findings)
        return {
            "violation": count["violation"],
            "warning": count["warning"],
            "info": count["info"],
        }

    def __repr__(self) -> str:
        counted = ", ".join(f"{number} {severity}" for severity, number in self.counts.items())
        return f"<Report of {len(self.files)} files: {counted}>"

    def _repr_html_(self) -> str:
        """Return the findings as a table, for a notebook."""
        shown = ("severity", "where", "message", "remedy", "shape")
        rows = (
            (each.severity, _where(each), each.message, each.remedy, each.shape)
            for each in self.findings
        )
        return table(shown, rows, len(self.findings), "findings")

    def address(self, file: str) -> str:
        """Return the path of a file from the root, or the absolute path if it is not below it."""
        path, root = Path(file).absolute(), self.root.absolute()
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
        return path.as_posix()


def _where(finding: Finding) -> str:
    region = finding.region
    return f"{region.file}:{region.line}:{region.column}" if region else finding.focus


def fails(finding: Finding, fail_on: "Severity") -> bool:
    """Say whether a finding makes a check fail."""
    from onrecord.shacl.severity import at_least

    return at_least(finding.severity, fail_on)


def rules_of(shapes: "Graph") -> dict[str, RuleDescription]:
    """Return what named shapes say of themselves: title (name or message) and help (comment)."""
    from rdflib import URIRef
    from rdflib.namespace import DCTERMS, RDFS, SH

    rules = {}
    for node in set(shapes.subjects()):
        if not isinstance(node, URIRef):
            continue
        title = _first(shapes, node, SH.name, RDFS.label, DCTERMS.title, SH.message)
        comment = _first(shapes, node, RDFS.comment, SH.description, SH.message)
        if title or comment:
            rules[str(node)] = RuleDescription(title, comment)
    return rules


def _first(shapes: "Graph", node: "URIRef", *names: "URIRef") -> str:
    """Return the first value of the first property that has one, English before others."""
    from rdflib import Literal

    for name in names:
        texts = [text for text in shapes.objects(node, name) if isinstance(text, Literal)]
        if texts:
            return str(min(texts, key=lambda text: (text.language not in ("en", None), str(text))))
    return ""
