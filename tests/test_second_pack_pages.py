"""The second pack on its pages: programmes in steps, and words in other languages."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

import bundled
from built_releases import ReleaseOf
from bundled import BASE
from onrecord.rdf.namespaces import CODE, REC
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages import page_queries
from onrecord_server.pages.programme import programme

PROGRAMMES = sorted(
    {
        str(topic).removeprefix(BASE)
        for file in bundled.collection().files
        for topic, *stated in file.triples
        if stated == [RDF.type, REC.Programme]
    }
)
PLANS = {CODE[name] for name in ("projected", "targeted", "promised", "conditional")}


@pytest.fixture(scope="module")
def client(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    release = release_of("bundled")
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.text


def steps(text: str, heading: str) -> list[str]:
    """Return the rows of the table under a heading of a programme's page."""
    table = text.partition(f'<h2 id="{heading}">')[2].partition("</table>")[0]
    return table.partition("<tbody>")[2].split("<tr>")[1:]


def planned(topic: str) -> int:
    """Return how many figures are planned on a topic, counted from the graph alone."""
    graph = bundled.graph()
    return sum(
        len({*graph.objects(claim, REC.quantity)})
        for claim in graph.subjects(DCTERMS.subject, URIRef(BASE + topic))
        if graph.value(claim, REC.modality) in PLANS and (claim, REC.retractedIn, None) not in graph
    )


@pytest.mark.parametrize("topic", PROGRAMMES)
def test_the_page_of_a_programme_tells_all_its_plans(client: FlaskClient, topic: str) -> None:
    text = page(client, f"/{topic}.html")
    assert len(steps(text, "plans")) == planned(topic) >= 5
    assert f"{planned(topic)} figures planned" in text
    assert steps(text, "said")
    counted = [
        int(row.partition(" figure")[0].rpartition(">")[2]) for row in steps(text, "counted")
    ]
    assert sum(counted) == planned(topic)
    assert f'href="/q/programme?topic={topic}"' in text
    assert page(client, f"/q/programme?topic={topic}")


def row_with(rows: list[str], words: str) -> str:
    (row,) = (row for row in rows if words in row)
    return row


def test_a_plan_that_was_put_off_says_by_whom_and_to_when(client: FlaskClient) -> None:
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    row = row_with(steps(text, "plans"), "“1.5 million rounds by 2027”")
    assert "<b>postponed</b>" in row
    assert "“1.5 million by 2030”" in row


def test_a_plan_is_reached_by_the_words_that_say_so(client: FlaskClient) -> None:
    text = page(client, "/topic/eu-two-million-given.html")
    row = row_with(steps(text, "plans"), "“we reach the 2 million mark”")
    assert "<b>reached</b>" in row
    assert 'href="/claim/kallas-reached"' in row


def test_what_an_outsider_expected_is_said_to_be_so_and_not_disputed_by_a_tenth(
    client: FlaskClient,
) -> None:
    text = page(client, "/topic/czech-initiative.html")
    row = row_with(steps(text, "plans"), "/claim/nato-official-18-million")
    assert "<b>said to be so</b>" in row
    assert "<b>disputed</b>" not in row


def test_deliveries_of_a_later_year_say_nothing_of_a_plan_of_an_earlier_one(
    client: FlaskClient,
) -> None:
    text = page(client, "/topic/czech-initiative.html")
    row = row_with(steps(text, "plans"), "“500.000 kusů dělostřelecké munice”")
    assert "<b>reached</b>" in row
    assert "at least so by then" not in row
    assert "<b>missed</b>" not in row


def test_what_is_so_later_is_at_least_so_by_then_and_not_late(client: FlaskClient) -> None:
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    row = row_with(steps(text, "plans"), "“600.000 peluru artileri setiap tahunnya”")
    assert "<b>at least so by then</b> (probable)" in row
    assert "reached late" not in text


def test_who_admits_failure_before_its_time_says_that_the_plan_is_missed(
    client: FlaskClient,
) -> None:
    rows = steps(page(client, "/topic/eu-million.html"), "plans")
    plan = row_with(rows, "“within the next 12 months”")
    assert (
        '<b>said beforehand to be missed</b> (probable): <a href="/claim/eu-million-failed"' in plan
    )
    assert "<b>missed</b>" not in plan
    # Of a plan whose time is over less is not told beforehand, be it of the whole year.
    capacity = row_with(rows, '<td><a href="/claim/breton-million-november"')
    assert "said beforehand" not in capacity
    assert "<b>missed</b>" in capacity
    assert '<b>doubted</b> (probable): <a href="/claim/pistorius-million-missed"' in plan
    assert "<b>borne out</b> (probable)" in row_with(rows, '<td><a href="/claim/pistorius-million')


