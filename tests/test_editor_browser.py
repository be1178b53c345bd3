"""The query editor in a browser: by keyboard, on a phone, dark, and without JavaScript."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote_plus

import pytest
from playwright.sync_api import Browser, Page, Route

from browser import chromium, follow
from endpoint_release import Server

REC = "PREFIX rec: <https://w3id.org/onrecord/ns#>"
EDITOR = "document.querySelector('#editor').shadowRoot.querySelector('.cm-editor')"
SMALL = """[...document.querySelectorAll('main button, main input, main select, main summary')]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 24)
    .map(each => each.outerHTML)"""
WIDE = f"""{REC}
SELECT * {{
  ?claim rec:text ?text ; rec:speaker ?speaker ; rec:saidOn ?time ; rec:modality ?how .
}} LIMIT 9"""
MANY = "SELECT ?n ?word { VALUES (?n ?word) { (10 'b') (9 'c') (100 'a') } }"


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    """A server over a release of the sample."""
    return sample_server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as browser:
        yield browser


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, server: Server) -> Iterator[Opened]:
    """Return a function that opens an address; nothing may break the policy or leave loopback."""
    contexts, faults, requests = [], [], []

    def opened(address: str = "/query", **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"http://127.0.0.1:{server.port}{address}")
        if options.get("java_script_enabled", True):
            page.locator("#editor .cm-content").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert all(url.startswith(f"http://127.0.0.1:{server.port}/") for url in requests)
    # What is refused is a line in the console of any page.
    mine = [text for text in faults if not text.startswith("Failed to load resource")]
    assert mine == []


def until(page: Page, said: str) -> None:
    """Wait until an expression is true; the page's policy lets none be polled within it."""
    for _ in range(600):
        if page.evaluate(said):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not so: {said}")


def text_of(page: Page) -> str:
    lines = page.locator("#editor .cm-line").all_inner_texts()
    return "\n".join(line.replace("\n", "") for line in lines)


def write(page: Page, text: str) -> None:
    """Replace the text by keyboard; brackets that close themselves are typed over."""
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def offered(page: Page) -> list[str]:
    """Return what is offered, once a key can accept it: 75 ms after the list is there."""
    page.locator("#editor .cm-tooltip-autocomplete li").first.wait_for()
    page.wait_for_timeout(100)
    return page.locator("#editor .cm-completionLabel").all_inner_texts()


def schema(server: Server) -> dict[str, dict[str, int]]:
    data = json.loads(server.fetch("/query/completion.json").text)
    return {kind["name"]: dict(kind["properties"]) for kind in data["classes"]}


def test_an_example_is_loaded_changed_and_run(opened: Opened) -> None:
    page = opened()
    page.get_by_role(
        "link", name="Claims with their outlets, and how far these are traced", exact=True
    ).click()
    page.wait_for_url("**/query?example=witnesses")
    until(page, "document.activeElement.id === 'editor'")
    assert "# title: Claims with their outlets" in text_of(page)
    page.keyboard.press("Control+Enter")
    page.locator("#answer table").wait_for()
    assert unquote_plus(page.url).partition("query=")[2].startswith("# title: Claims with")
    page.go_back()
    until(page, "!document.querySelector('#answer table')")
    page.go_back()
    until(page, "document.querySelector('#query').value.startsWith('PREFIX rec:')")


