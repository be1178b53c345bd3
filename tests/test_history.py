"""What changed between releases: on the command line, as a page, and as a feed."""

import json
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from click.testing import CliRunner, Result

from clinic_release import BASE
from onrecord.cli.main import main
from onrecord.releases.forms.delta import ClaimChange, difference, read_changes
from onrecord.releases.release import Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.exchange import feed
from test_dumps import Two, released, two

__all__ = ["two"]

ATOM = "{http://www.w3.org/2005/Atom}"


def diff(two: Two, *arguments: str) -> Result:
    releases = str(two.first.path.parent)
    return CliRunner().invoke(main, ["diff", *arguments, "--releases", releases])


def test_diff_counts_and_names_what_changed(two: Two) -> None:
    result = diff(two, two.first.name, two.second.name)
    assert result.exit_code == 0
    first, quads, claims, *lines = result.stdout.splitlines()
    assert first == f"{two.first.name} → {two.second.name}"
    old, new = (
        set((each.path / "dumps/onrecord.nq").read_bytes().splitlines())
        for each in (two.first, two.second)
    )
    assert quads == f"quads: {len(old - new)} removed, {len(new - old)} added"
    assert "1 added" in claims
    assert "1 withdrawn" in claims
    assert "withdrawn  claim/do-not-wait: Renamed after what is urged." in lines
    (added,) = [line for line in lines if line.startswith("added")]
    assert added.startswith("added      claim/vaccinate-now: ")


def test_diff_as_json_has_the_lines_of_the_delta(two: Two) -> None:
    found = json.loads(diff(two, two.first.name, two.second.name, "--format", "json").stdout)
    lines = two.fetch(f"delta/{two.first.name}/changes.jsonl").decode().splitlines()
    assert found["claims"] == [json.loads(line) for line in lines]
    assert (found["before"], found["after"]) == (two.first.name, two.second.name)


def test_diff_without_names_is_from_the_release_before_to_the_newest(two: Two) -> None:
    assert diff(two).stdout == diff(two, two.first.name, two.second.name).stdout


def test_the_way_back_takes_back(two: Two) -> None:
    there = {each.claim: each.change for each in difference(two.first, two.second).claims}
    back = {each.claim: each.change for each in difference(two.second, two.first).claims}
    opposite = {"added": "withdrawn", "withdrawn": "added", "changed": "changed"}
    assert back == {claim: opposite[change] for claim, change in there.items()}
    same = difference(two.second, two.second)
    assert (same.removed, same.added, same.claims) == (0, 0, ())