def test_a_plan_that_others_say_is_not_reached_is_disputed(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/us-hundred-thousand.html"), "plans")
    row = row_with(rows, "“75,000-80,000”")
    assert row.index("<b>disputed</b>") < row.index("<b>reached</b>")
    assert "<b>said to be less since</b>" in row
    nearly = row_with(rows, "“80,000 per month in 2025”")
    assert "<b>reached</b>" not in nearly
    started = row_with(rows, "“over 24,000 later this year”")
    assert "/claim/breton-march-2023" not in started


def test_who_expects_a_plan_later_has_not_put_it_off(client: FlaskClient) -> None:
    """Only whose plan it is puts it off; an outlet expects it later."""
    rows = steps(page(client, "/topic/us-hundred-thousand.html"), "plans")
    row = row_with(rows, "“100,000 goal”")
    put_off = row.partition("<b>postponed</b>")[2].partition("<b>")[0]
    expected = row.partition("<b>expected later</b>")[2].partition("<b>")[0]
    assert "/claim/warren-mid-2026" in put_off
    assert "/claim/digest-army-mid-2026" in expected
    assert "/claim/digest-army-mid-2026" not in put_off


def test_a_figure_of_a_month_is_shown_as_it_was_said(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/us-hundred-thousand.html"), "plans")
    assert "<b>100,000 a month (1,200,000 a year)</b>" in row_with(rows, "“100,000 goal”")


def test_a_figure_that_was_put_off_is_told_in_one_line(client: FlaskClient) -> None:
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    (line,) = (line for line in text.splitlines() if "<li>Put off:" in line)
    stops = ["for 2026 (", "Rheinmetall, March 2024", "for 2027 (", "for 2030 ("]
    assert stops == sorted(stops, key=line.index)


def test_what_a_curator_judges_of_a_plan_is_beside_it(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/rheinmetall-million-and-a-half.html"), "plans")
    row = row_with(rows, '<td><a href="/claim/papperger-2026-capacity"')
    assert "<b>superseded</b> (judged)" in row
    assert "The same million and a half is put off from 2026 to 2027" in row
    rows = steps(page(client, "/topic/uk-sixteenfold.html"), "plans")
    pair = "digest-glascoed-500k", "guardian-uk-80k"
    for claim, other in (pair, pair[::-1]):
        row = row_with(rows, f'<td><a href="/claim/{claim}"')
        assert f'<b>contradicted</b> (judged): <a href="/claim/{other}"' in row


def test_what_was_delivered_is_told_year_by_year_and_money_apart(client: FlaskClient) -> None:
    text = page(client, "/topic/czech-initiative.html")
    years = text.partition('<h2 id="years">')[2].partition("</table>")[0]
    assert years.index(">2024</th>") < years.index("1,960,000") and ">2025</th>" in years
    assert "koruna" not in years.lower()
    assert any("/claim/havlicek-280-billion" in row for row in steps(text, "money"))
    assert not any("/claim/havlicek-280-billion" in row for row in steps(text, "said"))
    assert 'id="years"' not in page(client, "/topic/uk-sixteenfold.html")


def test_a_date_of_saying_is_no_date_by_when(client: FlaskClient) -> None:
    text = page(client, "/topic/uk-sixteenfold.html")
    (line,) = (line for line in text.splitlines() if "<li>Put off:" in line)
    assert line.index("for June 2025 to August 2025") < line.index("with no date named")
    assert "2026 or later" not in line
    row = row_with(steps(text, "plans"), "“by up to sixteenfold”</span></td>")
    assert "<td>no date named</td>" in row


def test_the_last_word_of_the_very_series_is_told_and_totals_stand_apart(
    client: FlaskClient,
) -> None:
    rows = steps(page(client, "/topic/czech-initiative.html"), "counted")
    calibre = row_with(rows, "large-calibre-ammunition-delivery-czech-initiative-to-ukraine")
    assert "<b>1,960,000</b>, 2025" in calibre and "/claim/kmonicek-196-million" in calibre
    shells = row_with(rows, '/series/shell-delivery-czech-initiative-to-ukraine"')
    assert "<b>1,800,000</b>, 2025" in shells
    assert "<b>more than 4,000,000</b>, in all, up to 15 February 2026" in shells
    # Who is behind it is no plan, and is told beside what was said.
    assert not any("contributors-czech-initiative" in row for row in rows)
    said = steps(page(client, "/topic/czech-initiative.html"), "said")
    assert "11" in row_with(said, "/claim/united24-eleven-countries")
    million = steps(page(client, "/topic/eu-million.html"), "counted")
    row = row_with(million, '/series/ammunition-capacity-europe"')
    assert "<b>nearly 1,000,000 a year</b>, 31 January 2024" in row


def words_said_last(client: FlaskClient, topic: str, series: str) -> list[str]:
    """Return what is told as said last of a series, the figure with what else it is of."""
    rows = steps(page(client, f"/topic/{topic}.html"), "counted")
    cell = row_with(rows, f'/series/{series}"').split("<td>")[4]
    return [
        re.sub("<[^>]+>", "", part).partition(" (")[0]
        for part in cell.split("<br>")
        if "<b>" in part
    ]


def test_what_is_told_later_beside_a_series_is_the_last_word(client: FlaskClient) -> None:
    assert words_said_last(
        client, "rheinmetall-million-and-a-half", "shell-output-rheinmetall"
    ) == [
        "1,100,000 a year output of Rheinmetall: 155 mm shell, 26 April 2026",
        "about 700,000 a year, about August 2025",
    ]


def test_whoever_said_otherwise_as_late_stands_beside_the_last_word(client: FlaskClient) -> None:
    said = words_said_last(client, "eu-two-million-made", "shell-capacity-europe")
    figures = [each.partition(" a year")[0] for each in said]
    assert figures[0] == "about 580,000"
    assert "about 400,000" in figures
    # Numbers of which no page tells the day are among what was said, and not as late for certain.
    assert "400,000 to 600,000" not in figures
    said = steps(page(client, "/topic/eu-two-million-made.html"), "said")
    assert row_with(said, "/claim/rheinmetall-europe-capacity")
    # What was lacking before the day on which it is reached is not as late.
    reached = words_said_last(
        client, "eu-two-million-given", "ammunition-collected-european-union-to-ukraine"
    )
    assert reached == ["2,000,000, 15 December 2025"]


def test_a_sum_of_before_a_programme_is_no_word_of_it(client: FlaskClient) -> None:
    series = "shell-delivery-european-union-to-ukraine"
    assert words_said_last(client, "eu-two-million-given", series) == []
    assert words_said_last(client, "eu-million", series)


def test_what_decides_says_on_whose_word_and_what_may_be_reached_is_disputed(
    client: FlaskClient,
) -> None:
    american = steps(page(client, "/topic/us-hundred-thousand.html"), "plans")
    # Who says so decides, before those who pass it on.
    missed = row_with(american, "“60,000 per month in fiscal”").partition("<b>missed</b>")[2]
    assert (
        missed.partition("<b>")[0].count(">September 2024 to about July 2025, US Department") == 1
    )
    assert "Defense Express" not in missed.partition("<b>")[0]
    answer = client.get(
        "/q/programme?topic=topic/us-hundred-thousand", headers={"Accept": "text/csv"}
    ).text
    assert "Defense Express, on the word of US Department of Defense" in answer
    text = page(client, "/topic/eu-million.html")
    row = row_with(steps(text, "plans"), "/claim/breton-million-november")
    assert "<b>disputed</b>" in row
    counted = row_with(steps(text, "counted"), '/series/ammunition-capacity-europe"')
    assert "disputed 2, missed 2" in counted
    answer = client.get("/q/programme?topic=topic/eu-million", headers={"Accept": "text/csv"}).text
    assert "Josep Borrell, on the word of Thierry Breton" in answer


def test_a_veto_says_what_came_of_a_plan(client: FlaskClient) -> None:
    text = page(client, "/topic/eu-two-million-given.html")
    row = row_with(steps(text, "plans"), "/claim/politico-kallas-first-plan")
    assert "<b>superseded</b> (judged)" in row
    assert "/claim/politico-hungarian-veto" in row


def test_what_an_altered_claim_shows_says_that_it_is_altered(client: FlaskClient) -> None:
    text = page(client, "/topic/czech-initiative.html")
    row = row_with(steps(text, "plans"), '<td><a href="/claim/lipavsky-plan-2025"')
    missed = row.partition("<b>missed</b>")[2].partition("<br>")[0]
    assert "by a claim that is judged to be altered" in missed
    assert "/claim/magyar-nemzet-300k" in missed
    assert "missed by an altered claim" in row_with(steps(text, "counted"), "/series/large-calibre")
    plant = page(client, "/topic/rheinmetall-million-and-a-half.html")
    row = row_with(steps(plant, "plans"), '<td><a href="/claim/guardian-plant-1100k"')
    assert 'an altered form of <a href="/claim/results-2024-1100k-2027">' in row


def test_a_step_names_who_tells_it_otherwise_and_what_reaching_leaves_open(
    client: FlaskClient,
) -> None:
    text = page(client, "/topic/eu-two-million-given.html")
    row = row_with(steps(text, "said"), '/claim/kallas-two-thirds"')
    assert "told otherwise by Online.UA, silvercity.news" in row
    assert "told otherwise by Censor.NET" in row_with(
        [row for row in steps(text, "said") if "/claim/" in row], "/claim/kallas-not-there-yet"
    )
    row = row_with(steps(text, "plans"), "“we reach the 2 million mark”")
    assert "handed over, ordered or promised she does not say" in row


def test_shares_of_a_plan_are_no_comparisons_with_others(client: FlaskClient) -> None:
    for actor in ("kaja-kallas", "josep-borrell"):
        text = page(client, f"/actor/{actor}.html")
        assert "What was said of European Union against others" not in text
    assert "against others" in page(client, "/actor/mark-rutte.html")


def test_the_question_of_programmes_lists_programmes_only(client: FlaskClient) -> None:
    address = f"/q/programme?topic={PROGRAMMES[0]}"
    text = client.get(address, headers={"Accept": "text/html"}).text
    choice = text.partition('<select name="topic">')[2].partition("</select>")[0]
    assert sorted(re.findall(r'<option value="([^"]+)"', choice)) == PROGRAMMES


def test_what_nobody_spoke_of_again_says_so(client: FlaskClient) -> None:
    text = page(client, "/topic/eu-two-million-made.html")
    row = row_with(steps(text, "plans"), "“2 million shells a year”")
    assert "nothing on record" in row
    row = row_with(steps(text, "plans"), "“to 1.7 million in 2024”")
    assert '<b>missed</b> (probable): <a href="/claim/kacperski-600k"' in row


def test_a_programme_as_of_a_day_has_nothing_later(client: FlaskClient) -> None:
    text = page(client, "/topic/eu-two-million-given.html?as_of=2025-06-30")
    row = row_with(steps(text, "plans"), "“we reach the 2 million mark”")
    assert "nothing on record" in row
    assert "/claim/kallas-reached" not in text


def test_a_topic_that_is_no_programme_has_no_steps(client: FlaskClient) -> None:
    text = page(client, "/topic/north-korean-shells.html")
    assert "figures planned" not in text
    others = text.partition("On this topic")[2]
    (told,) = (line for line in others.split("<li>") if "/claim/shin-containers" in line)
    assert "told otherwise by RBC-Ukraine" in told
    assert "/claim/shin-several-million" in others


def test_the_page_of_all_programmes_lists_them_and_asks_for_no_day(client: FlaskClient) -> None:
    text = page(client, "/topic/programmes.html")
    for topic in PROGRAMMES:
        assert f'<li><a href="/{topic}">' in text
    assert "Said by" not in text


def test_home_leads_to_the_programmes(client: FlaskClient) -> None:
    assert '<a href="/topic/programmes">programmes</a>' in page(client, "/")


def test_programmes_of_two_million_say_what_they_are_and_lead_to_each_other(
    client: FlaskClient,
) -> None:
    given, made = "topic/eu-two-million-given", "topic/eu-two-million-made"
    for one, other in ((given, made), (made, given)):
        text = page(client, f"/{one}.html")
        assert f'<a href="/{other}">' in text
        assert str(bundled.graph().value(URIRef(BASE + one), SKOS.definition)) in text


def test_a_share_is_not_drawn_as_so_many_times(client: FlaskClient) -> None:
    """Thirty per cent of what was pledged is not thirty times it."""
    assert "30% of the overall objective" in page(client, "/topic/eu-million.html")
    assert client.get("/topic/eu-million.svg").status_code == 404


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("Bestand an Sprenggeschossen", "bmvg-stock-20k"),
        ("prochu nábojů podobné", ""),
        ("podobné množství nábojů", "fiala-similar-2025"),
        ("средств поражения", "belousov-21m-2026"),
        ("environ 40 000 obus", "rapporteur-nexter-40k"),
        ("nie przekracza 600 tys", "kacperski-600k"),
        ("прагнуть боєприпасів", ""),
        ("артилерійських боєприпасів", "zelenskyy-russia-7m"),
        ("proiettili", "vdl-two-million"),
        ("lőszert", "magyar-nemzet-15-million"),
        ("patronen", "unterluess-two-million"),
        ("450.000 disparos al año", "papperger-expal-450k"),
        ("काजा कल्लास", "kallas-short"),
        ("Кая Каллас", "kallas-pledged"),
        ("ministerka", "cernochova-not-opaque"),
        ("Källor och dokument", "states-ask-extension"),
    ],
)
def test_words_in_another_language_find_their_claim(
    client: FlaskClient, words: str, claim: str
) -> None:
    found = client.get("/search.json", query_string={"q": words, "kind": "claim"}).get_json()
    things = [hit["iri"] for hit in found["hits"]]
    # Nothing is found by an outlet's own prose, which is on record by its place alone.
    of_all = found["has_all"] and not found["left_out"] and not found["like"]
    assert (f"{BASE}claim/{claim}" in things) if claim else not of_all


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("pistorius-million-missed", "de"),
        ("babis-why-continue", "cs"),
        ("belousov-21m-2026", "ru"),
        ("lecornu-4000-5000", "fr"),
        ("kacperski-600k", "pl"),
        ("papperger-output-over-contracts", "uk"),
        ("appathurai-threefold", "it"),
    ],
)
def test_a_quotation_on_a_page_says_its_language(
    client: FlaskClient, claim: str, language: str
) -> None:
    text = page(client, f"/claim/{claim}.html")
    assert f'lang="{language}">“' in text


