"""Headless Chromium, driven by Playwright, and what each page that it opens did."""

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright

from conftest import require

PAGE_TYPES = tomllib.loads(Path(__file__).with_name("page_types.toml").read_text(encoding="utf-8"))
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""As root and without a network: no sandbox, and nothing that looks for its maker's hosts."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium; skip the test where there is none."""
    path = shutil.which("chromium")
    require(path is not None, "the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


class Watched:
    """A page of the browser, with what it asked for elsewhere and what its console says."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        """What the addresses of the server begin with."""
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> int:
        """Open a page of the server; return the status."""
        response = self.page.goto(self.address + path)
        assert response is not None
        return response.status

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.complaints.append(f"asks {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # That the page itself is an error, the console says too.
        if message.location.get("url") != self.page.url or "status of" not in message.text:
            self.complaints.append(message.text)


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that page is there.

    A click alone may return before: what is read then is still the page that was left.
    """
    with link.page.expect_navigation():
        link.click()


def fits(page: Page) -> bool:
    """Return whether a page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
