"""Turtle format: a `sh:ValidationReport` of the findings (SHACL, section 3.6)."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as File

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.shacl.property_path import Compound, Path
from onrecord.shacl.severity import Severity
from onrecord.validation.finding import Finding
from onrecord.validation.formats.plain import is_control, plain
from onrecord.validation.report import UNREAD, Report

CHECK = "https://w3id.org/onrecord/check#"
"""Namespace of the findings that no shape found, and of what found them."""
_SEVERITIES: dict[Severity, URIRef] = {
    "violation": SH.Violation,
    "warning": SH.Warning,
    "info": SH.Info,
}
_PATHS = {
    "inverse": "inversePath",
    "zeroOrMore": "zeroOrMorePath",
    "oneOrMore": "oneOrMorePath",
    "zeroOrOne": "zeroOrOnePath",
}


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def render(report: Report) -> str:
    """Return a validation report with the engine's results, term for term, in a stable order.

    What no shape found (syntax, literals, evidence, flaws of the shapes, …) is beside the report, a
    `check:Finding` with a component in the namespace CHECK. If the shapes or the data could not be
    read, nothing was validated, and there is no report. A comment before each gives its region.
    """
    labels: dict[BNode, str] = {}
    results = [each for each in report.findings if each.result is not None]
    lines = [f"@prefix check: <{CHECK}> .", f"@prefix sh: <{SH}> ."]
    if report.exit_code not in UNREAD:
        lines += _report(results, labels)
    for finding in report.findings:
        if finding.result is None:
            lines += ["", f"# {plain(_where(finding))}", "[]", "    a check:Finding ;"]
            lines.append(_joined(_properties_without_shape(finding), 4) + " .")
    return "\n".join(lines) + "\n"


def _report(findings: Sequence[Finding], labels: dict[BNode, str]) -> Iterator[str]:
    yield from ("", "[]", "    a sh:ValidationReport ;")
    conforms = f"    sh:conforms {'false' if findings else 'true'}"
    yield f"{conforms} ;" if findings else f"{conforms} ."
    last = len(findings) - 1
    for number, finding in enumerate(findings):
        for time in range(finding.times):
            yield f"    # {plain(_where(finding))}"
            yield "    sh:result ["
            yield "        a sh:ValidationResult ;"
            yield _joined(_properties(finding, labels, 8), 8)
            yield "    ] ." if (number, time) == (last, finding.times - 1) else "    ] ;"


def _joined(properties: Iterable[tuple[str, str]], indent: int) -> str:
    return " ;\n".join(f"{' ' * indent}{name} {value}" for name, value in properties)


def _where(finding: Finding) -> str:
    region = finding.region
    return f"{region.file}:{region.line}:{region.column}" if region else "(nowhere)"


def _properties(
    finding: Finding, labels: dict[BNode, str], indent: int
) -> Iterator[tuple[str, str]]:
    result = finding.result
    if result is None:
        yield from _properties_without_shape(finding)
        return
    yield "sh:focusNode", _term(result.focus, labels)
    if result.path_tree is not None:
        yield "sh:resultPath", _path(result.path_tree)
    if result.value is not None:
        yield "sh:value", _term(result.value, labels)
    yield "sh:sourceShape", _term(result.shape, labels)
    yield "sh:sourceConstraintComponent", _term(result.component, labels)
    if result.constraint is not None:
        yield "sh:sourceConstraint", _term(result.constraint, labels)
    yield "sh:resultSeverity", _term(result.severity_iri, labels)
    for message in sorted(result.messages):
        yield "sh:resultMessage", _term(message, labels)
    for reason in finding.reasons:
        for below in reason.findings:
            inside = _joined(_properties(below, labels, indent + 4), indent + 4)
            kind = f"{' ' * (indent + 4)}a sh:ValidationResult ;"
            yield "sh:detail", f"[\n{kind}\n{inside}\n{' ' * indent}]"


def _properties_without_shape(finding: Finding) -> Iterator[tuple[str, str]]:
    file = URIRef(File(finding.region.file).absolute().as_uri()) if finding.region else BNode()
    focus = URIRef(finding.focus) if ":" in finding.focus else file
    yield "sh:focusNode", "[]" if isinstance(focus, BNode) else focus.n3()
    if ":" in finding.path:
        yield "sh:resultPath", URIRef(finding.path).n3()
    if finding.value:
        yield "sh:value", _literal(Literal(finding.value))
    component = finding.component or f"{CHECK}{finding.shape}"
    yield "sh:sourceConstraintComponent", _term(URIRef(component), {})
    yield "sh:resultSeverity", _term(_SEVERITIES[finding.severity], {})
    yield "sh:resultMessage", _literal(Literal(finding.message))


def _term(term: Identifier, labels: dict[BNode, str]) -> str:
    """Return a term in Turtle; blank nodes are numbered in their order of appearance."""
    if isinstance(term, BNode):
        return labels.setdefault(term, f"_:b{len(labels)}")
    if isinstance(term, URIRef) and term.startswith(str(SH)):
        return f"sh:{term.removeprefix(str(SH))}"
    return _literal(term) if isinstance(term, Literal) else term.n3()


def _literal(term: Literal) -> str:
    """Return a literal on one line, control characters as escapes."""
    escaped = "".join(map(_character, term))
    if term.language:
        return f'"{escaped}"@{term.language}'
    return f'"{escaped}"' + (f"^^{term.datatype.n3()}" if term.datatype is not None else "")


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if is_control(character):
        code = ord(character)
        return _ESCAPES.get(character) or (f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}")
    return character


def _path(path: Path) -> str:
    if not isinstance(path, Compound):
        return path.n3()
    parts = " ".join(_path(part) for part in path.parts)
    if path.kind == "sequence":
        return f"( {parts} )"
    if path.kind == "alternative":
        return f"[ sh:alternativePath ( {parts} ) ]"
    return f"[ sh:{_PATHS[path.kind]} {parts} ]"
