"""The page of a review in Chromium: by keys alone, for everybody, and by docs/review.md."""

import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from browser import Watched, chromium
from conftest import REPOSITORY
from onrecord_server.review.app import create_review_app
from onrecord_server.serve import bind
from reviews import ARTICLE, SERIES, Desk, desk

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 160)).join(" | "))"""
FOCUS = "document.querySelector('[aria-current]')?.dataset.card"
SHOWN = "[aria-current] dl"
IN_VIEW = """(() => { const mark = document.querySelector("mark.focus").getBoundingClientRect();
    const text = document.querySelector("#article").getBoundingClientRect();
    return mark.top >= text.top && mark.bottom <= text.bottom; })()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as running:
        yield running


@contextmanager
def shown(
    at: Desk,
    browser: Browser,
    width: int = 1200,
    scheme: str = "light",
    complaints: tuple[str, ...] = (),
    gone: threading.Event | None = None,
) -> Iterator[Page]:
    """Show the page of a review; nothing else may be asked for, and nothing on the console.

    While `gone` is set the server hangs up without an answer.
    """
    listener = bind("127.0.0.1", 0)
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    review = create_review_app(at.session(), "token", host, "onrecord accept harbour.txt")

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if gone and gone.is_set():
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        return review(environ, start_response)

    listener.listen()
    server = make_server(
        "127.0.0.1", listener.getsockname()[1], app, threaded=True, fd=listener.fileno()
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page(
        viewport={"width": width, "height": 700},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    watched = Watched(page, f"http://{host}")
    try:
        watched.open("/token/")
        yield page
        assert watched.complaints == list(complaints)
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()
        listener.close()


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; the page's policy forbids Playwright to wait in it."""
    ends = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < ends, expression
        time.sleep(0.01)


def press(page: Page, *keys: str) -> str:
    """Press keys, wait for the answer to the last one, and return what the page says."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    page.evaluate("document.querySelector('#message').textContent = '…'")
    page.keyboard.press(keys[-1])
    until(page, f"document.querySelector('#message').textContent !== '…' && !({BUSY})")
    return page.text_content("#message") or ""


def write(page: Page, words: str) -> str:
    """Type words into the field that has the focus, and keep them."""
    page.keyboard.type(words)
    page.evaluate("document.querySelector('#message').textContent = '…'")
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#message').textContent !== '…' && !({BUSY})")
    return page.text_content("#message") or ""


def field(page: Page, form: str, name: str) -> None:
    """Go to a field by the Tab key."""
    for _ in range(60):
        if page.evaluate("[document.activeElement.form?.id, document.activeElement.name]") == [
            form,
            name,
        ]:
            page.keyboard.press("Control+a")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no {name} in {form}")


def test_twenty_drafts_are_judged_by_keys_alone(tmp_path: Path, browser: Browser) -> None:
    at = desk(tmp_path)
    judge_all(at, browser)
    done = at.accept()
    assert len(done.claims) == 11
    assert done.report.findings == ()


@pytest.mark.slow
@pytest.mark.alone
def test_twenty_drafts_take_the_machine_less_than_a_minute(
    tmp_path: Path, browser: Browser
) -> None:
    began = time.monotonic()
    judge_all(desk(tmp_path), browser)
    assert time.monotonic() - began < 60


def judge_all(at: Desk, browser: Browser) -> None:
    """Judge the drafts of an article, with every key that there is."""
    with shown(at, browser) as page:
        keys = page.text_content("footer") or ""
        for key in [
            "a",
            "r",
            "e",
            "1",
            "s",
            "w",
            "q",
            "g",
            "x",
            "f",
            "t",
            "m",
            "b",
            "c",
            "o",
            "u",
            "n",
            "p",
            "i",
            "Esc",
        ]:
            assert key in re.findall(r"\w+", keys)
        page.keyboard.press("i")
        # The publisher is found in the line of the day, so that the topics come first.
        until(page, "document.activeElement.name === 'topics'")
        assert page.input_value("#about [name=publisher]") == ARTICLE["publisher"]
        page.keyboard.type(ARTICLE["topics"])
        field(page, "about", "language")
        assert write(page, "en") == "kept"
        # The surest one first, with its words in view.
        assert page.evaluate(FOCUS) == at.card("Our yard").id
        assert page.evaluate(IN_VIEW)
        assert "nobody is confirmed" in press(page, "a")
        assert press(page, "1") == "speaker: Ingrid Solheim"
        assert press(page, "s", "0") == "figure: left out"
        assert press(page, "u") == "undone: series"
        page.keyboard.press("e")
        field(page, "edit", "series0")
        page.keyboard.type("barges delivered by the yard of Lindhaven")
        field(page, "edit", "measure0")
        page.keyboard.type("delivery")
        field(page, "edit", "product0")
        page.keyboard.type("barge: A barge of any size.")
        field(page, "edit", "bearer0")
        assert write(page, "yard of Lindhaven") == "kept"
        assert press(page, "a") == "accepted"
        # The next one comes by itself; all of its speaker together.
        assert page.evaluate(FOCUS) == at.card("The steel").id
        assert page.evaluate(IN_VIEW)
        press(page, "1")
        assert press(page, "b") == "accepted 3 of Piet Vermeer"
        assert page.evaluate(FOCUS) == at.card("Nobody has").id
        press(page, "1")
        assert press(page, "b") == "accepted 2 of Marta Kowalczyk"
        assert press(page, "b") == "accepted 1 of Ingrid Solheim"
        assert page.evaluate(FOCUS) == at.card("The bank has").id
        assert press(page, "q") == "The bank has agreed to"
        assert press(page, "Shift+Q") == "bank has agreed to"
        assert press(page, "Shift+W") == "The bank has agreed to"
        assert press(page, "w") == "The bank has agreed to talk"
        press(page, "1")
        press(page, "a")
        press(page, "r")
        assert press(page, "u") == "undone: reject"
        press(page, "a")
        assert page.evaluate(FOCUS) == at.card("We work six").id
        before = page.evaluate(FOCUS)
        press(page, "n")
        assert page.evaluate(FOCUS) != before
        press(page, "p")
        assert page.evaluate(FOCUS) == before
        press(page, "1")
        press(page, "a")
        # A reported claim has no text yet: the key to accept leads to it.
        assert page.evaluate(FOCUS) == at.card("the yard would").id
        assert press(page, "s", "1") == "figure: barges delivered by the yard of Lindhaven"
        assert "it has no text" in press(page, "a")
        assert write(page, "The yard delivers 20 barges in 2026.") == "accepted"
        # Words that the drafts missed: typed, or selected.
        page.keyboard.press("m")
        assert write(page, "this is not in the text").startswith("the text does not have")
        # The dialog stays, with what was typed and what is wrong.
        until(page, "document.activeElement.name === 'words'")
        assert page.input_value("#missed [name=words]") == "this is not in the text"
        assert "does not have" in (page.text_content("#missed [role=alert]") or "")
        page.keyboard.press("Control+a")
        assert write(page, "called the plan rushed") == "added: name the speaker"
        added = page.evaluate(FOCUS)
        assert at.file.card(added).places[0].start == at.reviewed.text.index("called the plan")
        press(page, "r")
        page.evaluate(
            """() => { const mark = document.querySelector("#article").firstChild;
            const text = document.querySelector("#article");
            const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) { const node = walk.currentNode;
              const at = node.data.indexOf("Post, 4");
              if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + 7); } }"""
        )
        assert press(page, "m") == "added: name the speaker"
        added = at.file.card(page.evaluate(FOCUS))
        assert added.places[0].start == at.reviewed.text.index("Post, 4")
        page.evaluate("getSelection().removeAllRanges()")
        assert press(page, "o") == "no claim on record is the same"
        assert press(page, "c").startswith("this passes on nobody's word")
        for _ in range(12):
            press(page, "r")
            if page.evaluate("document.querySelectorAll('.card.pending').length") == 0:
                break
        progress = page.text_content("#progress") or ""
        assert "22 of 22 decided, 11 accepted" in progress
        for key in "arbcowqWQxf1":
            assert press(page, key) == "all drafts are decided, n goes to one of them"
        for key in "esgtT":
            assert press(page, key) == "no card is in focus, n goes to one"
        press(page, "n")
        assert page.evaluate(FOCUS) is not None
        assert re.search(r"\d+\.\d s a card", progress)
        assert "onrecord accept harbour.txt" in progress


def test_who_passed_it_on_from_where_and_at_which_event_is_shown_and_edited(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(
        tmp_path,
        "Crane\n\n5 March 2025\n\nMayor Ada Holm told the council in an interview with Radio that"
        " Bo Lind had said that the crane would come.\n\nThe Post quoted Bo Lind as saying that it"
        " was late.\n",
    )
    with shown(at, browser) as page:
        for _ in at.file.cards:
            if page.evaluate(FOCUS) == at.card("Bo Lind had").id:
                break
            press(page, "n")
        assert "Bo Lind c confirms" in " ".join((page.text_content(SHOWN) or "").split())
        assert press(page, "c") == "passed on: Bo Lind"
        assert "c confirms" not in " ".join((page.text_content(SHOWN) or "").split())
        page.keyboard.press("e")
        field(page, "edit", "event")
        assert write(page, "talk at the harbour") == "kept"
        for _ in at.file.cards:
            if page.evaluate(FOCUS) == at.card("it was late").id:
                break
            press(page, "n")
        assert "Relies onThe Post" in " ".join((page.text_content(SHOWN) or "").split())
        page.keyboard.press("e")
        field(page, "edit", "relies_on")
        page.keyboard.press("Delete")
        assert write(page, "Radio: Evening talk") == "kept"
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
    assert at.card("Bo Lind had").fixes["on_authority_of"] == [
        {"name": "Bo Lind", "kind": "Person"}
    ]
    assert at.card("Bo Lind had").fixes["event"] == "talk at the harbour"
    assert at.card("it was late").fixes["relies_on"] == "Radio: Evening talk"


def test_a_refused_form_goes_back_to_the_field_that_is_wrong(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(tmp_path)
    with shown(at, browser) as page:
        press(page, "1")
        page.keyboard.press("e")
        # The text is there, so the form begins at what its figure lacks.
        assert page.evaluate("document.activeElement.name") == "series0"
        page.keyboard.type("barges delivered")
        for words in ("delivery", "barge: A barge.", "yard of Lindhaven"):
            page.keyboard.press("Tab")
            page.keyboard.type(words)
        field(page, "edit", "unit0")
        page.keyboard.type("BARGE")
        page.keyboard.press("Shift+Tab")
        assert write(page, "").startswith("no unit 'BARGE'")
        until(page, "document.activeElement.name === 'unit0'")
        page.keyboard.press("Control+a")
        assert write(page, "TONNE") == "kept"
        assert at.card("Our yard").fixes["series"]["0"]["unit"] == "TONNE"
        page.keyboard.press("e")
        field(page, "edit", "said_on")
        assert "not an EDTF date" in write(page, "yesterday")
        until(page, "document.activeElement.name === 'said_on'")
        page.keyboard.press("Escape")
        page.keyboard.press("i")
        field(page, "about", "published")
        assert "write a day as" in write(page, "yesterday")
        until(page, "document.activeElement.name === 'published'")


def test_a_condition_that_is_still_to_be_put_is_asked_for_by_itself(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(
        tmp_path,
        "Ferry\n\nThe Post, 4 March 2025\n\nBo Lind said the ferry would sail, provided that "
        "the town council approves a guarantee for the steel in May.\n",
    )
    with shown(at, browser) as page:
        assert press(page, "1") == "speaker: Bo Lind"
        assert press(page, "a").startswith("it has no text")
        assert write(page, "The ferry will sail.").startswith("say on what condition")
        until(page, "document.activeElement.name === 'condition'")
        assert write(page, "The town gives a guarantee.") == "accepted"
    (card,) = at.file.cards
    assert (card.verdict, card.fixes["condition"]) == ("accept", "The town gives a guarantee.")


def test_each_figure_without_a_series_can_be_left_out_by_keys(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(
        tmp_path,
        "Ferry\n\nThe Post, 4 March 2025\n\n“A ferry costs 2 million euros and is three times "
        "as heavy as a tug,” Bo Lind said.\n",
    )
    with shown(at, browser) as page:
        assert "the words, once the speaker is confirmed" in (page.text_content(SHOWN) or "")
        assert press(page, "1") == "speaker: Bo Lind"
        assert press(page, "s", "0") == "figure: left out"
        assert press(page, "s", "0") == "figure: left out"
        assert press(page, "a") == "accepted"


def test_a_digit_behind_s_never_names_a_speaker(tmp_path: Path, browser: Browser) -> None:
    at = desk(
        tmp_path,
        "Ferry\n\nThe Post, 4 March 2025\n\n“We made 40 barges and 12 tugs,” said Bo Lind. “It"
        " leaks,” said Ada Holm.\n",
    )
    at.do("article", fields=ARTICLE)
    at.do("edit", "We made", fields=SERIES)
    at.do("edit", "It leaks", fields={"speaker": "Ada Holm"})
    with shown(at, browser) as page:
        press(page, "1")
        assert press(page, "s", "1") == f"figure: {SERIES['series0']}"
        press(page, "a")
        press(page, "p")
        assert page.evaluate(FOCUS) == at.card("We made").id
        # Each figure has a series: the first one's is asked for, then the next one's.
        assert press(page, "s") == "another series: a number"
        assert press(page, "9").startswith("no choice 9")
        assert at.card("We made").verdict == "accept"
        told = press(page, "s", "s", "0")
        assert told == "figure: left out; undecided again, a accepts it"
        assert "?" in (page.text_content("[aria-current] .state") or "")
        assert at.card("We made").fixes["series"]["1"] == {"none": True}
        assert at.card("We made").fixes["series"]["0"]["label"] == SERIES["series0"]
        press(page, "a")
        # Without a figure the digit is nobody's.
        press(page, "n")
        while page.evaluate(FOCUS) != at.card("It leaks").id:
            press(page, "n")
        assert press(page, "s").startswith("this card has no figure")
        assert press(page, "2") == "this card has no figure"
        # Another key ends it.
        press(page, "s", "n")
        press(page, "p")
        assert press(page, "2") == "speaker: Bo Lind"


def test_the_pieces_of_a_card_are_gone_through_and_taken_out_by_keys(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(
        tmp_path,
        "Ferry\n\nThe Post, 4 March 2025\n\n“It is late by many months,” said Bo Lind. “Nobody has"
        " paid for it.”\n\n“The dock leaks,” said Ada Holm.\n",
    )
    with shown(at, browser) as page:
        assert page.locator("mark.piece").count() == 0
        assert press(page, "g") == "piece 2 of 2"
        assert page.text_content("mark.piece") == "Nobody has paid for it."
        assert press(page, "q") == "It is late by many months … Nobody has paid for it"
        assert page.text_content("mark.piece") == "Nobody has paid for it"
        assert press(page, "g") == "piece 1 of 2"
        assert press(page, "x") == "Nobody has paid for it"
        assert press(page, "g") == "its words are in one piece"
        assert press(page, "u") == "undone: drop"
        assert press(page, "x") == "It is late by many months"
        press(page, "n")
        assert press(page, "q") == "The dock"


def test_the_form_opens_at_a_time_and_what_is_missing_is_said_once(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(
        tmp_path,
        "Ferry\n\nThe Post, 4 March 2025\n\nBo Lind said that the yard had made 40 barges. “We own"
        " 12 barges,” said Ada Holm.\n",
    )
    active = "[document.activeElement.form?.id, document.activeElement.name]"
    lacks = "[...document.querySelectorAll('[aria-current] .lacks')].filter(e => !e.hidden).length"
    with shown(at, browser) as page:
        while page.evaluate(FOCUS) != at.card("the yard had").id:
            press(page, "n")
        assert page.evaluate(lacks) == 1
        assert press(page, "a").startswith("nobody is confirmed")
        assert page.evaluate(lacks) == 0
        press(page, "1")
        assert page.evaluate(lacks) == 1
        for key, name in (("t", "said_on"), ("T", "valid_for")):
            page.keyboard.press(key)
            until(page, f"document.activeElement.name === '{name}'")
            page.keyboard.press("Escape")
        page.keyboard.press("t")
        until(page, "document.activeElement.name === 'said_on'")
        # What is there is written over.
        assert write(page, "2025-03-03") == "kept"
        page.keyboard.press("e")
        assert press(page, "Control+Enter").startswith("it has no text")
        page.keyboard.press("Escape")
        assert at.card("the yard had").fixes["said_on"]["edtf"] == "2025-03-03"
        # A form that is refused stays open at the field that is wrong.
        press(page, "a")
        page.keyboard.type("The yard made 40 barges.")
        field(page, "edit", "bearer0")
        assert "has no measure" in write(page, "the yard")
        until(page, f"{active}[1] === 'measure0'")
        assert page.input_value("#edit [name=text]") == "The yard made 40 barges."
        assert page.input_value("#edit [name=product0]") == "barge"
        # It was opened by the key that accepts, so that to keep it accepts.
        assert write(page, "output") == "accepted"


def test_a_page_that_is_loaded_again_has_the_same_card_in_focus(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(tmp_path)
    with shown(at, browser) as page:
        press(page, "n", "n")
        focus = page.evaluate(FOCUS)
        assert focus != at.card("Our yard").id
        page.reload()
        until(page, f"{FOCUS} === '{focus}'")
        press(page, "r")
        assert at.file.card(focus).verdict == "reject"


def test_keys_that_follow_fast_are_taken_one_after_the_other(
    tmp_path: Path, browser: Browser
) -> None:
    at = desk(tmp_path)
    with shown(at, browser) as page:
        for _ in range(20):
            page.keyboard.press("r")
        until(page, "!document.querySelector('.card.pending')")
    assert all(card.verdict == "reject" for card in at.file.cards)


def test_a_closed_tab_loses_nothing(tmp_path: Path, browser: Browser) -> None:
    at = desk(tmp_path)
    with shown(at, browser) as page:
        press(page, "r")
    with shown(at, browser) as page:
        assert page.evaluate(FOCUS) == at.card("The steel").id
        assert press(page, "u") == "undone: reject"


def test_a_server_that_is_gone_is_said(tmp_path: Path, browser: Browser) -> None:
    at = desk(tmp_path)
    failed = "Failed to load resource: net::ERR_EMPTY_RESPONSE"
    gone = threading.Event()
    with shown(at, browser, complaints=(failed,), gone=gone) as page:
        gone.set()
        assert "start onrecord review again" in press(page, "r")
        assert page.get_attribute("#message", "class") == "error"
        gone.clear()
        assert press(page, "r") == "rejected"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_is_for_everybody(
    tmp_path: Path, browser: Browser, width: int, scheme: str
) -> None:
    at = desk(tmp_path)
    with shown(at, browser, width, scheme) as page:
        press(page, "1")
        press(page, "s", "0")
        press(page, "a")
        press(page, "r")
        page.keyboard.press("e")
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        assert page.evaluate(RUN) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# docs/review.md ----------------------------------------------------------------

WALK = (REPOSITORY / "docs" / "review.md").read_text(encoding="utf-8").partition("## Keys")[0]
MOST_ACTIONS = 12
BUSY = "document.body.ariaBusy === 'true'"
TO_FIELD = """name => { const label = [...document.querySelectorAll("form label")].find(
    each => each.checkVisibility() && each.firstChild.textContent.trim() === name);
    const field = label?.querySelector("input, textarea, select");
    field?.focus(); field?.select?.(); return Boolean(label); }"""
"""As the Tab key does it: what is in the field is selected."""
STATE = """[document.activeElement.name,
    ...[...document.querySelectorAll("p, dd, form")].map(each => each.outerHTML)]"""


def test_the_walk_of_the_docs_leads_to_checked_records(tmp_path: Path, browser: Browser) -> None:
    tables = re.findall(r"(?:^\| \d+ \|.*\n)+", WALK, re.MULTILINE)
    assert len(tables) == 3
    (article,) = re.findall(r"```text\n(.*?)```", WALK, re.DOTALL)
    (tmp_path / "branches.txt").write_text(article, encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", WALK, re.DOTALL)
    steps = [step for block in blocks for step in re.split(r"^\$ ", block, flags=re.M)[1:]]
    for step in steps:
        command, _, expected = step.partition("\n")
        words = shlex.split(command)
        if words[:2] == ["onrecord", "review"]:
            with running(words, tmp_path) as address:
                page = browser.new_page(viewport={"width": 1200, "height": 700})
                page.goto(address)
                for table in tables:
                    actions = [line.split(" | ")[1] for line in table.splitlines()]
                    assert len(actions) <= MOST_ACTIONS
                    for action in actions:
                        act(page, action)
                until(page, "!document.querySelector('.card.pending')")
                page.close()
            continue
        program = [sys.executable, "-m"] if words[0] == "onrecord" else []
        result = subprocess.run(
            [*program, *words], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        if words[1] == "accept":
            assert result.stdout == expected
            (told,) = re.findall(r"On stderr it says `(.*?)`", WALK)
            assert told in result.stderr
        elif words[1] == "check":
            assert result.stderr == expected


def act(page: Page, action: str) -> None:
    """Do what a row of the walk says, and wait until the page has answered."""
    before = page.evaluate(STATE)
    written = re.findall(r"`(.*?)`", action)
    named = re.findall(r"“(.*?)”", action)
    if action.startswith("press"):
        page.keyboard.press(written[0])
    elif action.startswith("click"):
        page.locator("form:visible button", has_text=named[0]).click()
    elif action.startswith("write"):
        page.keyboard.type(written[0])
        return
    else:
        assert page.evaluate(TO_FIELD, named[0]), f"no field {named[0]}"
        page.keyboard.type(written[0])
        return
    ends = time.monotonic() + 30
    while before == page.evaluate(STATE) or page.evaluate(BUSY):
        assert time.monotonic() < ends, f"nothing came of: {action}"
        time.sleep(0.01)


@contextmanager
def running(words: list[str], folder: Path) -> Iterator[str]:
    """Run `onrecord review` and give the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()
