"""JUnit XML format for CI servers: a test suite for each file.

JUnit XML has no standard; this is the subset that both Jenkins and GitLab accept.
"""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Sequence

from onrecord.validation.finding import Finding, reason_lines
from onrecord.validation.formats.text import local
from onrecord.validation.report import Report, fails

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, also as references (section 2.2)."""


def render(report: Report) -> str:
    """Return a suite for each file: a case for each finding, or one passing case.

    Findings below the failing severity are passing cases with their details in `system-out`.
    """
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for file in report.files:
        by_file[report.address(file)] = []
    for finding in report.findings:
        region = finding.region
        by_file[report.address(region.file) if region else ""].append(finding)
    root = ET.Element("testsuites", name="onrecord check")
    for file, findings in by_file.items():
        root.append(_suite(file, findings, report))
    for name in ("tests", "failures"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(file: str, findings: Sequence[Finding], report: Report) -> ET.Element:
    name = _xml(file) or "(nowhere)"
    failures = [finding for finding in findings if fails(finding, report.fail_on)]
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(max(1, len(findings))),
        failures=str(len(failures)),
        errors="0",
        skipped="0",
    )
    if not findings:
        ET.SubElement(suite, "testcase", classname=name, name="conforms")
    for finding in findings:
        suite.append(_case(name, finding, report))
    return suite


def _case(file: str, finding: Finding, report: Report) -> ET.Element:
    region = finding.region
    where = f"{region.line}:{region.column}: " if region else ""
    rule = local(finding.shape) or finding.shape
    case = ET.Element("testcase", classname=file, name=_xml(f"{where}{rule}: {finding.message}"))
    if region:
        case.set("file", file)
        case.set("line", str(region.line))
    if fails(finding, report.fail_on):
        failure = ET.SubElement(case, "failure", message=_xml(finding.message), type=rule)
        failure.text = _xml(_details(finding))
    else:
        ET.SubElement(case, "system-out").text = _xml(_details(finding))
    return case


def _details(finding: Finding) -> str:
    named = {
        "severity": finding.severity,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value_text,
        "shape": finding.shape,
        "component": finding.component,
        "remedy": finding.remedy,
    }
    lines = [f"{name}: {value}" for name, value in named.items() if value]
    return "\n".join([*lines, *(line for line, _ in reason_lines(finding))])


def _xml(text: str) -> str:
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
