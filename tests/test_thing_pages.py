"""Pages of actors, sources, events and series: words and figures, nothing cut off in silence."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from built_releases import ReleaseOf
from onrecord.releases.release import STORE, Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.things.figure import figure_text, number_words
from onrecord_server.pages.things.linked import standing_names
from onrecord_server.pages.things.property_words import words_of
from onrecord_server.sparql.endpoint import Endpoint

PREFIXED = re.compile(r">(?:rec|code|rdf|rdfs|skos|schema|prov|org|oa|qudt|dcterms|unit):\w+<")


@pytest.fixture(scope="module", params=["sample", "clinic"])
def release(request: pytest.FixtureRequest, release_of: ReleaseOf) -> Release:
    return release_of(request.param)


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with endpoint_in_thread(Settings(release.path.parent, tmp_path_factory.mktemp("c"))) as served:
        yield create_app(served).test_client()


def things(release: Release, kind: str) -> list[str]:
    """Return the local paths of the things of a class."""

    store = ox.Store.read_only(str(release.path / STORE))
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    class_ = ox.NamedNode(f"https://w3id.org/onrecord/ns#{kind}")
    base = str(release.manifest["base"])
    found = store.quads_for_pattern(None, type_, class_, None)
    return sorted({quad.subject.value.removeprefix(base) for quad in found})


def text_of(client: FlaskClient, path: str) -> str:
    response = client.get(f"/{path}.html")
    assert response.status_code == 200, f"{path}: {response.text}"
    return response.text


@pytest.mark.parametrize("kind", ["Actor", "Source", "Event", "Series", "Snapshot", "Attestation"])
def test_a_page_shows_words_and_no_names_of_the_data_format(
    client: FlaskClient, release: Release, kind: str
) -> None:
    paths = things(release, kind)
    assert len(paths) > 2
    for path in paths:
        text = text_of(client, path)
        assert not PREFIXED.search(text), path
        assert " style=" not in text
        assert f'href="/{path}.ttl"' in text
        assert len(text) < 60_000
        title = re.search(r"<h1[^>]*>(.*?)</h1>", text)
        assert title and path not in title[1], path
        assert f"?release={release.name}</a></p>" in text, "a citation with the release"


def test_an_actor_page_has_every_claim_of_the_actor(client: FlaskClient, release: Release) -> None:

    store = ox.Store.read_only(str(release.path / STORE))
    speaker = ox.NamedNode("https://w3id.org/onrecord/ns#speaker")
    base = str(release.manifest["base"])
    seen = 0
    for path in things(release, "Actor"):
        found = store.quads_for_pattern(None, speaker, ox.NamedNode(base + path), None)
        claims = {quad.subject.value.removeprefix(base) for quad in found}
        text = text_of(client, path)
        assert set(re.findall(r'<tr id="([^"]+)"', text)) == {
            claim.removeprefix("claim/") for claim in claims
        }
        seen += len(claims)
        assert "Ask for a correction" in text or "names nobody" in text or claims == set()
    assert seen > 10


def subjects(release: Release, name: str, value: str) -> set[str]:
    """Return the local paths of what has a value of a property."""
    store = ox.Store.read_only(str(release.path / STORE))
    base = str(release.manifest["base"])
    property_ = ox.NamedNode(f"https://w3id.org/onrecord/ns#{name}")
    found = store.quads_for_pattern(None, property_, ox.NamedNode(base + value), None)
    return {quad.subject.value.removeprefix(base) for quad in found}


def test_an_event_page_has_every_claim_made_there(client: FlaskClient, release: Release) -> None:
    seen = 0
    for path in things(release, "Event"):
        claims = subjects(release, "madeAt", path)
        text = text_of(client, path)
        assert {claim for claim in claims if f'<tr><td><a href="/{claim}"' not in text} == set()
        seen += len(claims)
    assert seen > 5


def test_a_source_page_has_the_whole_hash_and_a_link_at_each_place(
    client: FlaskClient, release: Release
) -> None:
    seen = 0
    for path in things(release, "Source"):
        text = text_of(client, path)
        places = re.findall(r'<td class="date">(\d+)–(\d+)</td>', text)
        assert text.count("<rect class=") - text.count('class="ground"') == len(places)
        archived = subjects(release, "snapshotOf", path)
        assert len(re.findall(r"<code>[0-9a-f]{64}</code>", text)) >= len(archived)
        seen += len(places)
    assert seen > 10


def test_a_series_page_has_every_figure_that_is_claimed(
    client: FlaskClient, release: Release
) -> None:
    seen = 0
    for path in things(release, "Series"):
        text = text_of(client, path)
        figures = {
            each for each in subjects(release, "inSeries", path) if each.startswith("claim/")
        }
        claims = {each.partition("#")[0] for each in figures}
        rows = re.findall(r'<tr id="figure-\d+">.*?<a href="/([^"#]+)"', text)
        assert set(rows) <= claims
        for claim in claims - set(rows):
            assert "withdrawn" in text_of(client, claim).lower(), claim
        seen += len(rows)
    assert seen > 5


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"value": "1200000", "per": "P1Y", "comparator": "x#gt"}, "more than 1,200,000 a year"),
        ({"value": "1", "unit": "times", "comparator": "x#le"}, "no more"),
        ({"low": "3", "high": "3.5", "unit": "times", "comparator": "x#eq"}, "3 to 3.5 times"),
        (
            {"value": "16", "unit": "times", "comparator": "x#eq", "respun": "true"},
            "16 times (words rewritten by a machine)",
        ),
        ({"comparator": "x#eq"}, ""),
    ],
)
def test_a_figure_is_told_in_words(row: dict[str, str], words: str) -> None:
    empty = dict.fromkeys(("value", "low", "high", "unit", "per", "comparator", "respun"), "")
    assert figure_text({**empty, **row}) == words


@pytest.mark.parametrize(("text", "words"), [("0.3333", "0.3333"), ("12345.6", "12,346"),
                                             ("10", "10"), ("3.571428", "3.571")])  # fmt: skip
def test_a_number_is_written_as_one_writes_it(text: str, words: str) -> None:
    assert number_words(text) == words


def test_a_term_is_told_by_its_label_or_its_name_in_words() -> None:
    assert words_of("https://w3id.org/onrecord/ns#snapshotOf") == "snapshot of"
    assert words_of("http://www.w3.org/ns/org#hasMembership") == "has membership"
    assert words_of("https://example.org/page") == ""


def test_a_name_says_that_a_thing_is_withdrawn_with_its_record_or_claim(tmp_path: Path) -> None:
    base, rec = "https://example.org/", "https://w3id.org/onrecord/ns#"
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    retracted = {"claim/b", "attestation/b"}
    attested = {"attestation/a": "claim/a", "attestation/b": "claim/a", "attestation/c": "claim/b"}
    named = ["claim/a", "claim/b", *attested, "claim/b#p", "attestation/c#p", "attestation/a#p"]
    lines = [f'<{base}{each}> <{label}> "{each}" .\n' for each in named]
    lines += [f"<{base}{each}> <{rec}retractedIn> <{base}curation/x> .\n" for each in retracted]
    lines += [f"<{base}{one}> <{rec}attests> <{base}{two}> .\n" for one, two in attested.items()]
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "onrecord.nt").write_text("".join(sorted(lines)), encoding="utf-8")
    files = {"files": {"dumps/onrecord.nt": ""}}
    release = Release("2025-01-01-00000000", tmp_path, {"base": base, **files})
    things = [f"{base}{each}" for each in (*named, "claim/none")]
    names = standing_names(cast(Endpoint, None), release, things)  # nothing is asked of a store
    assert names == {
        f"{base}{each}": f"{each} (withdrawn)" if each.partition("#")[0] in gone else each
        for gone in [{"claim/b", "attestation/b", "attestation/c"}]
        for each in named
    }
