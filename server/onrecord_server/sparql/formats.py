"""Result formats: names, media types and the aliases that clients use."""

from dataclasses import dataclass
from typing import Literal

ResultKind = Literal["rows", "graph"]
"""Kind of result: rows (SELECT, and the boolean of ASK) or a graph (CONSTRUCT, DESCRIBE)."""

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """Serialisation format of answers.

    `accepts` are the media types that select it in an Accept header, `names` the values that select
    it in `format=`; the Content-Type of the answer is always `media_type`.
    """

    name: str
    kind: ResultKind
    media_type: str
    accepts: tuple[str, ...]
    names: tuple[str, ...]
    suffix: str
    charset: bool = True
    """Whether Content-Type has `charset=utf-8`; JSON and N-Triples are UTF-8 by definition."""

    @property
    def content_type(self) -> str:
        """Content-Type of an answer in this format."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type


JSON = Format(
    "json",
    "rows",
    "application/sparql-results+json",
    # Clients from before the Recommendation, and browsers, ask for plain JSON.
    ("application/sparql-results+json", "application/json", "text/json"),
    ("json", "srj", "sparql-results+json"),
    "json",
    charset=False,
)
XML = Format(
    "xml",
    "rows",
    "application/sparql-results+xml",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    ("xml", "srx", "sparql-results+xml"),
    "xml",
    charset=False,
)
CSV = Format("csv", "rows", "text/csv", ("text/csv",), ("csv",), "csv")
TSV = Format(
    "tsv",
    "rows",
    "text/tab-separated-values",
    ("text/tab-separated-values",),
    ("tsv",),
    "tsv",
)
TURTLE = Format(
    "turtle",
    "graph",
    "text/turtle",
    # Turtle is a subset of N3, so clients that only support N3 can read it.
    (
        "text/turtle",
        "application/x-turtle",
        "application/turtle",
        "text/n3",
        "text/rdf+n3",
        "application/n3",
    ),
    ("turtle", "ttl", "n3"),
    "ttl",
)
N_TRIPLES = Format(
    "ntriples",
    "graph",
    "application/n-triples",
    # text/plain was the media type of N-Triples in 2004, and rdflib still asks for it.
    ("application/n-triples", "text/plain", "text/ntriples"),
    ("ntriples", "nt", "n-triples", "text"),
    "nt",
    charset=False,
)
JSON_LD = Format(
    "jsonld",
    "graph",
    "application/ld+json",
    ("application/ld+json", "application/json", "application/x-json+ld", "text/json"),
    ("jsonld", "json-ld", "ld+json", "json"),
    "jsonld",
    charset=False,
)
RDF_XML = Format(
    "rdfxml",
    "graph",
    "application/rdf+xml",
    ("application/rdf+xml", "application/xml", "text/xml", "text/rdf"),
    ("rdfxml", "rdf", "xml", "rdf+xml", "rdf/xml"),
    "rdf",
    charset=False,
)
TRIG = Format(
    "trig",
    "graph",
    "application/trig",
    ("application/trig", "application/x-trig"),
    ("trig",),
    "trig",
)
N_QUADS = Format(
    "nquads",
    "graph",
    "application/n-quads",
    ("application/n-quads", "text/x-nquads", "text/nquads"),
    ("nquads", "nq", "n-quads"),
    "nq",
    charset=False,
)

FORMATS = (JSON, XML, CSV, TSV, TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
"""All formats; the first one of a kind is its default and wins a tie."""


def offered(kind: ResultKind) -> tuple[Format, ...]:
    """Return the formats for a kind of result, the preferred one first."""
    return tuple(format for format in FORMATS if format.kind == kind)
