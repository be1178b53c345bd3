"""SARIF 2.1.0 format for code scanning and editors.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

import json
from importlib.metadata import version
from pathlib import PurePosixPath
from urllib.parse import quote

from onrecord.rdf.region import Region
from onrecord.shacl.severity import Severity
from onrecord.validation.finding import Finding, reason_lines
from onrecord.validation.fingerprint import fingerprint
from onrecord.validation.formats.text import local
from onrecord.validation.report import Report, RuleDescription

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: dict[Severity, str] = {"violation": "error", "warning": "warning", "info": "note"}
_SAFE = "/:@!$&'()*+,;=-._~"
"""Characters that need no escape in the path of a URI (RFC 3986, section 3.3)."""


def render(report: Report) -> str:
    """Return a SARIF log of one run: its rules with their help, a result for each finding."""
    names = sorted({finding.shape for finding in report.findings})
    numbers = {name: number for number, name in enumerate(names)}
    driver = {
        "name": "onrecord",
        "version": version("onrecord"),
        "informationUri": "https://w3id.org/onrecord/",
        "rules": [_rule(name, report.rules.get(name)) for name in names],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": report.exit_code in (0, 1)}],
        "results": [_result(each, numbers[each.shape], report) for each in report.findings],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str, rule: RuleDescription | None) -> dict[str, object]:
    described: dict[str, object] = {"id": name, "name": local(name) or name}
    if rule is not None and rule.title:
        described["shortDescription"] = {"text": _message(rule.title)}
    if rule is not None and rule.help:
        described["help"] = {"text": _message(rule.help)}
    if name.startswith(("http://", "https://")):
        described["helpUri"] = quote(name, safe=f"{_SAFE}?#%")
    return described


def _result(finding: Finding, number: int, report: Report) -> dict[str, object]:
    told = list(reason_lines(finding, "    "))
    parts = (finding.message, *(line for line, _ in told), finding.remedy)
    text = "\n".join(part for part in parts if part)
    properties = {
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "component": finding.component,
    }
    result: dict[str, object] = {
        "ruleId": finding.shape,
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(text or "(no message)")},
        "partialFingerprints": {"onrecord/v1": fingerprint(finding)},
        "properties": {name: value for name, value in properties.items() if value},
    }
    if finding.region is not None:
        result["locations"] = [_location(finding.region, report)]
    related = [(region, "the other side") for region in finding.related]
    related += [(region, line.strip()) for line, region in told if region is not None]
    if related:
        result["relatedLocations"] = [
            {**_location(region, report), "id": number, "message": {"text": _message(said)}}
            for number, (region, said) in enumerate(related, start=1)
        ]
    return result


def _location(region: Region, report: Report) -> dict[str, object]:
    address = report.address(region.file)
    relative = not PurePosixPath(address).is_absolute()
    # A file name is bytes; those that are not UTF-8 are lone surrogates in a str.
    uri = quote(address, safe=_SAFE, errors="surrogateescape")
    if not relative:
        uri = f"file://{uri}"
    elif ":" in address.partition("/")[0]:
        uri = f"./{uri}"  # the part before the colon would be read as a scheme
    described = {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": described}}


def _message(text: str) -> str:
    """Return a plain text message without placeholders or links.

    Braces are doubled (section 3.11.5). Brackets cannot be escaped outside of a link (section
    3.11.6), so a space separates those that would make one.
    """
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
