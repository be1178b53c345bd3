"""Numbers on the pages of a topic and of a claim, recounted by SPARQL from the bundled release."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from built_releases import ReleaseOf
from onrecord.releases.release import STORE, Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.claim import RELATIONS

PREFIXES = """
PREFIX code: <https://w3id.org/onrecord/code#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

COMPARISONS = """
  ?claim dcterms:subject <https://w3id.org/onrecord/topic/ammunition-parity> ;
         rec:quantity ?figure ; rec:speakerNames ?who ; rec:modality ?modality .
  FILTER NOT EXISTS { ?claim rec:retractedIn ?retraction . }
  ?figure rec:inSeries ?series ; rec:comparator ?comparator .
  ?series rec:bearer ?one ; rec:versus ?other ; rec:product/rdfs:label ?product .
  FILTER (?one != ?other)
  BIND (<https://w3id.org/onrecord/actor/russia> AS ?russia)
  FILTER (?russia IN (?one, ?other))
  OPTIONAL { ?figure rec:comparableValue ?value . }
  OPTIONAL { ?figure rec:rangeLow ?low ; rec:rangeHigh ?high . }
  BIND (xsd:double(COALESCE(?value, (?low + ?high) / 2)) AS ?stated)
  BIND (IF(?one = ?russia, ?stated, 1 / ?stated) AS ?ratio)
  BIND (IF(?one = ?russia, ?comparator IN (code:gt, code:ge),
           ?comparator IN (code:lt, code:le)) AS ?above)
  BIND (?ratio > 1 || (?ratio = 1 && ?above) AS ?more)
  BIND (?modality IN (code:denied, code:asked, code:questioned, code:not-confirmed,
                      code:not-known)
        || EXISTS { ?claim rec:takenBackBy ?response . } AS ?not_put_forward)
  BIND (?modality IN (code:projected, code:targeted, code:urged, code:promised, code:possible,
                      code:conditional) AS ?expected)
  OPTIONAL { ?claim rec:saidOn [ rec:earliest ?from ; rec:latest ?to ] . }
  BIND (!BOUND(?from) || ?to - ?from > "P30D"^^xsd:dayTimeDuration AS ?vague)
"""


PHRASES = sorted({phrase for both in RELATIONS.values() for phrase in both}, key=len, reverse=True)


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("bundled")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def rows(release: Release, query: str) -> list[list[str]]:
    """Return the rows of a query over a release, as texts."""
    found = ox.Store.read_only(str(release.path / STORE)).query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return [[getattr(term, "value", "") for term in row] for row in found]


