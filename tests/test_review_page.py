"""The page of a review: who may ask for it, what it shows, and that no decision is lost."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from onrecord.reviewing.card import Card
from onrecord.reviewing.draft_file import read_draft_file
from onrecord.reviewing.review_log import log_path, read_changes
from onrecord_server.review.app import create_review_app
from reviews import ARTICLE, Desk, desk

HOST, TOKEN = "127.0.0.1:4711", "a-token"
REVIEW = [sys.executable, "-m", "onrecord", "review"]
ORIGIN = {"Origin": f"http://{HOST}"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose drafts no test decides on."""
    return desk(tmp_path_factory.mktemp("desk"))


def client_of(at: Desk) -> FlaskClient:
    app = create_review_app(at.session(), TOKEN, HOST, "onrecord accept harbour.txt")
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", f"/{TOKEN}/", {}, 200),
        ("GET", f"/{TOKEN}/review.js", {}, 200),
        ("GET", f"/{TOKEN}/review.css", {}, 200),
        ("GET", "/", {}, 404),
        ("GET", "/a-tokem/", {}, 404),
        ("GET", "/ünïcode/", {}, 404),
        ("GET", f"/{TOKEN}/app.py", {}, 404),
        ("GET", f"/{TOKEN}/", {"Host": "attacker.example:4711"}, 403),
        ("GET", f"/{TOKEN}/", {"Host": "localhost:4711"}, 403),
        ("GET", f"/{TOKEN}/", {"Host": "127.0.0.1"}, 403),
        ("POST", f"/{TOKEN}/do", {}, 403),
        ("POST", f"/{TOKEN}/do", {"Origin": "null"}, 403),
        ("POST", f"/{TOKEN}/do", {"Origin": "http://127.0.0.1:4712"}, 403),
        ("POST", "/other/do", ORIGIN, 404),
        ("POST", f"/{TOKEN}/do", ORIGIN, 200),
        ("GET", f"/{TOKEN}/do", {}, 405),
    ],
)
def test_only_the_page_itself_is_answered(
    shared: Desk, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    response = client_of(shared).open(
        path,
        method=method,
        headers={"Host": HOST, **headers},
        json={"do": "show"} if method == "POST" else None,
    )
    assert response.status_code == status
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    if status != 200:
        assert "barges" not in response.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("do=accept", "text/plain", 415),
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
    ],
)
def test_a_decision_is_an_object_of_json(shared: Desk, body: str, kind: str, status: int) -> None:
    headers = {"Host": HOST, **ORIGIN, "Content-Type": kind}
    response = client_of(shared).post(f"/{TOKEN}/do", data=body, headers=headers)
    assert response.status_code == status


def test_a_text_is_text_also_where_it_looks_like_markup(tmp_path: Path) -> None:
    words = "We <script>alert(1)</script> build barges & {{ 7 * 7 }} ships"
    at = desk(tmp_path, f"Town, 4 March 2025\n\n“{words},” said Piet Vermeer.\n")
    page = client_of(at).get(f"/{TOKEN}/", headers={"Host": HOST}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; build barges &amp; {{ 7 * 7 }} ships" in page


def test_a_card_says_why_it_was_drafted_and_what_it_lacks(shared: Desk) -> None:
    card = shared.card("the crane would cost")
    response = client_of(shared).post(
        f"/{TOKEN}/do", json={"do": "show", "card": card.id}, headers={"Host": HOST, **ORIGIN}
    )
    shown = " ".join(response.json["cards"].split())  # type: ignore[index]
    for words in (
        "“said” tells of it, by the rule “bare clause”; the speaker is named as “Vermeer”, for"
        " Piet Vermeer by the article (person);"
        " found by rules",
        "nobody is confirmed as speaker, name one by number",
        '<kbd>1</kbd> Piet Vermeer <span class="small">new person</span>',
        "2.4 million euros: 2,400,000 EUR",
        'name="unit0" list="units" value="CCY_EUR"',
    ):
        assert words in shown


def test_a_problem_of_the_disk_is_said_and_the_page_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(tmp_path)
    client = client_of(at)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    asked = {"do": "reject", "card": at.card("We ordered").id}
    headers = {"Host": HOST, **ORIGIN}
    answer = client.post(f"/{TOKEN}/do", json=asked, headers=headers).json
    assert "No space left" in answer["error"]  # type: ignore[index]
    assert at.card("We ordered").verdict is None
    monkeypatch.undo()
    answer = client.post(f"/{TOKEN}/do", json=asked, headers=headers).json
    assert answer["message"] == "rejected"  # type: ignore[index]
    assert at.card("We ordered").verdict == "reject"


# Nothing is lost ---------------------------------------------------------------


def decide_until_killed(at: Desk, seed: int, answered: Connection) -> None:
    """Decide on cards in turn; tell of each decision after it is answered."""
    session = at.session()
    cards = [card.id for card in at.file.cards]
    number = seed
    while True:
        name = cards[number % len(cards)]
        session.decide({"do": "edit", "card": name, "fields": {"note": f"{seed}-{number}"}})
        answered.send((name, f"{seed}-{number}"))
        number += 1


def test_a_process_that_is_killed_at_fifty_moments_loses_no_decision(tmp_path: Path) -> None:
    at = desk(tmp_path)
    context = multiprocessing.get_context("fork")
    chance = random.Random(15)  # noqa: S311 - moments need no secret
    expected: dict[str, str] = {}
    answered: set[str] = set()
    for seed in range(50):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=decide_until_killed, args=(at, seed, theirs))
        process.start()
        theirs.close()
        last: tuple[str, str] | None = None
        for _ in range(chance.randint(1, 3)):
            began = time.monotonic()
            assert ours.poll(60)
            name, note = ours.recv()
            expected[name] = note
            last = name, note
            answered.add(note)
        # Anywhere in the next decision, which takes about as long as the one before.
        time.sleep(chance.random() * (time.monotonic() - began))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        while True:
            try:
                name, note = ours.recv()
            except (EOFError, OSError):  # OSError: cut off within the last answer
                break
            expected[name] = note
            last = name, note
            answered.add(note)
        assert last is not None
        cards = {card.id: card.note for card in read_draft_file(at.reviewed.draft).cards}
        following = f"{seed}-{int(last[1].partition('-')[2]) + 1}"
        for name, note in expected.items():
            # The decision that was under way may be on disk before it was answered.
            assert cards[name] in (note, following), (seed, name)
        expected |= {name: note for name, note in cards.items() if note}
        logged = read_changes(log_path(at.reviewed.draft))
        notes = {change.after["note"] for change in logged if change.after}
        assert answered <= notes
    assert at.do("undo").message == "undone: edit"