def head(client: FlaskClient, topic: str) -> str:
    """Return the sentences with which the page of a programme begins, without marks."""
    return of_head(page(client, f"/topic/{topic}.html"))


def of_head(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text.partition('id="head">')[2].partition("</ul>")[0])


def of_plans(told: str) -> str:
    """Return what the head of a programme says of plans, and not of what came of them."""
    return re.split("Said last|No figure of this measure", told)[0]


def test_a_programme_begins_with_its_plans_and_what_is_on_record_since(client: FlaskClient) -> None:
    made = head(client, "eu-two-million-made")
    # What the Secretary General of NATO expects of Europe is no plan of its own.
    last = "Planned last: about 2,000,000 a year, for 31 December 2025 (Andrius Kubilius"
    assert last in made
    assert "nothing on record of what came of it" in made
    assert "No figure of this kind on record is of 2025 or later." in made
    given = head(client, "eu-two-million-given")
    assert "reached (probable) by Kaja Kallas, 15 December 2025" in given
    assert "No figure" not in given


@pytest.mark.parametrize("shown", [1, 5])
@pytest.mark.parametrize("version", [page_queries.VERSION, 0])
def test_a_long_programme_begins_with_the_first_and_the_last_of_all_its_plans(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, shown: int, version: int
) -> None:
    """What is cut off is told from the tables, or from the store where there are none."""
    topics = [topic.removeprefix("topic/") for topic in PROGRAMMES]
    whole = {topic: of_plans(head(client, topic)) for topic in topics}
    assert all("Planned" in told for told in whole.values())
    monkeypatch.setattr(programme, "_SHOWN", shown)
    monkeypatch.setattr(page_queries, "VERSION", version)
    for topic, told in whole.items():
        address = f"/topic/{topic}.html?cut={shown}-{version}"
        text = page(client, address)
        assert of_plans(of_head(text)) == told
        assert len(steps(text, "plans")) < planned(f"topic/{topic}")