def test_a_withdrawn_claim_is_not_withdrawn_again(two: Two, tmp_path: Path) -> None:
    """The collection says a little more of why."""
    path = two.records / "withdrawn.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Renamed after what", "Renamed after all that"), "utf-8")
    third = released(two.records, tmp_path)
    path.write_text(text, encoding="utf-8")
    (change,) = difference(two.second, third).claims
    assert (change.claim, change.change) == (f"{BASE}claim/do-not-wait", "changed")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2020-01-01-00000000"], "no release '2020-01-01-00000000'"),
        (["nonsense", "more"], "'more': no such release, a name is like 2026-11-24-0a1b2c3d"),
    ],
)
def test_diff_says_what_it_cannot_compare(two: Two, arguments: list[str], message: str) -> None:
    result = diff(two, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_first_release_has_nothing_before_it(two: Two, tmp_path: Path) -> None:
    (tmp_path / two.first.name).symlink_to(two.first.path)
    (tmp_path / "latest").symlink_to(two.first.name)
    result = CliRunner().invoke(main, ["diff", "--releases", str(tmp_path)])
    assert result.exit_code == 2
    assert "it is the first release here" in result.stderr


def test_a_release_without_dumps_and_another_collection_are_not_compared(two: Two) -> None:
    bare = Release(two.first.name, two.first.path, {**two.first.manifest, "files": {}})
    other = {**two.first.manifest, "base": "https://example.org/other/"}
    assert read_changes(bare, two.second) is None
    assert read_changes(Release(two.first.name, two.first.path, other), two.second) is None


def test_the_page_has_a_row_for_each_claim(two: Two) -> None:
    address = f"/dumps/{two.second.name}/delta/{two.first.name}/"
    page = two.client.get(address, headers={"Accept": "text/html"}).text
    listed = two.client.get(address, headers={"Accept": "application/json"}).get_json()
    assert listed["claims"]
    for change in listed["claims"]:
        assert f'href="/{change["claim"].removeprefix(BASE)}"' in page
    assert "Renamed after what is urged." in page
    dumps = two.client.get("/dumps/", headers={"Accept": "text/html"}).text
    assert f'href="{address}"' in dumps


def parsed(data: bytes) -> tuple[Element, list[Element]]:
    root = fromstring(data)
    assert root.tag == f"{ATOM}feed"
    return root, root.findall(f"{ATOM}entry")


def test_the_feed_has_an_entry_for_each_release_the_newest_first(two: Two) -> None:
    root, entries = parsed(two.client.get("/feed").data)
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{BASE}dumps/{name}/" for name in (two.second.name, two.first.name)
    ]
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/feed"
    assert links["license"] == "https://creativecommons.org/licenses/by/4.0/"
    newest, first = entries
    content = newest.findtext(f"{ATOM}content")
    assert content is not None
    assert "Renamed after what is urged." in content
    assert "http://localhost/claim/vaccinate-now" in content
    assert "1 withdrawn" in str(newest.findtext(f"{ATOM}summary"))
    assert first.findtext(f"{ATOM}content") is None
    assert "not known here" in str(first.findtext(f"{ATOM}summary"))


def test_every_page_names_the_feed(two: Two) -> None:
    for address in ("/", "/dumps/", "/topic/", "/nothing"):
        page = two.client.get(address, headers={"Accept": "text/html"}).text
        assert '<link rel="alternate" type="application/atom+xml" href="/feed"' in page, address


def test_the_feed_is_not_asked_for_twice(two: Two) -> None:
    etag = two.client.get("/feed").headers["ETag"]
    assert two.client.get("/feed", headers={"If-None-Match": etag}).status_code == 304


def test_long_feeds_and_long_entries_are_cut(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_RELEASES", 1)
    monkeypatch.setattr(feed, "MOST_CLAIMS", 1)
    _, (entry,) = parsed(two.client.get("/feed").data)
    assert str(entry.findtext(f"{ATOM}id")).endswith(f"{two.second.name}/")
    content = str(entry.findtext(f"{ATOM}content"))
    assert content.count("<li>") == 1
    others = len(difference(two.first, two.second).claims) - 1
    assert f">{others} more</a>" in content


def test_what_is_no_markup_and_no_xml_stays_text(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    change = ClaimChange(f"{BASE}claim/x", "withdrawn", "<b>\x01", reason="a & b")
    monkeypatch.setattr(feed, "read_changes", lambda *_: (change,))
    _, entries = parsed(two.client.get("/feed").data)
    content = str(entries[0].findtext(f"{ATOM}content"))
    assert ">&lt;b&gt;\ufffd</a> (a &amp; b)" in content


def test_a_folder_that_may_only_be_read_has_its_feed_too(
    two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    whole = two.client.get("/feed").data
    monkeypatch.setattr("onrecord.releases.forms.delta.kept", refuse)
    assert two.client.get("/feed").data == whole


def test_a_folder_of_one_release_has_a_feed(two: Two, tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / two.first.name).symlink_to(two.first.path)
    (folder / "latest").symlink_to(two.first.name)
    with endpoint_in_thread(Settings(folder, tmp_path / "cache")) as endpoint:
        _, (entry,) = parsed(create_app(endpoint).test_client().get("/feed").data)
    assert "not known here" in str(entry.findtext(f"{ATOM}summary"))
