"""`?as_of=` of topics and series: what was said by a day, as the saved query `as-of` means it."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from built_releases import ReleaseOf
from onrecord.rdf.namespaces import DCTERMS, REC
from onrecord.releases.release import Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import BASE

DAYS = ("1900-01-01", "2024-06-30", "2025-01-01", "2025-03-31", "2025-06-05", "2099-01-01")


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def graph(release: Release) -> Graph:
    return Graph().parse(release.path / "dumps" / "onrecord.nt")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def things(graph: Graph) -> dict[str, set[Node]]:
    """Return the claims of each topic and series, by its path, but for withdrawn ones."""
    found: dict[str, set[Node]] = {}
    for claim in set(graph.subjects(RDF.type, REC.Claim)) - set(graph.subjects(REC.retractedIn)):
        figures = graph.objects(claim, REC.quantity)
        series = [each for figure in figures for each in graph.objects(figure, REC.inSeries)]
        for thing in (*graph.objects(claim, DCTERMS.subject), *series):
            found.setdefault(str(thing).removeprefix(BASE), set()).add(claim)
    return found


def bound(graph: Graph, claim: Node, name: URIRef) -> date | None:
    value = graph.value(graph.value(claim, REC.saidOn), name)
    return date.fromisoformat(str(value)) if value is not None else None


def said_by(graph: Graph, claims: set[Node], day: str) -> set[Node]:
    return {
        claim
        for claim in claims
        if (last := bound(graph, claim, REC.latest)) and last <= date.fromisoformat(day)
    }


def undecided(graph: Graph, claims: set[Node], day: str) -> set[Node]:
    then = date.fromisoformat(day)
    return {
        claim
        for claim in claims - said_by(graph, claims, day)
        if (first := bound(graph, claim, REC.earliest)) is None or first <= then
    }


def named(text: str) -> set[str]:
    return {BASE + path for path in re.findall(r'href="/(claim/[^"?#]+)"', text)}


@pytest.mark.parametrize("day", DAYS)
def test_a_page_has_what_was_said_by_the_day_and_apart_what_may_have_been(
    client: FlaskClient, graph: Graph, day: str
) -> None:
    found = things(graph)
    assert {path.partition("/")[0] for path in found} == {"topic", "series"}
    for path, claims in found.items():
        response = client.get(f"/{path}.html?as_of={day}")
        assert response.status_code == 200, path
        apart = "".join(re.findall(r"<details><summary>Perhaps.*?</details>", response.text, re.S))
        assert named(apart) == set(map(str, undecided(graph, claims, day))), path
        # A topic's page lists withdrawn claims too, and says that they are.
        live = {str(claim) for claim in claims}
        shown = named(response.text.replace(apart, "")) & live
        assert shown == set(map(str, said_by(graph, claims, day))), path
        assert f"As of {date.fromisoformat(day).day} " in response.text


@pytest.mark.parametrize("day", DAYS)
def test_the_data_has_the_links_of_the_same_claims(
    client: FlaskClient, graph: Graph, day: str
) -> None:
    for path, claims in things(graph).items():
        thing = URIRef(BASE + path)
        response = client.get(f"/{path}?as_of={day}", headers={"Accept": "text/turtle"})
        assert response.headers["Location"].endswith(f"/{path}.ttl?as_of={day}")
        data = client.get(f"/{path}.ttl?as_of={day}")
        triples = Graph().parse(data=data.data, format="turtle")
        linked = {
            URIRef(str(subject).partition("#")[0])
            for name in (DCTERMS.subject, REC.inSeries)
            for subject in triples.subjects(name, thing)
        }
        assert linked == said_by(graph, claims, day), path
        document = URIRef(f"{thing}.ttl?as_of={day}")
        assert day in str(triples.value(document, DCTERMS.title))
        permanent = str(triples.value(document, DCTERMS.hasVersion)).removeprefix(BASE)
        assert client.get(f"/{permanent}").status_code == 200


def test_the_latest_word_of_the_saved_query_is_on_the_page_of_its_series(
    client: FlaskClient,
) -> None:
    some = 0
    for day in DAYS:
        rows = client.get(f"/q/as-of.json?day={day}").get_json()["results"]["bindings"]
        for row in rows:
            path = row["series_iri"]["value"].removeprefix(BASE)
            page = client.get(f"/{path}.html?as_of={day}").text
            claim = row["claim"]["value"].removeprefix(BASE)
            found = re.search(rf'<tr id="(?:(?!</tr>).)*"/{claim}"', page, re.DOTALL)
            # What may be of then or later is in a list of its own.
            perhaps = page.partition("<summary>Perhaps by then")[2].partition("</details>")[0]
            assert found or f'"/{claim}"' in perhaps, (day, path)
            assert not found or "taken back" not in found[0]
            some += found is not None
    assert some > 20


def test_what_was_taken_back_later_was_not_yet(client: FlaskClient, graph: Graph) -> None:
    # What is taken back on a day that nobody knows counts as taken back on any.
    taken: dict[Node, list[date]] = {}
    for claim, response in graph.subject_objects(REC.takenBackBy):
        if graph.value(claim, REC.quantity):
            taken.setdefault(claim, []).append(bound(graph, response, REC.latest) or date.min)
    seen = set()
    for claim, when in taken.items():
        figure = graph.value(claim, REC.quantity)
        path = str(graph.value(figure, REC.inSeries)).removeprefix(BASE)
        row = rf'<tr id="(?:(?!</tr>).)*/{str(claim).rpartition("/")[2]}"(?:(?!</tr>).)*'
        for day in (bound(graph, claim, REC.latest), *when, date(2099, 1, 1)):
            found = re.search(row, client.get(f"/{path}.html?as_of={day}").text, re.DOTALL)
            assert found, path
            is_back = min(when) <= day if day else True
            assert ("taken back" in found[0]) == is_back, (claim, day)
            seen.add(is_back)
            assert not is_back or str(claim) not in client.get(f"/q/as-of.csv?day={day}").text
    assert seen == {True, False}


def test_the_drawing_is_of_the_same_claims(client: FlaskClient) -> None:
    sizes = []
    for query in ("?as_of=2024-03-15", "?as_of=2099-01-01", ""):
        drawing = client.get(f"/topic/flare-parity.svg{query}")
        sizes.append(len(drawing.data) if drawing.status_code == 200 else 0)
    # The last one has marks of which the day is open, too.
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("suffix", ["html", "ttl", "svg"])
@pytest.mark.parametrize("wrong", ["2025", "2025-13-01", "yesterday", "1 May 2025", "2025-02-30"])
def test_what_is_no_day_is_refused(client: FlaskClient, suffix: str, wrong: str) -> None:
    response = client.get(f"/topic/flare-parity.{suffix}?as_of={quote(wrong)}")
    assert response.status_code == 400
    assert "2025-11-06" in response.text


def test_a_thing_that_has_no_such_view_says_so(client: FlaskClient) -> None:
    for path in ("claim/no-longer-ahead.html", "claim/no-longer-ahead.ttl", "actor/lantern.html"):
        response = client.get(f"/{path}?as_of=2025-01-01")
        assert response.status_code == 400
        assert "topics and series" in response.text
    twice = client.get("/topic/flare-parity.html?as_of=2025-01-01&as_of=2025-01-02")
    assert twice.status_code == 400
    assert client.get("/topic/flare-parity.html?as_of=").status_code == 200


def test_pages_lead_there(client: FlaskClient) -> None:
    for path in ("topic/flare-parity", "topic/workshops", "series/flare-capacity-league"):
        response = client.get(f"/{path}.html")
        if response.status_code == 200:
            assert 'type="date" name="as_of"' in response.text, path


def test_nothing_is_different_without_a_day(client: FlaskClient, graph: Graph) -> None:
    """Undated claims and what was taken back whenever are as before."""
    for path, claims in things(graph).items():
        assert set(map(str, claims)) <= named(client.get(f"/{path}.html").text), path


def test_the_pages_of_a_document_keep_the_day() -> None:
    from onrecord_server.documents.thing_document import DocumentPart, about_document

    release = Release("2025-01-01-00000000", None, {})  # type: ignore[arg-type]
    part = DocumentPart([], 2, is_last=False)
    facts = list(
        about_document(release, "x:y", "x:y.ttl", part, (), lambda _: (), as_of="2024-01-01")
    )
    addresses = {triple.object.value for triple in facts if isinstance(triple.object, ox.NamedNode)}
    assert "x:y.ttl?page=3&as_of=2024-01-01&release=2025-01-01-00000000" in addresses
    assert "x:y.ttl?as_of=2024-01-01&release=2025-01-01-00000000" in addresses
