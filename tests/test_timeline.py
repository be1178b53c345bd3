"""The timeline of a topic: each mark is where its claim says, each number can be recounted."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from built_releases import ReleaseOf
from onrecord.derivation.span import Span
from onrecord.releases.release import STORE, Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.timeline.drawing import LEFT, RIGHT, strip, timeline
from onrecord_server.pages.timeline.marks import Mark, figure_words, marks_of
from onrecord_server.pages.timeline.ratio_claim import RatioClaim, date_words
from onrecord_server.pages.timeline.scale import LANE, TimeScale, ratio_scale
from onrecord_server.pages.timeline.summary import summary

SVG = "{http://www.w3.org/2000/svg}"

PLAIN = RatioClaim(
    claim="https://example.org/claim/one", address="/claim/one", text="A makes four times B.",
    speakers="Ann", person=True, said=Span(date(2025, 6, 5), date(2025, 6, 5)),
    said_words="5 June 2025", about=Span(date(2025, 1, 1), date(2025, 12, 31)),
    about_words="2025, no day", other="https://example.org/actor/b", other_name="B",
    product="flares", measure="output", comparator="eq", value=4.0, low=4.0, high=4.0,
    words="four times", put_as="asserted", expected=False, drawn=True, outlets=1, respun=False,
    taken_back=False,
)  # fmt: skip


def drawn(*claims: RatioClaim, about: bool = False, asked: str = "Ann") -> list[Mark]:
    times = TimeScale(date(2023, 1, 1), date(2027, 1, 1), LEFT, RIGHT)
    return marks_of(claims, ratio_scale(claims, 0), times, asked, about=about)


def test_day_is_a_point_and_a_year_is_a_bar_without_a_point() -> None:
    (point,) = drawn(PLAIN)
    (bar,) = drawn(PLAIN, about=True)
    assert point.until is None
    assert bar.until is not None
    scale = TimeScale(date(2023, 1, 1), date(2027, 1, 1), LEFT, RIGHT)
    assert (bar.x, bar.until) == (scale.place(date(2025, 1, 1)), scale.place(date(2025, 12, 31)))


@pytest.mark.parametrize(
    ("span", "ends"),
    [(Span(date(2025, 1, 1), None), (False, True)), (Span(None, date(2025, 1, 1)), (True, False))],
)
def test_open_end_is_open(span: Span, ends: tuple[bool, bool]) -> None:
    (bar,) = drawn(replace(PLAIN, said=span))
    assert (bar.open_left, bar.open_right) == ends
    assert bar.until is not None


def test_what_has_no_time_has_no_mark() -> None:
    assert drawn(replace(PLAIN, said=Span(None, None))) == []


def test_what_nobody_puts_forward_has_no_mark_and_no_strip() -> None:
    denied = replace(PLAIN, put_as="denied", drawn=False)
    assert drawn(denied) == []
    assert strip(denied, ratio_scale([PLAIN], 0)) == ""
    counted = summary([PLAIN, denied])
    assert (counted.claims, counted.more, counted.not_put_forward) == (2, 1, 1)


def test_claims_of_one_month_are_one_mark_with_their_number_and_dates() -> None:
    later = Span(date(2025, 6, 25), date(2025, 6, 25))
    (mark,) = drawn(PLAIN, replace(PLAIN, claim="https://example.org/claim/two", said=later))
    assert mark.number == len(mark.days) == 2
    assert min(mark.days) < mark.x < max(mark.days)


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAIN, said=Span(date(2025, 7, 1), date(2025, 7, 1))),
        replace(PLAIN, value=5.0),
        replace(PLAIN, speakers="Bob"),
        replace(PLAIN, expected=True),
        replace(PLAIN, comparator="gt"),
        replace(PLAIN, respun=True),
    ],
    ids=["month", "figure", "voice", "expectation", "bound", "machine"],
)
def test_what_differs_is_another_mark(other: RatioClaim) -> None:
    assert len(drawn(PLAIN, other)) == 2


def test_marks_at_one_date_are_stacked_and_never_moved_along_time() -> None:
    others = [replace(PLAIN, speakers=name, person=bool(n % 2)) for n, name in enumerate("BCDE")]
    more = [replace(each, expected=True) for each in others]
    marks = drawn(PLAIN, *others, *more)
    assert len({mark.x for mark in marks}) == 1
    heights = sorted(mark.y for mark in marks)
    assert all(second - first >= 14 for first, second in pairwise(heights))


@pytest.mark.parametrize(
    ("comparator", "value", "lane", "words"),
    [("gt", 1.0, "ahead", "more"), ("ge", 1.0, "ahead", "more"), ("le", 1.0, "level", "no more"),
     ("lt", 1.0, "behind", "less"), ("eq", 1.0, "", "1"), ("gt", 4.0, "", "more than 4"),
     ("le", 0.5, "", "at most 0.5"), ("approx", 3.0, "", "about 3")],
)  # fmt: skip
def test_claim_without_a_factor_stands_in_a_lane(
    comparator: str, value: float, lane: str, words: str
) -> None:
    claim = replace(PLAIN, comparator=comparator, value=value, low=value, high=value)
    (mark,) = drawn(claim)
    scale = ratio_scale([claim], 0)
    assert mark.in_lane == bool(lane)
    if lane:
        assert abs(mark.y - scale.lane(lane)) < LANE / 2
    else:
        assert mark.y == scale.height(value)
    assert figure_words(claim) == words


@given(ratios=st.lists(st.floats(0.01, 100), min_size=2, max_size=6, unique=True))
def test_greater_ratio_stands_higher_and_outside_the_lanes(ratios: list[float]) -> None:
    claims = [replace(PLAIN, value=ratio) for ratio in sorted(ratios)]
    scale = ratio_scale(claims, 0)
    heights = [scale.height(ratio) for ratio in sorted(ratios)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] >= -1e-6
    assert heights[0] <= scale.bottom + 1e-6
    for ratio, height in zip(sorted(ratios), heights, strict=True):
        if ratio != 1:
            assert not scale.parity - LANE < height < scale.parity + 2 * LANE


@pytest.mark.parametrize(
    ("edtf", "first", "last", "words"),
    [("2025", "2025-01-01", "2025-12-31", "2025, no day"),
     ("2025-06", "2025-06-01", "2025-06-30", "June 2025"),
     ("2025-06-05~", "2025-06-05", "2025-06-05", "about 5 June 2025"),
     ("2025-11-06/..", "2025-11-06", "", "6 November 2025 or later"),
     ("../2025-11-06", "", "2025-11-06", "6 November 2025 or before"),
     ("", "", "", "undated"),
     ("2025-01-01/2025-07-16", "2025-01-01", "2025-07-16", "January 2025 to 16 July 2025"),
     ("../2022-02", "", "2022-02-28", "February 2022 or before")],
)  # fmt: skip
def test_date_claims_no_more_than_is_known(edtf: str, first: str, last: str, words: str) -> None:
    assert date_words(edtf, first, last) == words


def test_drawing_is_xml_and_escapes_what_records_say() -> None:
    hostile = replace(PLAIN, speakers='"><script>alert(1)</script>', claim='https://e/claim/"x')
    scale = ratio_scale([hostile], 40)
    times = TimeScale(date(2025, 1, 1), date(2026, 1, 1), LEFT, RIGHT)
    marks = marks_of([hostile], scale, times, "", about=False)
    svg = timeline(marks, scale, times, title="<&>", side="<b>", axis="said", prefix="")
    root = ElementTree.fromstring(svg)
    assert root.find(f".//{SVG}script") is None
    assert hostile.speakers in (root.find(f".//{SVG}a/{SVG}title").text or "")  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


PAGE = "/topic/flare-parity.html"


def test_every_mark_leads_to_a_row_of_the_table(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    root = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    anchors = [link.get("href", "").partition("#")[2] for link in root.iter(f"{SVG}a")]
    assert anchors
    assert all(f'<tr id="{each}">' in page for each in anchors)


def test_what_the_marks_mean_stands_above_them(client: FlaskClient) -> None:
    every = client.get(PAGE).text
    before, key, after = every.partition('<ul class="key">')
    assert key
    assert "<svg" not in before
    rows = re.findall(r'<tr id="[^"]+"><td>[^<]*</td><td>([^<]*)<', after)
    most = min(rows, key=lambda each: (-rows.count(each), each))
    assert after.startswith(f"\n<li>● {most}</li>")
    voice = next(each for each in rows if each != most)
    assert f"<li>● {voice}</li>" in client.get(PAGE, query_string={"by": voice}).text


def test_numbers_of_the_page_can_be_recounted(client: FlaskClient, release: Release) -> None:
    store = ox.Store.read_only(str(release.path / STORE))
    counted = store.query(
        """
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX rec: <https://w3id.org/onrecord/ns#>
        SELECT (COUNT(*) AS ?claims) (COUNT(DISTINCT ?who) AS ?voices)
        WHERE {
          ?claim dcterms:subject <https://example.org/harbour/topic/flare-parity> ;
                 rec:speakerNames ?who ;
                 rec:quantity/rec:inSeries ?series .
          ?series rec:bearer ?one ; rec:versus ?other .
          FILTER (?one != ?other)
          FILTER NOT EXISTS { ?claim rec:retractedIn ?retraction . }
        }
        """
    )
    assert isinstance(counted, ox.QuerySolutions)
    (row,) = counted
    claims, voices = row["claims"].value, row["voices"].value
    page = client.get(PAGE).text
    assert f"{claims} comparisons, {voices} voices</h2>" in page
    assert page.count('<tr id="') == int(claims)


def test_choices_leave_fewer_claims_and_stay_chosen(client: FlaskClient) -> None:
    every = client.get(PAGE).text
    voice = re.findall(r'<option value="([^"]+)">', every[every.index('name="by"') :])[0]
    page = client.get(PAGE, query_string={"by": voice}).text
    assert 0 < page.count('<tr id="') < every.count('<tr id="')
    assert f'<option value="{voice}" selected>' in page
    assert client.get("/topic/flare-parity.svg?kind=asserted").mimetype == "image/svg+xml"


@pytest.mark.parametrize("page", [PAGE, "/topic/workshops.html"])
def test_choices_stay_in_the_release_that_is_asked_for(
    client: FlaskClient, release: Release, page: str
) -> None:
    hidden = f'<input type="hidden" name="release" value="{release.name}">'
    assert hidden in client.get(f"{page}?release={release.name}").text
    assert 'type="hidden"' not in client.get(page).text


@pytest.mark.parametrize("query", ["kind=nonsense", "axis=x", "year=1850", "by=Nobody"])
def test_choice_that_there_is_not_is_refused(client: FlaskClient, query: str) -> None:
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert query.partition("=")[2] in response.text
    refused = client.get(f"{PAGE}?{query}", headers={"Accept": "text/html"}).text
    assert "<form" in refused
    assert "<table" not in refused


def test_topic_without_comparisons_has_a_list_and_no_drawing(client: FlaskClient) -> None:
    assert "<svg" not in client.get("/topic/workshops.html").text
    assert client.get("/topic/workshops.html").text.count("<li>") > 1
    assert client.get("/topic/workshops.svg").status_code == 404
    assert client.get("/topic/no-such-topic.svg").status_code == 404