def test_what_a_long_programme_leaves_out_is_told_as_of_earlier_days(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = bundled.graph()
    # As many as were said on the busiest day, of which more would not be told.
    monkeypatch.setattr(programme, "_SHOWN", 20)
    most = 0
    for topic in PROGRAMMES:
        wanted = {
            f"/{str(claim).removeprefix(BASE)}"
            for claim in graph.subjects(DCTERMS.subject, URIRef(BASE + topic))
            if graph.value(claim, REC.modality) in PLANS
            and (claim, REC.retractedIn, None) not in graph
            and graph.value(graph.value(claim, REC.saidOn), REC.latest)
            and graph.value(claim, REC.quantity)
        }
        found: set[str] = set()
        day, pages = "", 0
        while pages == 0 or day:
            text = page(client, f"/{topic}.html?cut=20" + (f"&as_of={day}" if day else ""))
            rows = steps(text, "plans")
            found |= {row.partition('href="')[2].partition('"')[0] for row in rows}
            # What may have been said by a day, or after it.
            found |= {*re.findall(r'href="(/claim/[^"]*)"', text.partition('id="head">')[0])}
            note = text.partition('<p class="note">Told here')[2].partition("</p>")[0]
            assert day != note.partition("as_of=")[2][:10] or not day
            day = note.partition("as_of=")[2][:10]
            pages += 1
        most = max(most, pages)
        assert wanted <= found
    assert most > 1


def test_a_plan_that_is_told_at_second_hand_says_so(client: FlaskClient) -> None:
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    assert "about 2026, no day</a>, at second hand, by Dagens, from Digi24)" in text
    row = row_with(steps(text, "plans"), '<td><a href="/claim/papperger-nzz-target">')
    assert "at second hand" in row
    first_hand = row_with(steps(text, "plans"), '<td><a href="/claim/unterluess-company-group">')
    assert "at second hand" not in first_hand


def test_denials_come_first_with_what_was_claimed_since(client: FlaskClient) -> None:
    text = page(client, "/topic/north-korean-shells.html")
    denied = text.partition('<h2 id="denied">')[2].partition("</ul>")[0]
    assert denied.count("<li>") == denied.count("(denied)") == 4
    assert "about 9 November 2022, and no denial on record is known to be of later" in denied
    assert "told otherwise by War on Fakes" in denied
    assert "(denied)" not in text.partition('<h2 id="others">')[2]
    assert '<h2 id="denied">' not in page(client, "/topic/stockpiles.html")
    # A programme has what was denied of it among its steps.
    assert '<h2 id="denied">' not in page(client, "/topic/eu-million.html")


@pytest.mark.parametrize("plural, kind", [("topics", "topic"), ("quantities/", "quantity")])
def test_a_list_is_found_by_its_plural(client: FlaskClient, plural: str, kind: str) -> None:
    response = client.get(f"/{plural}?release=none")
    assert response.status_code == 308
    assert response.location == f"/{kind}/?release=none"


@pytest.mark.parametrize("name", ["Brandtzaeg", "Brandtzæg"])
def test_a_name_is_found_without_its_letter(client: FlaskClient, name: str) -> None:
    found = client.get("/search.json", query_string={"q": name, "kind": "actor"}).get_json()
    assert [hit["iri"] for hit in found["hits"]] == [f"{BASE}actor/morten-brandtzaeg"]
    assert not found["like"]


def test_the_head_of_a_programme_is_of_one_measure_that_it_names(client: FlaskClient) -> None:
    """A capacity of 600,000 is no first plan of what is made."""
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    assert "of one measure (output, Rheinmetall)" in text
    assert "600.000 Schuss" in "".join(steps(text, "plans"))
    told = head(client, "rheinmetall-million-and-a-half")
    assert "Planned first with a date: 450,000 a year, for 2023 (Rheinmetall" in told
    assert "600,000" not in told
    made = page(client, "/topic/eu-two-million-made.html")
    assert "of one measure (capacity, Europe)" in made
    said, _, others = head(client, "eu-two-million-made").partition("Of other kinds:")
    assert "Kacperski" not in said
    assert "Kacperski" in others


def test_a_figure_put_off_names_measures_only_where_they_differ(client: FlaskClient) -> None:
    def told(topic: str) -> str:
        return page(client, f"/topic/{topic}.html").partition("Put off:")[2].partition("</li>")[0]

    assert "; capacity, Rheinmetall)" in told("rheinmetall-million-and-a-half")
    assert "; output, Rheinmetall)" in told("rheinmetall-million-and-a-half")
    assert ";" not in re.sub(r"<[^>]*>|BAE Systems; s", "", told("uk-sixteenfold"))


def test_those_who_say_otherwise_of_the_latest_time_stand_side_by_side(
    client: FlaskClient,
) -> None:
    told = head(client, "czech-initiative").partition("Said last to be so:")[2]
    assert "1,960,000" in told
    assert "1,800,000" in told
    assert told.count("Hynek Kmoníček") == 1


def test_shares_of_two_measures_stand_in_rows_of_their_own(client: FlaskClient) -> None:
    """What is short of the target in November is no word of deliveries."""
    row = row_with(steps(page(client, "/topic/eu-two-million-given.html"), "counted"), "(share)")
    assert "80 percent" in row
    assert "less than 100" not in row
    assert "no figure of October 2025 or later" in row


def test_at_second_hand_names_who_tells_it_and_from_whom(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/uk-sixteenfold.html"), "plans")
    assert "at second hand, by TASS, UNN, from The Guardian" in row_with(
        rows, "no more than 80,000 shells"
    )
    denied = page(client, "/topic/north-korean-shells.html").partition('<h2 id="denied">')[2]
    denied = denied.partition("</ul>")[0]
    (ministry,) = re.findall(r"<li>[^\n]*North Korean Defence Ministry[^\n]*", denied)
    assert "at second hand, by UrduPoint, from Sputnik" in ministry
    (nebenzia,) = re.findall(r"<li>[^\n]*Nebenzia[^\n]*", denied)
    assert "at second hand" not in nebenzia


def test_a_line_of_a_topic_says_what_is_judged_to_contradict_it(client: FlaskClient) -> None:
    text = page(client, "/topic/north-korean-shells.html")
    for claim, other in (
        ("skibitskyi-65-million", "dia-12-million"),
        ("dia-12-million", "skibitskyi-65-million"),
    ):
        (line,) = re.findall(rf'<li>[^\n]*: <a href="/claim/{claim}">[^\n]*', text)
        assert f'seems to be contradicted (judged) by <a href="/claim/{other}">' in line
    assert text.count("contradicted (judged)") == 2


def test_what_is_so_says_what_is_judged_to_contradict_it(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/eu-million.html"), "said")
    for words, other in (("only 480,000", "borrell-delivered"), ("330,000", "reuters-480k")):
        row = row_with([each for each in rows if f"“{words}”" in each], words)
        assert f'contradicted (judged) by <a href="/claim/{other}">' in row
    row = row_with(rows, 'href="/claim/borrell-capacity-2023"')
    assert 'seems to be contradicted (judged) by <a href="/claim/breton-million-november">' in row
    before = page(client, "/topic/eu-million.html?as_of=2023-11-30")
    assert "/claim/borrell-delivered" not in before


def test_a_claim_of_two_figures_is_contradicted_once(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/eu-two-million-made.html"), "said")
    assert "contradicted (judged)" in row_with(rows, "“500,000 shells a year”")
    assert "contradicted (judged)" not in row_with(rows, "“only 300,000”")


def test_a_speaker_has_the_office_of_that_day(client: FlaskClient) -> None:
    text = page(client, "/topic/czech-initiative.html")
    rows = steps(text, "said")
    assert "party leader, ANO" in row_with(rows, 'href="/claim/babis-why-continue"')
    assert "Prime Minister, Czech Republic" in row_with(rows, 'href="/claim/babis-will-not-cancel"')
    advised = row_with(rows, 'href="/claim/kmonicek-196-million"')
    assert "national security adviser, Czech Government" in advised


def test_years_end_with_what_there_is_money_for_and_all_in_all(client: FlaskClient) -> None:
    text = page(client, "/topic/czech-initiative.html")
    table = text.partition('<h2 id="years">')[2].partition("</table>")[0]
    later = table.partition(">2026<")[2]
    assert "760,000" in later
    assert "more than 4,000,000" in later.partition(">in all<")[2]
    assert "come to together, 3,560,000:" in table


def test_what_another_says_on_their_word_is_not_told_before_their_own(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/eu-million.html"), "plans")
    row = row_with(rows, "one million shots per year")
    assert "on the word of" not in row
    assert "Thierry Breton</a>" in row.partition("reached")[2]


def test_the_plants_of_a_maker_are_on_its_programme(client: FlaskClient) -> None:
    text = page(client, "/topic/rheinmetall-million-and-a-half.html")
    for claim in ("unterluess-plan-200k", "papperger-expal-450k", "papperger-ukraine-150k"):
        assert f'href="/claim/{claim}"' in text
    assert "in 10 years (220,000 a year)" in text
    for topic, claim in (
        ("eu-million", "brandtzaeg-not-there"),
        ("eu-million", "estonian-officials-300k"),
        ("eu-two-million-made", "digest-three-million"),
    ):
        assert f'href="/claim/{claim}"' in page(client, f"/topic/{topic}.html")


def test_the_question_of_a_programme_leads_to_its_page(client: FlaskClient) -> None:
    response = client.get("/q/programme.html?topic=topic/uk-sixteenfold")
    assert re.search(
        r'Asked with topic: <b><a href="/topic/uk-sixteenfold\?release=[^"]+">the UK’s sixteenfold',
        response.text,
    )
    assert "in a few sentences" in response.text


def test_a_span_that_begins_after_the_other_plans_is_of_the_last_one(client: FlaskClient) -> None:
    """Of the 1.5 million only a span of months is known, but it begins after 7 February."""
    told = head(client, "eu-million")
    assert "Planned last: more than 1,500,000, for 31 December 2024 (Josep Borrell" in told
    assert "1,155,000" not in told


def test_a_plan_of_which_no_page_tells_the_day_is_perhaps_the_last(client: FlaskClient) -> None:
    address = "/topic/rheinmetall-million-and-a-half.html"
    told = head(client, "rheinmetall-million-and-a-half")
    last, _, perhaps = told.partition("Planned last:")[2].partition("\n")
    assert last.lstrip().startswith("1,500,000 a year, for 2027 (Rheinmetall, 27 August 2025)")
    assert "so that it may be older" in last
    assert perhaps.startswith(
        "Planned perhaps later, as no page tells the day on which it was said"
    )
    assert "for 2030 (Armin Papperger" in perhaps.partition("\n")[0]
    (put_off,) = (row for row in page(client, address).splitlines() if "<li>Put off:" in row)
    assert "→ for 2027 (" in put_off
    assert "→ perhaps for 2030 (" in put_off
    superseded = row_with(
        steps(page(client, address), "plans"), '<td><a href="/claim/unterluess-company-group"'
    )
    assert "so that it may be older" in superseded.partition("<b>postponed</b>")[2]
    # Nor is a saying of which only the last possible day is known the last one.
    assert "Planned last: about 1,500,000" not in told


def test_an_outlet_s_own_sentence_has_a_warning_at_the_head(client: FlaskClient) -> None:
    told = head(client, "rheinmetall-million-and-a-half").partition("Said last to be so:")[2]
    assert "(rbtfl.xyz, 26 April 2026; in its own words, ascribed to nobody; by one page" in told
    # An authority's page speaks for it, and a speech for who gives it.
    british = head(client, "uk-sixteenfold")
    assert "(UK Defence Equipment &amp; Support, 11 July 2023)" in british
    assert "ascribed to nobody" not in british
    assert "ascribed to nobody" not in head(client, "eu-two-million-given")


def test_what_is_told_before_its_time_is_not_so(client: FlaskClient) -> None:
    text = page(client, "/topic/eu-million.html")
    assert not any("March 2024 (<a" in row for row in steps(text, "counted") if "less than" in row)
    assert "eu-million-failed" not in text.partition("Said last to be so:")[2].partition("</ul>")[0]
    row = row_with(steps(text, "said"), "/claim/eu-million-failed")
    assert "European Union" in row
    answer = client.get("/q/programme?topic=topic/eu-million", headers={"Accept": "text/csv"}).text
    assert "said beforehand to be missed" in answer


def test_a_word_without_a_name_does_not_stand_alone(client: FlaskClient) -> None:
    told = head(client, "eu-two-million-made")
    unnamed, _, named = told.partition("Last by who is named, of what has a day:")
    assert "industry insider of the investigation" in unnamed
    assert "1,000,000 a year" in named
    assert "Thierry Breton" in named.partition("Of other kinds")[0]
    assert "6 times" in named.partition("Of other kinds")[2]
    assert "Last by who is named" not in head(client, "us-hundred-thousand")


def test_what_an_outsider_expects_is_no_last_plan(client: FlaskClient) -> None:
    told = head(client, "czech-initiative")
    assert "Planned last: 1,800,000, for 2025 (Jan Lipavský, 25 August 2025" in told
    assert "reached by Government of Petr Fiala, December 2025" in told
    assert "Planned last: 100,000 a month" in head(client, "us-hundred-thousand")
    american = head(client, "us-hundred-thousand")
    since = "Expected since, by others: 100,000 a month (1,200,000 a year), for about June 2026"
    assert since in american
    assert "rbtfl.xyz, 26 April 2026, projected" not in american.partition(since)[0]
    made = head(client, "eu-two-million-made")
    assert "Expected since, by others: 2,000,000 a year" in made
    assert "(Mark Rutte, 27 August 2025, projected)" in made


def test_the_first_plan_with_a_date_says_that_another_was_without(client: FlaskClient) -> None:
    told = head(client, "uk-sixteenfold")
    assert "Planned first with a date: 8 times, for 2025 or later (James Cartlidge" in told
    assert "Without a date before that: 8 times, with no date named (UK Defence Equipment" in told
    german = head(client, "rheinmetall-million-and-a-half")
    assert "Without a date before that: 700,000 a year, with no date named (Handelsblatt" in german
    assert "Planned first: 1,000,000" in head(client, "eu-million")


def test_a_plan_of_which_only_the_year_is_guessed_is_not_the_first(client: FlaskClient) -> None:
    """Of 1 January on it would be older than what was said in March."""
    text = page(client, "/topic/us-hundred-thousand.html")
    assert "Planned first with a date: 85,000 a month" in of_head(text)
    first, _, perhaps = of_head(text).partition("Planned last")[0].partition("Perhaps before that")
    assert "(Gabe Camarillo, about March 2023)" in first
    assert "no page tells the day" in perhaps
    (put_off,) = (row for row in text.splitlines() if "<li>Put off:" in row)
    stops = re.sub("<[^>]+>", "", put_off).split(" → ")
    # Of what is bounded by days, and of no guessed year, it is told between which.
    bound = "for 31 December 2025 (Douglas Bush, 7 August 2023 to about December 2023"
    assert bound in stops[0]
    assert [stop.partition(",")[0] for stop in stops[1:]] == [
        "for about June 2026 or later (Steve Warren",
        "with no date named (Brent Ingraham",
    ]


def test_a_last_word_that_is_only_a_bound_stands_beside_the_last_level(
    client: FlaskClient,
) -> None:
    told = head(client, "us-hundred-thousand").partition("Said last to be so:")[2]
    assert told.lstrip().startswith("less than 100,000 a month")
    assert "40,000 a month (480,000 a year), about July 2025 (Steve Warren" in told
    series = "shell-155-output-united-states"
    assert [each.partition(" (")[0] for each in words_said_last(
        client, "us-hundred-thousand", series
    )] == ["less than 100,000 a month", "40,000 a month"]  # fmt: skip
    # Who is judged to be wrong is named as such.
    most = told.partition("the most that was said to be so is")[2]
    assert "Julianne Smith, 27 June 2024; contradicted (judged) by US Army, 17 June 2025" in most


def test_what_is_compared_with_a_plan_is_told_though_it_is_of_no_such_topic(
    client: FlaskClient,
) -> None:
    said = words_said_last(client, "eu-million", "ammunition-capacity-europe")
    assert said[0] == "about 580,000 a year capacity of Europe: shell, about July 2024"


def test_a_series_of_which_nothing_is_told_has_the_word_of_its_kin(client: FlaskClient) -> None:
    """Its own figures are judged to be altered."""
    assert words_said_last(client, "uk-sixteenfold", "shell-output-bae-uk") == [
        "3,000 to 5,000 a year output of BAE Systems in the United Kingdom: 155 mm shell, "
        "about 15 February 2026 or before"
    ]
    told = head(client, "uk-sixteenfold")
    assert "No figure of this measure on record is said to be so. Of other kinds: 3,000" in told


def test_the_head_says_whether_it_ever_came_to_what_was_planned(client: FlaskClient) -> None:
    never = "That it ever came to"
    million = head(client, "eu-million")
    assert f"{never} 1,000,000 in this programme nobody on record says" in million
    assert "the most that was said to be so is more than 980,000, as above" in million
    american = head(client, "us-hundred-thousand").partition(never)[2]
    assert "nearly 80,000 a month" in american
    made = head(client, "eu-two-million-made").partition(never)[2]
    assert "told as so, where it was said as a plan, by Chas Pravdy" in made
    assert "told as so" not in million
    assert never not in head(client, "eu-two-million-given")
    assert never not in head(client, "czech-initiative")
    assert never not in head(client, "uk-sixteenfold")
    given = head(client, "eu-two-million-given")
    assert "handed over, ordered or promised she does not say" in given


def test_the_table_of_years_has_shares_hearsay_and_all_who_say_the_sum(client: FlaskClient) -> None:
    rows = steps(page(client, "/topic/czech-initiative.html"), "years")
    assert "Czech Government" in row_with(rows, "33.33 percent")
    hedged = row_with(rows, "<b>about 1,000,000</b>")
    assert "Czech representatives" in hedged
    assert "targeted, hedged" in hedged
    all_told = [row for row in rows if "in all, up to" in row]
    assert [("Lidovky.cz" in row, "ParlamentníListy.cz" in row) for row in all_told] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert not any("50,000<" in row for row in all_told)


def test_a_claim_says_why_a_report_is_judged_to_be_of_it(client: FlaskClient) -> None:
    text = page(client, "/claim/mod-eightfold.html")
    assert "<b>Caution:</b> whose word it is, or of what occasion, is inferred." in text
    assert (
        "<summary>Judged to be of this claim</summary>The excerpt names neither a speaker nor"
        in text
    )
    altered = page(client, "/claim/laplante-100k.html")
    assert "<summary>Judged to be altered</summary>" in altered
    assert "1 of them says more or other" in altered
    assert "Judged to be of this claim" not in altered
    plain = page(client, "/claim/kallas-reached.html")
    assert "Judged to be of this claim" not in plain
    assert "Caution:" not in plain


def test_a_day_that_no_report_gives_names_the_source_that_does(client: FlaskClient) -> None:
    text = page(client, "/claim/breaking-defense-short.html")
    said = text.partition("<dt>Said on</dt>")[2].partition("</dd>")[0]
    assert 'taken from <a href="/source/evidence-pack-2">second evidence pack of 258' in said
    assert "taken from" not in page(client, "/claim/overtaken.html").partition("<h2>Cite")[0]
