"""The rules for w3id.org: each IRI leads to its address on the server."""

import re
from urllib.parse import urlsplit

import pytest

from conftest import REPOSITORY

RULES = [
    (re.compile(pattern), target)
    for pattern, target in re.findall(
        r"^RewriteRule (\S+) (\S+) \[R=302,L\]$",
        (REPOSITORY / "deploy" / "w3id.htaccess").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
]
SERVER = "https://onrecord.example"


def led_to(address: str) -> str:
    """Return where Apache sends a request: the first rule that matches, with the query string."""
    parts = urlsplit(address)
    path = parts.path.removeprefix("/onrecord/")
    for pattern, target in RULES:
        match = pattern.search(path)
        if match:
            number = match[1]
            return target.replace("$1", number) + (f"?{parts.query}" if parts.query else "")
    raise AssertionError(f"no rule for {address}")


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("", "/"),
        ("ns", "/ns"),
        ("ns/", "/ns"),
        ("code/", "/code"),
        ("ns/0.2.0", "/ns/0.2.0"),
        ("ns/0.2.0/", "/ns/0.2.0"),
        ("code/0.2.0", "/code/0.2.0"),
        ("ns/logo.svg", "/ns/logo.svg"),
        ("ns/context.jsonld", "/ns/context.jsonld"),
        ("void", "/void"),
        ("claim/overtaken", "/claim/overtaken"),
        ("claim/overtaken/", "/claim/overtaken"),
        ("claim/overtaken.ttl?release=2026-11-24-0a1b2c3d",
         "/claim/overtaken.ttl?release=2026-11-24-0a1b2c3d"),
        ("claim/", "/claim/"),
        ("graph/derived/label", "/graph/derived/label"),
        ("dumps/", "/dumps/"),
        ("dumps/2026-11-24-0a1b2c3d/", "/dumps/2026-11-24-0a1b2c3d/"),
        (".well-known/void", "/.well-known/void"),
    ],
)  # fmt: skip
def test_an_iri_leads_to_its_address(iri: str, path: str) -> None:
    assert led_to(f"https://w3id.org/onrecord/{iri}") == SERVER + path
