"""The requests of real clients, from clients/requests.toml, ready to be sent."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

_PREFIXES = "".join(
    f"PREFIX {prefix}: <http://example.org/{prefix}#>\n"
    for prefix in ("org", "xml", "sosa", "csvw")
)
_SELECT = "SELECT ?s WHERE {?s ?p ?o} LIMIT 2"
_CONSTRUCT = "CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o} LIMIT 2"
_TEXTS = {
    "select": _SELECT,
    "construct": _CONSTRUCT,
    "prefixed select": f"{_PREFIXES}\n{_SELECT}",
    "prefixed construct": f"{_PREFIXES}\n{_CONSTRUCT}",
    "count": "SELECT (count(*) as ?c) WHERE {?s ?p ?o .}",
    "typed": "SELECT * WHERE { ?s a <http://example.org/Topic> . }",
    "broken": "SELECT broken",
    "unfinished": "SELECT ?s WHERE {?s ?p }",
}
_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "direct": "application/sparql-query",
}


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """One request as a client sends it."""

    client: str
    asks: str
    """`sparql` or `thing`."""
    method: str
    query_string: str
    headers: dict[str, str]
    body: bytes | None
    expect: int | list[str]
    """The status of a refusal, or the media types that the client can read."""


def client_requests(asks: str) -> list[ClientRequest]:
    """Return the requests for the endpoint (`sparql`) or for a thing's address (`thing`)."""
    path = Path(__file__).parent / "clients" / "requests.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["request"]
    return [_request(entry) for entry in entries if entry.get("asks", "sparql") == asks]


def _request(entry: dict[str, object]) -> ClientRequest:
    send = str(entry.get("send", ""))
    pairs = [(str(name), str(value)) for name, value in entry.get("parameters", [])]
    text = _TEXTS[str(entry["query"])] if "query" in entry else ""
    if text and send != "direct":
        pairs.insert(0, ("query", text))
    headers = {
        name.replace("_", "-").title(): str(entry[name])
        for name in ("accept", "accept_encoding", "user_agent", "origin")
        if name in entry
    }
    if send:
        headers["Content-Type"] = _TYPES[send]
    body = {"form": urlencode(pairs).encode(), "direct": text.encode()}.get(send)
    return ClientRequest(
        client=str(entry["client"]),
        asks=str(entry.get("asks", "sparql")),
        method=str(entry.get("method", "GET")),
        query_string="" if send == "form" else urlencode(pairs),
        headers=headers,
        body=body,
        expect=entry["expect"],
    )