@contextmanager
def reviewing(at: Desk, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `onrecord review` and give the address of its page."""
    named = ["--collection", str(at.root), "--archive", str(at.folder)]
    process = subprocess.Popen(
        [*REVIEW, at.reviewed.sha256, *named, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "ONRECORD_MODEL": "stub"},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


def test_the_command_can_be_killed_and_started_again(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.reviewed.draft.unlink()

    def card(words: str) -> Card:
        return at.card(words)

    addresses = []
    for decision, words in (("reject", "We work six"), ("reject", "We ordered")):
        with reviewing(at) as (address, process):
            addresses.append(address)
            host = "/".join(address.split("/")[:3])
            answer = requests.post(
                f"{address}do",
                json={"do": decision, "card": card(words).id},
                headers={"Origin": host},
                timeout=30,
            ).json()
            assert answer["message"] == "rejected"
            process.kill()
    assert [card(words).verdict for words in ("We work six", "We ordered")] == ["reject"] * 2
    assert addresses[0].split("/")[3] != addresses[1].split("/")[3]
    assert len(addresses[0].split("/")[3]) >= 32


def test_a_draft_that_is_there_is_not_drafted_anew(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.do("article", fields=ARTICLE)
    before = at.reviewed.draft.read_bytes()
    result = subprocess.run(
        [*REVIEW, at.reviewed.sha256, "--language", "de", "--archive", str(at.folder)],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "it is drafted, correct day and language on the page" in result.stderr
    assert at.reviewed.draft.read_bytes() == before


def test_others_may_draft_what_is_drafted(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.do("reject", "We work six")
    before = at.reviewed.draft.read_bytes()
    with reviewing(at, "--model", "http://127.0.0.1:9/v1") as (address, process):
        assert address
        process.kill()
        _, said = process.communicate()
    assert "the drafts of the rules are all there" in said
    assert "0 drafts of others added, 0 of those that were there" in said
    assert at.reviewed.draft.read_bytes() == before


@pytest.mark.parametrize("published_by", ["", " ; schema:publisher <actor/a>"])
def test_an_article_on_record_still_needs_a_publisher_if_it_has_none(
    tmp_path: Path, published_by: str
) -> None:
    at = desk(tmp_path)
    (at.root / "archived.ttl").write_text(
        "@prefix schema: <https://schema.org/> .\n@prefix rec: <https://w3id.org/onrecord/ns#> .\n"
        f"@base <https://example.org/harbour/> .\n<source/s> a rec:Source{published_by} .\n"
        f'<snapshot/s> a rec:Snapshot ; rec:snapshotOf <source/s> ; schema:sha256 "'
        f'{at.reviewed.sha256}" .\n',
        encoding="utf-8",
    )
    shown = client_of(at).get(f"/{TOKEN}/", headers={"Host": HOST}).text
    assert "on record as <code>https://example.org/harbour/source/s</code>" in shown
    assert ('name="publisher"' in shown) == (not published_by)
    assert 'name="title"' not in shown