def test_the_properties_of_the_class_are_offered_and_no_others(
    opened: Opened, server: Server
) -> None:
    page, known = opened(), schema(server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for text, kind in (
        (f"{REC}\nSELECT * {{ ?x a rec:Claim ; ", "rec:Claim"),
        # The class is said later, and the place is before it.
        (f"{REC}\nSELECT * {{ ?x a rec:Event . ?x ", "rec:Event"),
        # It follows from the property that leads to the thing.
        (f"{REC}\nSELECT * {{ ?c rec:quantity ?x . ?x ", "rec:Quantity"),
    ):
        write(page, text)
        page.keyboard.press("Control+Space")
        assert set(offered(page)) == {"a", *known[kind]}, text
        page.keyboard.press("Escape")
    assert not [url for url in asked if "completion" not in url]


def test_a_term_is_found_by_its_words_and_its_prefix_is_declared(opened: Opened) -> None:
    page = opened()
    write(page, "SELECT * {\n  ?x a ")
    page.keyboard.type("clai")
    assert offered(page)[0] == "rec:Claim"
    page.keyboard.press("Enter")
    page.keyboard.type(" ; names of", delay=5)
    until(page, "document.querySelector('#editor').shadowRoot.textContent.includes('PREFIX rec:')")
    assert text_of(page) == (f"{REC}\nSELECT * {{\n  ?x a rec:Claim ; names of".replace("{{", "{"))


def test_what_is_typed_before_the_names_have_come_is_completed(
    browser: Browser, server: Server
) -> None:
    held: list[Route] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.route(lambda url: "completion.json" in url, lambda route: held.append(route))
        page.goto(f"http://127.0.0.1:{server.port}/query")
        page.locator("#editor .cm-content").wait_for()
        write(page, f"{REC}\nSELECT * {{ ?x a ")
        page.keyboard.type("clai")
        assert page.locator("#editor .cm-tooltip-autocomplete").count() == 0
        held[0].continue_()
        assert offered(page)[0] == "rec:Claim"


def test_a_prefix_of_the_query_is_used(opened: Opened) -> None:
    page = opened()
    write(page, "PREFIX r: <https://w3id.org/onrecord/ns#>\nSELECT * { ?x a r:Claim ; ")
    page.keyboard.type("speak")
    assert offered(page)[0] == "r:speaker"


def test_the_fault_is_underlined_where_the_server_says(opened: Opened) -> None:
    page = opened()
    write(page, 'SELECT * {\n  BIND ("é😀" AS x)\n}')
    page.keyboard.press("Control+Enter")
    marked = page.locator("#editor .cm-lintRange-error")
    marked.wait_for()
    assert marked.inner_text() == "x"
    alert = page.get_by_role("alert")
    assert "line 2, column 17" in alert.inner_text()
    assert alert.locator("mark").inner_text() == "x"
    # Once it is mended and asked again, nothing is marked.
    write(page, "SELECT * { ?s ?p ?o } LIMIT 3")
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("#answer table").wait_for()
    assert marked.count() == 0
    assert page.get_by_role("alert").count() == 0
    assert page.get_by_role("status").inner_text() == "3 rows"


def test_a_prefix_that_is_not_declared_is_with_one_button(opened: Opened) -> None:
    page = opened("/query?query=" + quote("SELECT * { ?x a rec:Claim }"))
    marked = page.locator("#editor .cm-lintRange-error")
    marked.wait_for()
    assert marked.inner_text() == "rec:Claim"
    marked.hover()
    page.get_by_role("button", name="Declare rec:").click()
    assert text_of(page) == f"{REC}\nSELECT * {{ ?x a rec:Claim }}"


def test_by_keyboard_alone(opened: Opened) -> None:
    page = opened("/query?query=" + quote(MANY))
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "editor":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "editor"
    assert page.evaluate(f"getComputedStyle({EDITOR}).outlineWidth") == "3px"
    assert "Esc, then Tab leaves the editor" in page.locator(".keys").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[role=status]').textContent === '3 rows'")
    while page.evaluate("document.activeElement.textContent") != "n":
        page.keyboard.press("Tab")
    for expected in (["9", "10", "100"], ["100", "10", "9"], ["10", "9", "100"]):
        page.keyboard.press("Enter")
        cells = "[...document.querySelectorAll('.answer td:first-child')].map(e => e.textContent)"
        until(page, f"JSON.stringify({cells}) === '{json.dumps(expected, separators=(',', ':'))}'")
        # The same heading keeps the keyboard.
        assert page.evaluate("document.activeElement.closest('th').cellIndex") == 0


def test_what_was_run_is_kept_here_until_it_is_cleared(opened: Opened) -> None:
    page = opened()
    assert page.locator("#kept").is_hidden()
    for number in (1, 2, 1):
        write(page, f"SELECT ({number} AS ?n) {{}}")
        page.keyboard.press("Control+Enter")
        until(page, f"document.querySelector('.answer td')?.textContent === '{number}'")
    page.reload()
    page.get_by_text("Your queries (2)").click()
    page.get_by_role("button", name="SELECT (2 AS ?n)").click()
    assert text_of(page) == "SELECT (2 AS ?n) {}"
    page.get_by_role("button", name="Clear them").click()
    assert page.evaluate("localStorage.length") == 0
    assert page.locator("#kept").is_hidden()
    assert page.context.cookies() == []


def test_a_download_has_a_name(opened: Opened, tmp_path: Path) -> None:
    page = opened("/query?query=" + quote(MANY))
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    assert started.value.suggested_filename == "answer.csv"
    assert Path(started.value.path()).read_text() == "n,word\n10,b\n9,c\n100,a\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1200])
def test_it_fits_and_can_be_read(opened: Opened, width: int, scheme: str) -> None:
    for address in ("/query", f"/query?query={quote(WIDE)}", "/query?query=SELECT+nonsense"):
        page = opened(address, viewport={"width": width, "height": 800}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL) == []
        ground = page.evaluate(f"getComputedStyle({EDITOR}).backgroundColor")
        ink = page.evaluate(f"getComputedStyle({EDITOR}).color")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
        assert ink != ground


def test_without_javascript_it_is_the_same(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    assert page.locator("#editor").count() == 0
    assert page.locator(".keys").is_hidden()
    page.get_by_label("Query", exact=True).fill(MANY)
    follow(page.get_by_role("button", name="Run", exact=True))
    cells = page.locator(".answer td:first-child")
    assert cells.all_inner_texts() == ["10", "9", "100"]
    assert page.get_by_label("Query", exact=True).input_value() == MANY
    follow(page.get_by_role("button", name="n", exact=True))
    assert cells.all_inner_texts() == ["9", "10", "100"]
    page.get_by_label("Rows with").fill("c")
    follow(page.get_by_role("button", name="Filter"))
    assert cells.all_inner_texts() == ["9"]
    page.get_by_label("Query", exact=True).fill("SELECT * {\n  BIND (1 AS x)\n}")
    follow(page.get_by_role("button", name="Run", exact=True))
    assert "line 2, column 14" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("alert").locator("mark").inner_text() == "x"
    assert page.get_by_label("Query", exact=True).input_value() == "SELECT * {\n  BIND (1 AS x)\n}"
    page.goto(page.url.partition("/query")[0] + "/sparql")
    assert page.url.endswith("/query")
    follow(page.get_by_role("link", name="Run: Hedged claims and their hedge words"))
    assert page.locator(".answer").count() == 1