def words_of(text: str) -> str:
    """Return the text of a page without its tags, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def test_the_sentence_over_the_timeline(client: FlaskClient, release: Release) -> None:
    (counted,) = rows(
        release,
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?who) AS ?voices)"
        " (SUM(IF(?more && !?not_put_forward, 1, 0)) AS ?ahead)"
        " (SUM(IF(!?more && !?not_put_forward, 1, 0)) AS ?no_more)"
        " (SUM(IF(?expected && !?not_put_forward, 1, 0)) AS ?open)"
        " (SUM(IF(?not_put_forward, 1, 0)) AS ?apart) (SUM(IF(?vague, 1, 0)) AS ?unsure)"
        f"{{ SELECT DISTINCT * {{ {COMPARISONS} }} }}",
    )
    ((ratio, comparator, times), *_) = rows(
        release,
        "SELECT ?ratio ?comparator (COUNT(*) AS ?times)"
        f"{{ SELECT DISTINCT * {{ {COMPARISONS} FILTER (!?not_put_forward && ?ratio != 1) }} }}"
        " GROUP BY ?ratio ?comparator ORDER BY DESC(?times) LIMIT 1",
    )
    claims, voices, ahead, no_more, expected, apart, vague = counted
    assert comparator.endswith("#eq")
    page = words_of(client.get("/topic/ammunition-parity.html").text)
    assert (
        f"{claims} comparisons of Russia with others, by {voices} voices. In {ahead} Russia" in page
    )
    assert f"the figure most often given is {float(ratio):g} ({times} claims)" in page
    assert f"In {no_more} it has as much, no more, or less. {expected} tell what is" in page
    assert ("deny, doubt or take back" in page) == (apart != "0")
    assert f"{vague} are dated to no better than a month." in page
    assert f"{claims} comparisons, {voices} voices" in page


FILTERS = ("by", "product", "kind", "year", "against")


@pytest.fixture(scope="module")
def compared(release: Release) -> list[list[str]]:
    """The comparisons of Russia with others: by whom, of what, how put, of which year and whom."""
    return rows(
        release,
        f"SELECT ?who ?product ?put ?year ?against {{ SELECT DISTINCT * {{ {COMPARISONS}"
        " ?modality skos:prefLabel ?put ."
        " BIND (IF(?one = ?russia, ?other, ?one) AS ?side) ?side rdfs:label ?against ."
        " BIND (IF(YEAR(?from) = YEAR(?to), YEAR(?from), 1/0) AS ?year) } }",
    )


@pytest.mark.parametrize("name", FILTERS)
def test_the_numbers_of_a_filter(client: FlaskClient, compared: list[list[str]], name: str) -> None:
    place = FILTERS.index(name)
    found = Counter(row[place] for row in compared if row[place])
    page = client.get("/topic/ammunition-parity.html").text
    (form,) = re.findall(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
    options = re.findall(r"<option value=\"[^\"]+\">(.*?) \((\d+)\)</option>", form)
    assert len(options) > 1
    assert {unescape(text): int(number) for text, number in options} == found


def test_the_outlets_of_each_row(client: FlaskClient, release: Release) -> None:
    outlets = dict(
        rows(
            release,
            "SELECT ?claim (COUNT(DISTINCT ?publisher) AS ?n) WHERE {"
            " ?report rec:attests ?claim ; rec:passage/oa:hasSource/rec:snapshotOf ?source ."
            " FILTER NOT EXISTS { ?report rec:retractedIn ?retraction . }"
            " ?source schema:publisher ?publisher . } GROUP BY ?claim",
        )
    )
    page = client.get("/topic/ammunition-parity.html").text
    shown = re.findall(
        r'<tr id="[^"]+">.*?<a href="(/claim/[^"]+)">.*?<td class="number">(\d+)<', page
    )
    assert len(shown) > 20
    for path, number in shown:
        assert outlets[f"https://w3id.org/onrecord{path}"] == number, path


def test_how_many_carry_a_claim_and_how_many_depart_from_it(
    client: FlaskClient, release: Release
) -> None:
    counted = rows(
        release,
        "SELECT ?claim (COUNT(DISTINCT ?source) AS ?sources) (COUNT(DISTINCT ?off) AS ?departing)"
        " WHERE { ?report rec:attests ?claim ; rec:passage/oa:hasSource/rec:snapshotOf ?source ."
        " FILTER NOT EXISTS { ?report rec:retractedIn ?retraction . }"
        " FILTER NOT EXISTS { ?claim rec:retractedIn ?retraction . }"
        " BIND (EXISTS { ?drift rec:driftOf ?report ; a rec:Drift . } AS ?isDrift)"
        " BIND (EXISTS { ?judgement rdf:subject ?report ; rdf:predicate rec:alters ."
        " FILTER NOT EXISTS { ?judgement rec:retractedIn ?undone . } } AS ?isJudged)"
        " BIND (IF(?isDrift || ?isJudged, ?source, 1/0) AS ?off) }"
        " GROUP BY ?claim HAVING (COUNT(DISTINCT ?source) > 1) ORDER BY ?claim",
    )
    assert len(counted) > 30
    assert ["https://w3id.org/onrecord/claim/overtaken", "17", "10"] in counted
    for claim, sources, departing in counted:
        path = claim.removeprefix("https://w3id.org/onrecord")
        page = words_of(client.get(f"{path}.html").text)
        assert f"How {sources} sources carried it" in page, path
        said = re.search(r"(\d+) of them says? more or other", page.replace(" say ", " says "))
        assert (said[1] if said else "0") == departing, path


def test_how_each_claim_compares(client: FlaskClient, release: Release) -> None:
    counted: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for claim, label, number in rows(
        release,
        "SELECT ?claim ?label (COUNT(DISTINCT ?comparison) AS ?n) WHERE {"
        " ?comparison rec:outcome/skos:prefLabel ?label ; rec:factor ?factor ."
        " { ?comparison rec:first ?figure ; rec:second ?compared . }"
        " UNION { ?comparison rec:second ?figure ; rec:first ?compared . }"
        " ?claim rec:quantity ?figure ; a rec:Claim ."
        " ?other rec:quantity ?compared ; a rec:Claim . FILTER (?figure != ?compared)"
        " FILTER NOT EXISTS { ?claim rec:takenBackBy ?answer . }"
        " FILTER NOT EXISTS { ?other rec:takenBackBy ?response . }"
        "} GROUP BY ?claim ?label",
    ):
        counted[claim].add((label, number))
    assert len(counted) > 50
    assert len({label for found in counted.values() for label, _ in found}) > 5
    claims = rows(release, "SELECT DISTINCT ?claim { ?claim a rec:Claim }")
    assert len(claims) > len(counted)
    for (claim,) in claims:
        path = claim.removeprefix("https://w3id.org/onrecord")
        page = client.get(f"{path}.html").text
        section = page[page.find('<h2 id="read">') : page.find('<h2 id="chain">')]
        shown = re.findall(r"<details[^>]*><summary>([^<]+): ([\d,]+)</summary>", section)
        assert {(label, number.replace(",", "")) for label, number in shown} == counted[claim], path
        assert len(shown) == len(counted[claim]), path


def test_the_relations_of_each_claim(client: FlaskClient, release: Release) -> None:
    related: dict[str, Counter[str]] = defaultdict(Counter)
    for claim, relation, other in rows(
        release,
        "SELECT DISTINCT ?claim ?relation ?other { ?claim a rec:Claim ; ?relation ?other ."
        " ?other a rec:Claim . }",
    ):
        forwards, backwards = RELATIONS[URIRef(relation)]
        related[claim][forwards] += 1
        related[other][backwards] += 1
    assert len(related) > 50
    assert len({phrase for counts in related.values() for phrase in counts}) > 8
    for claim, counts in related.items():
        path = claim.removeprefix("https://w3id.org/onrecord")
        page = client.get(f"{path}.html").text
        section = page.partition("Other claims that bear on it</h2>")[2].partition("</section>")[0]
        shown = Counter(
            # Who responds is named before how.
            next(phrase for phrase in PHRASES if said.startswith(phrase))
            for said in map(unescape, re.findall(r"<li>([^<]+) <a", section))
        )
        assert shown == counts, path


def test_the_figure_tags_of_each_claim(client: FlaskClient, release: Release) -> None:
    counted = rows(
        release,
        "SELECT ?claim (COUNT(DISTINCT ?figure) AS ?n) { ?claim a rec:Claim ."
        " OPTIONAL { ?claim rec:quantity ?figure } } GROUP BY ?claim",
    )
    for claim, number in counted:
        path = claim.removeprefix("https://w3id.org/onrecord")
        page = client.get(f"{path}.html").text
        section = page[page.find('<h2 id="read">') : page.find('<h2 id="chain">')]
        assert section.count("<dt>Figure") == int(number), path
