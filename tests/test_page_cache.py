"""Rendered pages are kept, and none is given for another one."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, template_rendered
from flask.testing import FlaskClient

from built_releases import ReleaseOf
from clinic_release import CLINIC
from onrecord.records.archive import open_archive
from onrecord_server.documents.page_cache import PageCache, may_be_kept
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages import openapi, saved_queries
from test_withdrawn_iris import WITHDRAWN, changed, released

HTML = {"Accept": "text/html"}
CLAIM = "/claim/vaccinate-now.html"


class Served:
    """A client of a server, and the templates that it has rendered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.rendered: list[str] = []
        template_rendered.connect(self._note, app)

    def _note(self, _: Flask, template: object, **__: object) -> None:
        self.rendered.append(getattr(template, "name", ""))


@pytest.fixture
def served(release_of: ReleaseOf, tmp_path: Path) -> Iterator[Served]:
    release_of("clinic", tmp_path / "releases")
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        yield Served(create_app(endpoint))


def test_a_page_is_rendered_once_and_the_same_again(served: Served) -> None:
    for address in ("/", "/source/courier.html", "/q/witnesses", "/ns", "/actor/"):
        served.rendered.clear()
        first, again = (served.client.get(address, headers=HTML) for _ in range(2))
        assert first.status_code == 200, address
        assert len(served.rendered) == 1, address
        assert first.data == again.data
        assert dict(first.headers) == dict(again.headers)
        assert served.client.head(address, headers=HTML).status_code == 200


def test_an_answer_and_the_description_are_made_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv, description = "/q/witnesses.csv", "/openapi.json"
    first = [served.client.get(address) for address in (csv, description)]
    as_json = served.client.get("/q/witnesses", headers={"Accept": "application/json"})
    for module, name in ((saved_queries, "saved_data"), (openapi, "description")):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("it is made again"))
    again = [served.client.get(address) for address in (csv, description)]
    assert [each.data for each in again] == [each.data for each in first]
    assert [dict(each.headers) for each in again] == [dict(each.headers) for each in first]
    assert as_json.mimetype == "application/sparql-results+json"
    tag = {"If-None-Match": first[0].headers["ETag"]}
    assert served.client.get(csv, headers=tag).status_code == 304


def test_a_client_that_has_it_gets_no_body(served: Served) -> None:
    page = served.client.get("/", headers=HTML)
    same = served.client.get("/", headers={**HTML, "If-None-Match": page.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


@pytest.mark.parametrize(
    ("headers", "host"),
    [({"Accept": "text/turtle"}, "localhost"), (HTML, "onrecord.example"),
     ({**HTML, "Cache-Control": "no-cache"}, "localhost")],
)  # fmt: skip
def test_another_request_gets_its_own_answer(
    served: Served, headers: dict[str, str], host: str
) -> None:
    served.client.get("/q/witnesses", headers=HTML)
    served.rendered.clear()
    other = served.client.get("/q/witnesses.html", headers=headers, base_url=f"http://{host}")
    assert other.status_code == 200
    assert served.rendered == ["query.html"]


def test_a_newer_release_is_shown(served: Served, tmp_path: Path) -> None:
    first = served.client.get("/", headers=HTML).headers["X-Release"]
    assert served.client.get(CLAIM, headers=HTML).status_code == 404
    records = changed(tmp_path)
    (records / "withdrawn.ttl").write_text(WITHDRAWN.replace("NAME", first), encoding="utf-8")
    second = released(records, tmp_path / "releases").name
    deadline = time.monotonic() + 60
    while served.client.get("/", headers=HTML).headers["X-Release"] != second:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert served.client.get(CLAIM, headers=HTML).status_code == 200


def test_errors_and_what_is_private_are_not_kept(served: Served) -> None:
    for _ in range(2):
        assert served.client.get("/claim/nope.html", headers=HTML).status_code == 404
    assert served.rendered == ["error.html"] * 2
    with served.app.test_request_context("/"):
        page = Response("x", content_type="text/html")
        assert not may_be_kept(page), "of no release"
        page.headers["X-Release"] = "2025-01-01-00000000"
        assert may_be_kept(page)
        page.headers["Cache-Control"] = "private, no-store"
        assert not may_be_kept(page)


def test_nothing_is_kept_where_an_archive_is_shown(tmp_path: Path) -> None:
    released(CLINIC / "records", tmp_path / "releases")
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        shown = Served(create_app(endpoint, open_archive([CLINIC / "texts"])))
        for _ in range(2):
            shown.client.get("/", headers=HTML)
        assert shown.rendered == ["home.html"] * 2


def test_the_oldest_go_first() -> None:
    app = Flask(__name__)
    cache = PageCache(7_000)
    with app.test_request_context("/"):
        for name in "abc":
            cache.put((name,), Response(name * 2_000))
        cache.get(("b",))
        assert cache.get(("a",)) is None
        cache.put(("d",), Response("d" * 2_000))
        kept = [name for name in "abcd" if cache.get((name,)) is not None]
    assert kept == ["b", "d"]
