"""Description of a release as `CITATION.cff` (Citation File Format 1.2)."""

import json

from onrecord.releases.descriptions.datacite import license_name
from onrecord.releases.descriptions.facts import DatasetFacts


def render(facts: DatasetFacts) -> bytes:
    """Return the file. A quoted string of JSON is one of YAML as well."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this release, please cite it as below.",
        "type: dataset",
        f"title: {_quoted(facts.title)}",
        f"abstract: {_quoted(facts.description)}",
        "authors:",
        f"  - name: {_quoted(facts.publisher_name)}",
        f"    website: {_quoted(facts.publisher)}",
        f"version: {_quoted(facts.release)}",
        f"date-released: {facts.issued}",
        f"url: {_quoted(facts.folder)}",
    ]
    name = license_name(facts.license)
    lines.append(f"license: {name}" if name else f"license-url: {_quoted(facts.license)}")
    if facts.keywords:
        lines += ["keywords:", *(f"  - {_quoted(keyword)}" for keyword in facts.keywords)]
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
