"""What readers do with a browser: with a mouse, with keys, on a phone, without JavaScript."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser import PAGE_TYPES, Watched, chromium, fits, follow
from built_releases import ReleaseOf
from bundled_release import build_later
from endpoint_release import Server, served
from onrecord.releases.release import Release

WORDS = "Until recently, Russia was producing more ammunition than all NATO Allies put together."
KINDS = PAGE_TYPES["bundled"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A server over a release of the bundled collection, and a browser."""

    server: Server
    browser: Browser
    release: Release

    @property
    def address(self) -> str:
        """What the addresses of the server begin with."""
        return self.server.address.removesuffix("/sparql")

    def page(self, *, width: int = 1200, scripts: bool = True) -> Watched:
        """Return a new page of the browser."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts
        )
        return Watched(context.new_page(), self.address)


@pytest.fixture(scope="module")
def reading(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    folder = tmp_path_factory.mktemp("reading")
    release = release_of("bundled", folder / "releases")
    with chromium() as browser, served(folder, folder / "releases", workers=1) as server:
        yield Reading(server, browser, release)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def watched(request: pytest.FixtureRequest, reading: Reading) -> Watched:
    return reading.page(scripts=request.param)


def texts(page: Page) -> str:
    """Return the text of the main part of a page."""
    return page.locator("main").inner_text()


def answers(page: Page) -> None:
    """Assert that a page says who said it, in which words, with which hash, and how to cite it."""
    shown = texts(page)
    assert WORDS in shown
    assert "Mark Rutte" in shown
    assert re.search(r"\b[0-9a-f]{64}\b", shown)
    assert "https://w3id.org/onrecord/claim/overtaken?release=" in shown


def test_from_a_question_to_words_hash_and_citation_in_two_clicks(watched: Watched) -> None:
    watched.open("/")
    follow(watched.page.get_by_role("link", name="All claims on ammunition parity, by date"))
    row = watched.page.get_by_role("row").filter(has_text="not anymore")
    assert "Mark Rutte" in row.inner_text()
    follow(row.locator('a[href*="/claim/overtaken"]').first)
    answers(watched.page)
    assert watched.complaints == []


def test_from_a_topic_over_its_timeline_to_the_same_in_two_clicks(watched: Watched) -> None:
    watched.open("/")
    follow(watched.page.get_by_role("link", name="ammunition parity", exact=True))
    assert watched.page.locator("svg.timeline").is_visible()
    row = watched.page.get_by_role("row").filter(has_text="not anymore")
    follow(row.get_by_role("link"))
    answers(watched.page)
    assert watched.complaints == []


def test_by_searching_words_of_it_in_two_clicks(watched: Watched) -> None:
    watched.open("/")
    watched.page.get_by_role("searchbox").first.fill("Russia NATO Allies put together anymore")
    follow(watched.page.get_by_role("button", name="Find").first)
    follow(watched.page.get_by_role("link", name="Russia no longer makes more ammunition").first)
    answers(watched.page)


def test_by_searching_in_words_that_nobody_used_in_two_clicks(watched: Watched) -> None:
    watched.open("/")
    watched.page.get_by_role("searchbox").first.fill("NATO overtook Russia")
    follow(watched.page.get_by_role("button", name="Find").first)
    assert "Nothing has “overtook”: words like it were looked for." in texts(watched.page)
    follow(watched.page.get_by_role("link", name="Russia no longer makes more ammunition").first)
    answers(watched.page)
    assert watched.complaints == []


def test_the_most_carried_claim_is_on_the_home_page_in_its_words(watched: Watched) -> None:
    watched.open("/")
    shown = texts(watched.page)
    assert WORDS in shown
    assert "17 OUTLETS" in shown.upper()
    follow(watched.page.get_by_role("link", name="What each outlet made of it"))
    answers(watched.page)


def test_the_same_by_keys_alone(reading: Reading) -> None:
    watched = reading.page()
    page = watched.page
    watched.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "ammunition parity":
            break
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/topic/ammunition-parity.html")
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.tagName, document.activeElement.getAttribute('href')"
            " || document.activeElement.getAttribute('name') || '']"
        )
        seen.add(focused[0])
        if focused[1] == "/claim/overtaken":
            break
    # Past the filters, the region of the chart and its marks.
    assert {"SELECT", "BUTTON", "DIV", "a", "A"} <= seen
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim/overtaken.html")
    answers(page)


def test_filters_are_in_the_address_and_leave_what_they_say(watched: Watched) -> None:
    page = watched.page
    watched.open(KINDS["topic"])
    everybody = page.get_by_role("row").filter(has=page.get_by_role("link")).count()
    page.locator("select[name=by]").select_option("Mark Rutte")
    page.locator("select[name=axis]").select_option("about")
    follow(page.get_by_role("button", name="Show"))
    assert "by=Mark+Rutte" in page.url
    assert "axis=about" in page.url
    assert page.locator("select[name=by]").input_value() == "Mark Rutte"
    rows = page.locator("#table ~ table tr:has(a) td:nth-child(2)")
    assert 1 < rows.count() < everybody
    assert set(rows.all_inner_texts()) == {"Mark Rutte"}
    follow(page.get_by_role("link", name="all", exact=True))
    assert page.get_by_role("row").filter(has=page.get_by_role("link")).count() == everybody


def test_every_mark_of_a_timeline_leads_to_the_row_of_its_claim(watched: Watched) -> None:
    watched.open(KINDS["topic"])
    marks = watched.page.locator("svg.timeline a")
    targets = [mark.get_attribute("href") or "" for mark in marks.all()]
    assert len(targets) > 15
    for target in targets:
        assert watched.page.locator(f"tr[id='{target.removeprefix('#')}']").count() == 1
    last = watched.page.locator("svg.timeline a[href='#overtaken']").first
    assert "Mark Rutte" in (last.get_attribute("aria-label") or last.inner_text())
    follow(last)
    assert watched.page.url.endswith("#overtaken")


def test_a_phone_has_the_timeline_as_a_table(reading: Reading) -> None:
    watched = reading.page(width=390)
    watched.open(KINDS["topic"])
    page = watched.page
    assert not page.locator("svg.timeline").is_visible()
    row = page.locator("tr#overtaken")
    assert row.locator("svg.strip").is_visible()
    for words in ("6 November 2025", "Mark Rutte", "NATO", "no more", "not anymore", "17"):
        assert words in row.inner_text()
    assert fits(page)


@pytest.mark.parametrize("kind", ["home", "topic", "claim", "actor", "question", "search"])
def test_a_page_is_the_same_without_scripts(reading: Reading, kind: str) -> None:
    shown = []
    for scripts in (True, False):
        watched = reading.page(scripts=scripts)
        watched.open(KINDS[kind])
        shown.append(texts(watched.page))
    assert shown[0] == shown[1]


def test_a_wrong_parameter_is_mended_in_the_form_that_comes_back(watched: Watched) -> None:
    page = watched.page
    assert watched.open(KINDS["error-parameter"]) == 400
    assert "topic/amunition-parity" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("link", name="ammunition parity", exact=True).count() >= 1
    assert page.locator("input[name=from]").input_value() == "2025-01-01"
    page.locator("select[name=topic]").select_option("topic/ammunition-parity")
    follow(page.get_by_role("button", name="Show"))
    assert "rows" in texts(page)
    assert page.get_by_role("alert").count() == 0


def test_what_is_not_there_is_found_from_the_page_that_says_so(watched: Watched) -> None:
    assert watched.open("/actor/mark-rute.html") == 404
    follow(watched.page.locator("main").get_by_role("link", name="Mark Rutte").first)
    assert watched.page.url.endswith("/actor/mark-rutte.html")


def test_print_and_still_readers_are_cared_for(reading: Reading) -> None:
    watched = reading.page()
    watched.open(KINDS["topic"])
    watched.page.emulate_media(media="print")
    assert not watched.page.locator("form.filters").is_visible()
    moving = watched.page.evaluate("document.getAnimations().length")
    assert moving == 0


def test_a_citation_leads_to_the_same_bytes_after_a_newer_release(
    reading: Reading, release_of: ReleaseOf, tmp_path: Path
) -> None:
    first = release_of("bundled", tmp_path / "releases")
    with served(tmp_path, tmp_path / "releases", workers=1) as server:
        watched = Watched(reading.browser.new_page(), server.address.removesuffix("/sparql"))
        watched.open(KINDS["claim"])
        cited = watched.page.locator(".cite a").inner_text()
        assert cited == f"https://w3id.org/onrecord/claim/overtaken?release={first.name}"
        # w3id.org leads to the same path here: deploy/w3id.htaccess.
        path = "/" + cited.removeprefix("https://w3id.org/onrecord/")
        forms = (path, path.replace("?", ".ttl?"), path.replace("?", ".html?"))
        accept = {"Accept": "text/html"}
        before = [server.fetch(each, headers=accept).body for each in forms]
        assert build_later(tmp_path / "releases", tmp_path).name != first.name
        watched.page.reload()
        assert "NATO makes at least as much as Russia." in texts(watched.page)
        assert [server.fetch(each, headers=accept).body for each in forms] == before
        watched.open(path)
        assert "Russia no longer makes more ammunition" in texts(watched.page)


def test_a_claim_of_fifteen_outlets_is_no_higher_than_it_may_be(reading: Reading) -> None:
    watched = reading.page()
    watched.open(KINDS["claim"])
    height = watched.page.evaluate("document.documentElement.scrollHeight")
    assert 1000 < height <= 3000


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"ontology", "codes", "editor"}))
def test_a_page_is_light(reading: Reading, kind: str) -> None:
    """But for the lists of all terms, and the editor."""
    body = reading.server.fetch(KINDS[kind], headers={"Accept": "text/html"}).body
    assert len(body) <= 60_000
