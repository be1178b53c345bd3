"""Every kind of page, for everybody: axe, 320 px, no request elsewhere, nothing on the console."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from flask import Flask, template_rendered

from browser import PAGE_TYPES, Watched, chromium, fits
from built_releases import ReleaseOf
from clinic_release import CLINIC
from endpoint_release import served
from onrecord.records.archive import open_archive
from onrecord_server import flask_app
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from test_withdrawn_iris import WITHDRAWN, changed, released

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 160)).join(" | "))"""
REPEATED = """() => [...document.querySelectorAll("[id]")].map(each => each.id)
    .filter((id, at, all) => all.indexOf(id) !== at)"""
ASTRAY = """() => [...document.querySelectorAll("a")].map(each => each.getAttribute("href"))
    .filter(href => href?.startsWith("#") && !document.getElementById(href.slice(1)))"""
PAGES = [(collection, kind) for collection, kinds in PAGE_TYPES.items() for kind in kinds]
WIDTHS = (1200, 390, 320)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TEXTS = CLINIC / "texts"
TEMPLATES = Path(flask_app.__file__).parent / "templates"


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of releases: of the bundled collection, and of one that has lost records."""
    folder = tmp_path_factory.mktemp("releases")
    release_of("bundled", folder / "bundled")
    first = release_of("clinic", folder / "clinic")
    records = changed(folder)
    (records / "withdrawn.ttl").write_text(WITHDRAWN.replace("NAME", first.name), encoding="utf-8")
    released(records, folder / "clinic")
    return {name: folder / name for name in PAGE_TYPES}


def address_of(releases: dict[str, Path], collection: str, kind: str) -> str:
    """Return the address of a kind of page."""
    text = str(PAGE_TYPES[collection][kind])
    if collection == "clinic":
        first, second = sorted(path.name for path in releases[collection].glob("20*"))
        text = text.replace("FIRST", first).replace("SECOND", second)
    return text


@pytest.fixture(scope="module")
def pages(
    releases: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, int], Watched]]:
    """A page of the browser for each collection and width."""
    folder = tmp_path_factory.mktemp("served")
    with (
        chromium() as browser,
        served(folder, releases["bundled"], workers=1) as bundled,
        served(folder, releases["clinic"], workers=1, archives=[str(TEXTS)]) as clinic,
    ):
        servers = {"bundled": bundled, "clinic": clinic}
        yield {
            (name, width): Watched(
                browser.new_page(viewport={"width": width, "height": 800}),
                server.address.removesuffix("/sparql"),
            )
            for name, server in servers.items()
            for width in WIDTHS
        }


@pytest.mark.parametrize(("collection", "kind"), PAGES, ids=[kind for _, kind in PAGES])
def test_a_page_is_for_everybody(
    pages: dict[tuple[str, int], Watched],
    releases: dict[str, Path],
    collection: str,
    kind: str,
) -> None:
    address = address_of(releases, collection, kind)
    for width in WIDTHS:
        watched = pages[collection, width]
        watched.complaints.clear()
        status = watched.open(address)
        assert (status >= 400) == (kind == "gone" or kind.startswith("error")), status
        assert fits(watched.page), f"wider than {width} px"
        assert watched.page.evaluate(REPEATED) == [], "two elements of one id"
        assert watched.page.evaluate(ASTRAY) == [], "links to no place of the page"
        if width != 320:
            watched.page.evaluate(AXE)
        for scheme in SCHEMES if width != 320 else ():
            watched.page.emulate_media(color_scheme=scheme)
            assert watched.page.evaluate(RUN) == [], (width, scheme)
        assert watched.complaints == []


def test_no_kind_of_page_is_forgotten(releases: dict[str, Path], tmp_path: Path) -> None:
    used = set()

    def note(sender: Flask, template: object, **_: object) -> None:
        used.add(getattr(template, "name", ""))

    for name, folder in releases.items():
        with endpoint_in_thread(Settings(folder, tmp_path / name)) as endpoint:
            app = create_app(endpoint, open_archive([TEXTS]))
            with template_rendered.connected_to(note, app):
                for kind in PAGE_TYPES[name]:
                    app.test_client().get(
                        address_of(releases, name, kind), headers={"Accept": "text/html"}
                    )
    parts = {"layout.html", "parts.html", "table.html"}
    assert used == {path.name for path in TEMPLATES.glob("*.html")} - parts
