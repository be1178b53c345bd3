"""Prefixes, examples and partitions can be asked for, and change no other answer.

The queries are those that the SPARQL editor and the assistants of the Swiss Institute of
Bioinformatics send to an endpoint: they name neither a graph nor a dataset.
"""

import csv
import io
from pathlib import Path

import pytest

import onrecord
from built_releases import ReleaseOf
from endpoint_release import Server
from onrecord.files.bundled import QUERIES
from onrecord.releases.dumps import prefixes_for
from sample_release import BASE

USAGE = f"{BASE}graph/usage"
PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace
WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }
ORDER BY ?prefix
"""
EXAMPLES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq
"""
CLASSES = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
  {
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
    ?pp void:property ?prop .
    OPTIONAL {
      { ?pp void:classPartition [ void:class ?objectClass ] }
      UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
    }
  } UNION {
    ?ls void:subjectsTarget [ void:class ?subjectClass ] ; void:linkPredicate ?prop ;
      void:objectsTarget [ void:class ?objectClass ] .
  }
}
"""
REC = "https://w3id.org/onrecord/ns#"


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    """A folder with a release of the sample."""
    return release_of("sample").path.parent


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    return sample_server


def rows(server: Server, query: str, **parameters: str) -> list[dict[str, str]]:
    """Return the rows of an answer; the editor says besides that it asks by itself."""
    reply = server.ask(query, "text/csv", ac="1", **parameters)
    assert reply.status == 200, reply.text
    return list(csv.DictReader(io.StringIO(reply.text)))


def test_an_editor_finds_the_prefixes(server: Server) -> None:
    found = {row["prefix"]: row["namespace"] for row in rows(server, PREFIXES)}
    assert found == prefixes_for(BASE)


def test_an_editor_finds_the_saved_questions_and_no_internals(server: Server) -> None:
    found = rows(server, EXAMPLES)
    assert [row["sq"] for row in found] == [
        f"{BASE}q/{path.stem}" for path in sorted(QUERIES.glob("*.rq"))
    ]
    for row in found:
        assert server.ask(row["query"]).status == 200, row["sq"]


def test_an_example_is_asked_with_what_the_server_takes_by_default(server: Server) -> None:
    for row in rows(server, EXAMPLES):
        text = server.fetch(f"/q/{row['sq'].removeprefix(f'{BASE}q/')}.rq").text
        assert row["query"].strip() == text.strip()
        # The sample has no programme that could be taken.
        assert "UNDEF" not in text or "if absent" in text or row["sq"].endswith("/programme")


def test_an_example_names_its_endpoint_and_its_prefixes(server: Server) -> None:
    query = """
        PREFIX schema: <https://schema.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?target ?declared (COUNT(DISTINCT ?prefix) AS ?n)
        { ?x schema:target ?target ; sh:prefixes ?declared .
          ?declared sh:declare/sh:prefix ?prefix }
        GROUP BY ?target ?declared"""
    assert rows(server, query) == [
        {
            "target": f"{BASE}sparql",
            "declared": f"{BASE}void#prefixes",
            "n": str(len(prefixes_for(BASE))),
        }
    ]


def test_an_editor_finds_what_the_values_of_a_property_are(server: Server) -> None:
    found = rows(server, CLASSES)

    def values(kind: str, name: str) -> set[str]:
        return {
            row["objectClass"] or row["objectDatatype"]
            for row in found
            if (row["subjectClass"], row["prop"]) == (REC + kind, name)
        }

    assert values("Claim", f"{REC}quantity") == {f"{REC}Quantity"}
    assert values("Passage", f"{REC}start") == {"http://www.w3.org/2001/XMLSchema#integer"}
    assert values("Claim", "https://schema.org/text") == {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    }


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.mark.parametrize(
    "prologue",
    [
        "",
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX void: <http://rdfs.org/ns/void#>\n",
        "# <http://www.w3.org/ns/shacl#select>\n",
    ],
)
def test_what_is_on_record_is_counted_alone(server: Server, releases: Path, prologue: str) -> None:
    lines = (releases / "latest" / "dumps" / "onrecord.nt").read_text(encoding="utf-8")
    assert rows(server, prologue + COUNT) == [{"n": str(lines.count("\n"))}]
    assert onrecord.open(releases).query(prologue + COUNT)[0]["n"] == lines.count("\n")


def test_a_query_with_a_dataset_is_asked_of_that_alone(server: Server) -> None:
    head = "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT (COUNT(*) AS ?n)"
    pattern = "{ ?x sh:prefix ?p }"
    some = [{"n": str(len(prefixes_for(BASE)))}]
    assert rows(server, f"{head} FROM <{BASE}graph/records> {pattern}") == [{"n": "0"}]
    assert rows(server, f"{head} FROM <{USAGE}> {pattern}") == some
    assert rows(server, f"{head} {pattern}", **{"default-graph-uri": USAGE}) == some
    other = {"default-graph-uri": f"{BASE}graph/records"}
    assert rows(server, f"{head} {pattern}", **other) == [{"n": "0"}]
    assert rows(server, f"{head} {{ GRAPH <{USAGE}> {pattern} }}") == some


def test_prefixes_and_what_is_on_record_are_asked_together(server: Server) -> None:
    query = """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?prefix (COUNT(DISTINCT ?thing) AS ?n)
        { ?x sh:prefix ?prefix ; sh:namespace ?space . ?thing a ?kind
          FILTER (?prefix = "claim" && STRSTARTS(STR(?kind), "https://w3id.org/onrecord/ns#Claim")
                  && STRSTARTS(STR(?thing), STR(?space))) }
        GROUP BY ?prefix"""
    claims = rows(server, f"SELECT (COUNT(*) AS ?n) {{ ?c a <{REC}Claim> }}")[0]["n"]
    assert rows(server, query) == [{"prefix": "claim", "n": claims}]


def test_a_folder_says_what_its_server_says(server: Server, releases: Path) -> None:
    found = onrecord.open(releases).query(EXAMPLES)
    assert [str(row["sq"]) for row in found] == [row["sq"] for row in rows(server, EXAMPLES)]


def test_the_dump_of_graphs_has_the_graph_and_that_of_the_union_has_it_not(releases: Path) -> None:
    dumps = releases / "latest" / "dumps"
    assert f" <{USAGE}> .\n" in (dumps / "onrecord.nq").read_text(encoding="utf-8")
    for name in ("onrecord.nt", "onrecord.ttl", "onrecord.jsonld"):
        assert "SPARQLExecutable" not in (dumps / name).read_text(encoding="utf-8")


def test_the_description_tells_the_graph_from_what_is_on_record(server: Server) -> None:
    turtle = server.fetch("/graph/usage.ttl").text
    assert "void:DatasetDescription" in turtle
    whole = server.fetch("/void.ttl").text
    assert f"void:subset <{BASE}graph/usage>" not in whole
    assert f"<{BASE}graph/usage>" in server.fetch("/sparql", headers={"Accept": "text/turtle"}).text


def test_what_nothing_is_said_of_has_no_hint_about_the_data(server: Server) -> None:
    reply = server.ask(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?x { ?x sh:construct ?q }", "text/csv"
    )
    assert "X-Hint" not in reply.headers
