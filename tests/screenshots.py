"""Take a picture of every kind of page, for eyes: `make screenshots`.

Those of page_types.toml go to build/screenshots, at 1,200 and 390 px; those that the README shows
go to docs/images. Texts that ONRECORD_ARCHIVE names are checked, as in `onrecord build`.
"""

import os
import tempfile
from pathlib import Path
from typing import cast

from playwright.sync_api import Browser, FloatRect

from browser import PAGE_TYPES, chromium
from clinic_release import CLINIC
from conftest import REPOSITORY
from endpoint_release import served
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from small_png import with_few_colours
from test_accessibility import TEXTS, address_of
from test_withdrawn_iris import WITHDRAWN, changed, released

FOLDER = REPOSITORY / "build" / "screenshots"
README = REPOSITORY / "docs" / "images"
SHOWN = {
    "timeline": ("topic", "svg.timeline"),
    "claim": ("claim", "table.carried tr[id] >> nth=3"),
}
"""Pictures of the README: kind of page, and the element with which the picture ends."""
_HEAD = 60
README_WIDTH = 1200


def main() -> None:
    """Build both collections, serve them, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    README.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        archives = [
            Path(each) for each in os.environ.get("ONRECORD_ARCHIVE", "").split(":") if each
        ]
        records = read_collection(BUNDLED_COLLECTION)
        build(check_records(records, open_archive(archives)), folder / "bundled")
        first = released(CLINIC / "records", folder / "clinic")
        later = changed(folder)
        (later / "withdrawn.ttl").write_text(WITHDRAWN.replace("NAME", first.name), "utf-8")
        released(later, folder / "clinic")
        releases = {each: folder / each for each in PAGE_TYPES}
        for collection, kinds in PAGE_TYPES.items():
            with served(folder, releases[collection], archives=[str(TEXTS)]) as server:
                host = server.address.removesuffix("/sparql")
                for kind in kinds:
                    take(browser, host + address_of(releases, collection, kind), kind)
                if collection == "bundled":
                    for picture, (kind, last) in SHOWN.items():
                        take_for_readme(browser, host + str(kinds[kind]), picture, last)


def take(browser: Browser, address: str, kind: str) -> None:
    """Take a whole page at two widths."""
    for width in (1200, 390):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(address)
        page.screenshot(path=FOLDER / f"{kind}-{width}.png", full_page=True)
        page.close()


def take_for_readme(browser: Browser, address: str, picture: str, last: str) -> None:
    """Take the top of a page as the README shows it: without its head, to the end of an element."""
    page = browser.new_page(viewport={"width": README_WIDTH, "height": 800})
    page.goto(address)
    box = page.locator(last).bounding_box()
    assert box is not None, f"{address} has no {last}"
    height = box["y"] + box["height"] + 1 - _HEAD
    clip = cast(FloatRect, {"x": 0, "y": _HEAD, "width": README_WIDTH, "height": height})
    taken = page.screenshot(clip=clip, full_page=True)
    (README / f"{picture}.png").write_bytes(with_few_colours(taken))
    page.close()


if __name__ == "__main__":
    main()
