"""Other drafters: whatever they say passes one check, and none takes a draft of the rules away."""

import json
import random
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.drafting.document import Document, drafted
from onrecord.drafting.draft import draft
from onrecord.drafting.drafters import other_drafters as installed
from onrecord.drafting.drafters.model import LONGEST_PART, ask_model, model_endpoint
from onrecord.drafting.drafters.other_drafters import OtherDrafters
from onrecord.drafting.drafters.parse import reported_clauses
from onrecord.drafting.drafters.proposal import Proposal, proposals
from onrecord.drafting.drafters.proposal_check import checked, read_for_check
from onrecord.drafting.lexicon import lexicon
from onrecord.errors import UsageError
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.decision import is_doubtful
from reviews import HARBOUR
from scripted_server import Peer, Scripted, scripted_server

HERE = Path(__file__).parent
ARTICLE = HERE / "proposals" / "article.txt"
TEXT = ARTICLE.read_text(encoding="utf-8")
CONDITIONAL = "If the steel comes late, we will wait."
"""The second piece of a quotation in it."""
CASES = json.loads((HERE / "proposals" / "cases.json").read_text(encoding="utf-8"))


def passes(text: str, quotes: list[object]) -> list[list[object]]:
    found = checked(read_for_check(text), proposals(quotes), "stub")
    for one in found:
        assert one.flags[-1] == "doubtful"
        assert one.by == ("stub",)
    return [
        [
            text[one.start : one.end],
            one.type,
            (one.speaker.person or text[slice(*one.speaker.place)]) if one.speaker else None,
        ]
        for one in found
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_only_what_the_text_says_passes(case: dict[str, list[object]]) -> None:
    assert passes(TEXT, case["quotes"]) == case["passes"]


# A stub endpoint -------------------------------------------------------------------------


def answer(content: str) -> str:
    body = json.dumps({"choices": [{"message": {"content": content}}]})
    return (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\nConnection: close\r\n\r\n{body}"
    )


@contextmanager
def endpoint(content: str | None) -> Iterator[Scripted]:
    """Run an endpoint that answers with some content, or not at all."""

    def script(peer: Peer) -> None:
        if content is None:
            peer.await_end()
        else:
            peer.send(content if content.startswith("HTTP/") else answer(content))

    with scripted_server(script) as server:
        yield server


def ask(
    server: Scripted, *arguments: str, path: Path = ARTICLE, **more: str
) -> tuple[Result, list[dict[str, object]]]:
    environment = {"ONRECORD_MODEL": "stub-1"} | more
    address = f"http://127.0.0.1:{server.port}/v1"
    result = CliRunner().invoke(
        main, ["draft", str(path), "--model", address, *arguments], env=environment
    )
    assert result.exit_code == 0, result.output
    return result, json.loads(result.stdout)["quotes"]


def by_rules(quotes: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return what the rules have of some drafts, as they have it alone."""
    return [
        {name: told for name, told in one.items() if name != "by"}
        for one in quotes
        if one["rule"] != "model stub-1"
    ]


ALONE = drafted(Document("article", TEXT))["quotes"]


def test_every_false_answer_at_once_adds_nothing() -> None:
    false = [quote for case in CASES if not case["passes"] for quote in case["quotes"]]
    assert len(false) > 30
    with endpoint(json.dumps({"quotes": false})) as server:
        result, quotes = ask(server)
    assert quotes == ALONE
    told = len(proposals(false))
    assert f"model stub-1: {told} of {told} proposals left out" in result.stderr


def test_a_true_answer_is_agreement_with_the_rules() -> None:
    true = [{"quote": "We are ready", "speaker": "Per Dahl", "kind": "direct"}]
    with endpoint(json.dumps({"quotes": true})) as server:
        _, quotes = ask(server)
    assert by_rules(quotes) == ALONE
    (agreed,) = [one for one in quotes if "by" in one]
    assert (agreed["text"], agreed["by"]) == ("“We are ready,”", ["rules", "model stub-1"])


BROKEN = {
    "broken JSON": '{"quotes": [{"quote": "We are ready"',
    "no JSON": "I cannot help with that.",
    "a list": "[]",
    "no list of quotes": '{"quotes": {"quote": "We are ready"}}',
    "null": "null",
    "nested without end": "[" * 100_000,
    "no completion": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "bytes that are no text": "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x00\x01\x02",
    "an error": "HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nfailed",
    "a key that is refused": "HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nno s3cret",
    "a redirect": "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\n",
    "half an answer": "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
    "no HTTP": "HTTP/none\r\n\r\n",
    "nothing": "HTTP/",
    "control characters": "HTTP/1.1 500 Oops\r\nContent-Length: 8\r\n\r\n\x1b[31m\nred",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_endpoint_takes_nothing_from_the_rules(name: str) -> None:
    with endpoint(BROKEN[name]) as server:
        result, quotes = ask(server, ONRECORD_MODEL_KEY="s3cret")
    assert quotes == ALONE
    _, warning = result.stderr.splitlines()
    assert re.fullmatch(r"model stub-1: .+; the drafts of the rules are all there", warning)
    assert str(server.port) in warning or name == "a redirect"
    assert "s3cret" not in warning
    assert warning.isprintable()


def test_a_slow_endpoint_takes_nothing_from_the_rules() -> None:
    with endpoint(None) as server:
        result, quotes = ask(server, ONRECORD_MODEL_SECONDS="0.2")
    assert quotes == ALONE
    assert "no whole response within 0.2 seconds; the drafts" in result.stderr


def test_a_dead_endpoint_is_not_asked_for_ever(tmp_path: Path) -> None:
    lines = tmp_path / "documents.jsonl"
    lines.write_text(
        "".join(json.dumps({"id": str(n), "text": TEXT}) + "\n" for n in range(6)), "utf-8"
    )
    with endpoint("{}") as server:
        address = f"http://127.0.0.1:{server.port}/v1/chat/completions"
    result = CliRunner().invoke(
        main,
        ["draft", "--jsonl-in", str(lines), "--model", address],
        env={"ONRECORD_MODEL": "stub-1"},
    )
    assert result.exit_code == 0
    assert [json.loads(line)["quotes"] for line in result.stdout.splitlines()] == [ALONE] * 6
    assert result.stderr.count("about to send") == 3
    assert result.stderr.count("refused") == 3
    assert result.stderr.splitlines()[-1].endswith("all there, and it is not asked again")


def test_it_is_said_what_is_sent_before_it_is_sent() -> None:
    said: list[str] = []
    with endpoint('{"quotes": []}') as server:
        at = model_endpoint(f"http://127.0.0.1:{server.port}/v1/", "stub-1", "s3cret")
        proposed = ask_model(at, TEXT, said.append)
        assert (said, server.seen) == ([], [])
        list(proposed)
    (line,) = said
    assert line == (
        f"model: about to send the whole text, {len(TEXT):,} characters in one request, to"
        f" http://127.0.0.1:{server.port}/v1/chat/completions for stub-1,"
        " with the key of ONRECORD_MODEL_KEY"
    )
    (peer,) = server.seen
    assert peer.headers["authorization"] == "Bearer s3cret"
    body = json.loads(peer.request.partition("\r\n\r\n")[2])
    assert body["model"] == "stub-1"
    schema = body["response_format"]["json_schema"]["schema"]["properties"]["quotes"]["items"]
    assert sorted(schema["properties"]) == ["kind", "quote", "speaker"]
    assert schema["additionalProperties"] is False
    system, user = body["messages"]
    assert "Holm" not in system["content"]
    assert json.loads(user["content"]) == TEXT.strip()
    assert "s3cret" not in repr(at)


def test_a_long_text_is_sent_in_parts_of_whole_paragraphs() -> None:
    paragraph = "“We will wait for the barges,” said Ada Holm number %d.\n\n"
    text = "".join(paragraph % number for number in range(1000)) + "x" * (2 * LONGEST_PART + 5)
    with endpoint('{"quotes": []}') as server:
        at = model_endpoint(f"http://127.0.0.1:{server.port}", "stub-1", "")
        list(ask_model(at, text, lambda _line: None))
    sent = [
        json.loads(json.loads(peer.request.partition("\r\n\r\n")[2])["messages"][1]["content"])
        for peer in server.seen
    ]
    assert max(map(len, sent)) <= LONGEST_PART
    assert re.sub(r"\s", "", "".join(sent)) == re.sub(r"\s", "", text)
    assert all(part.startswith(("“", "x")) for part in sent)


def test_what_came_before_a_failure_stays() -> None:
    def fails(_text: str) -> Iterator[Mapping[str, object]]:
        yield {"quote": "We are ready", "speaker": "Per Dahl", "kind": "direct"}
        raise RuntimeError("no more\nof it")

    said: list[str] = []
    found = OtherDrafters({"broken": fails}, said.append).add_to(draft(TEXT), TEXT)
    assert said == ["broken: no more of it; the drafts of the rules are all there"]
    assert [one.by for one in found if len(one.by) > 1] == [("rules", "broken")]
    assert len(found) == len(draft(TEXT))


@pytest.mark.parametrize(
    ("address", "environment", "said"),
    [
        ("ftp://example.org", {}, "give an http or https address"),
        ("example.org/v1", {}, "give an http or https address"),
        ("http://[::1", {}, "this is no address"),
        ("https://me:pass@example.org/v1", {}, "give the address alone"),
        ("https://example.org/v1?key=pass", {}, "give the address alone"),
        ("https://example.org/v1", {"ONRECORD_MODEL": ""}, "name the model in ONRECORD_MODEL"),
        ("http://example.org/v1", {"ONRECORD_MODEL_KEY": "pass"}, "unencrypted, use https"),
        ("https://example.org/v1", {"ONRECORD_MODEL_KEY": "pass\nx"}, "no such characters"),
        ("https://example.org/v1", {"ONRECORD_MODEL_SECONDS": "soon"}, "no number of seconds"),
    ],
)
def test_an_endpoint_that_cannot_be_asked_is_refused(
    address: str, environment: dict[str, str], said: str
) -> None:
    result = CliRunner().invoke(
        main,
        ["draft", str(ARTICLE), "--model", address],
        env={"ONRECORD_MODEL": "stub-1"} | environment,
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "pass" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


# Agreement, and the cards ---------------------------------------------------------------

QUIET = (
    "Harbour news\n\nThe wall at Lindhaven is old. “It stands on sand and old timber.” That is"
    " what the plaque says.\n\n“The wall will hold,” said Ada Holm. Per Dahl listened.\n"
)


def others_of(*quotes: tuple[str, str]) -> OtherDrafters:
    return OtherDrafters(
        {"stub": lambda _text: [{"quote": q, "speaker": s, "kind": "direct"} for q, s in quotes]},
        lambda _line: None,
    )


def test_another_speaker_is_a_dispute_and_no_agreement() -> None:
    found = others_of(("The wall will hold", "Per Dahl")).add_to(draft(QUIET), QUIET)
    (one,) = [each for each in found if "hold" in QUIET[each.start : each.end]]
    assert one.by == ("rules",)
    assert one.flags == ("speaker disputed",)
    assert one.speaker is not None
    assert one.speaker.person == "Ada Holm"


def test_what_only_a_model_found_is_doubtful_on_its_card() -> None:
    text = HARBOUR.read_text(encoding="utf-8")
    alone = draft_file(text, "harbour.txt", "onrecord 1")
    added = "\n\nThe gates of the dock are painted green each spring.\n"
    quotes = [(card.words, card.speaker.mention) for card in alone.cards[:3] if card.speaker]
    others = others_of(*quotes, ("The gates of the dock are painted green each spring", ""))
    with_others = draft_file(text + added, "harbour.txt", "onrecord 1", others=others)
    known = {card.id: card for card in alone.cards}
    for card in with_others.cards:
        if card.id in known:
            assert (card.words, card.speaker) == (known[card.id].words, known[card.id].speaker)
            assert is_doubtful(card) == is_doubtful(known[card.id])
    assert sum(card.by == ("rules", "stub") for card in with_others.cards) >= 1
    (only,) = [card for card in with_others.cards if card.by == ("stub",)]
    assert only.flags == ("doubtful",)
    assert is_doubtful(only)
    assert len(with_others.cards) == len(alone.cards) + 1


@pytest.mark.parametrize(
    ("quotes", "by"),
    [
        (["We are ready"], ("rules",)),
        (["We are ready", "The steel came late, and we waited."], ("rules", "stub")),
    ],
)
def test_agreement_is_on_all_of_a_claim(quotes: list[str], by: tuple[str, ...]) -> None:
    others = others_of(*((quote, "Per Dahl") for quote in quotes))
    text = TEXT.replace(CONDITIONAL, "The steel came late, and we waited.")
    cards = draft_file(text, "article.txt", "onrecord 1", others=others).cards
    (card,) = [one for one in cards if one.words.startswith("We are ready")]
    assert len(card.places) == 2
    assert card.by == by


def test_agreement_on_a_part_is_shown_where_the_parts_are_cards_of_their_own() -> None:
    others = others_of((CONDITIONAL, "Per Dahl"))
    cards = draft_file(TEXT, "article.txt", "onrecord 1", others=others).cards
    by = {one.words: (one.by, len(one.places)) for one in cards}
    assert by["We are ready"] == (("rules",), 1)
    assert by[CONDITIONAL] == (("rules", "stub"), 1)


AROUND = (
    "Harbour news\n\nThe plaque shows “a wall of sand and old timber” to this day. Ada Holm came.\n"
)
REPEATED = (
    "Harbour news\n\nTo Minister Ada Holm, the wall will hold for ten years.\n\n"
    "“The wall will hold for ten years,” said Ada Holm.\n"
)


@pytest.mark.parametrize(
    ("text", "quote", "speaker"),
    [
        (AROUND, "The plaque shows “a wall of sand and old timber” to this day", ""),
        (REPEATED, "The wall will hold for ten years", "Minister Ada Holm"),
    ],
)
def test_a_card_of_the_rules_is_not_taken_into_a_doubtful_one(
    text: str, quote: str, speaker: str
) -> None:
    (alone,) = draft_file(text, "news.txt", "onrecord 1").cards
    others = others_of((quote, speaker))
    found = draft_file(text, "news.txt", "onrecord 1", others=others).cards
    assert alone in found
    assert [card.by for card in found if card != alone] == [("stub",)]


# Drafters of packages -------------------------------------------------------------------


def install(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    found = EntryPoints([EntryPoint(name, value, "onrecord.drafters")])
    monkeypatch.setattr(installed, "entry_points", lambda group: found.select(group=group))


def test_a_package_adds_a_drafter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = ModuleType("plaques")
    quote = {"quote": "The wall at Lindhaven is old", "speaker": "", "kind": "direct"}
    module.read = lambda _text: [quote]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plaques", module)
    install(monkeypatch, "plaques", "plaques:read")
    page = tmp_path / "page.txt"
    page.write_text(QUIET, encoding="utf-8")
    result = CliRunner().invoke(main, ["draft", str(page), "--drafter", "plaques"])
    assert result.exit_code == 0, result.output
    (found,) = [one for one in json.loads(result.stdout)["quotes"] if "by" in one]
    assert (found["by"], found["type"], found["flags"]) == (["plaques"], "indirect", ["doubtful"])


@pytest.mark.parametrize("name", ["absent", "gone"])
def test_a_drafter_that_is_not_there_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    install(monkeypatch, "gone", "no_such_module:read")
    result = CliRunner().invoke(main, ["draft", str(ARTICLE), "--drafter", name])
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"onrecord: --drafter {name}: ")


def test_a_parse_without_spacy_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    result = CliRunner().invoke(main, ["draft", str(ARTICLE), "--parse", "en_core_web_sm"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "onrecord: --parse en_core_web_sm: spaCy is not installed, install it with the pipeline"
        " or leave this\n"
    )


def test_a_pipeline_that_is_not_installed_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spacy = ModuleType("spacy")

    def load(name: str) -> object:
        raise OSError(f"[E050] Can't find model '{name}'.\nIt may be …")

    spacy.load = load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "spacy", spacy)
    result = CliRunner().invoke(main, ["draft", str(ARTICLE), "--parse", "absent"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "onrecord: --parse absent: no such spaCy pipeline is installed\n"


# True quotations, changed ---------------------------------------------------------------

NEGATIONS = {"not": "", "never": "always", "no": "some", "will": "will not", "is": "is not"}


def true_quotations() -> list[tuple[str, str, str]]:
    """Return quotations of the articles with their texts and speakers, each of which passes."""
    found = []
    for text in (TEXT, HARBOUR.read_text(encoding="utf-8"), QUIET):
        read = read_for_check(text)
        for one in draft(text):
            words = text[one.start : one.end].strip("“”\"'‘’ ,")
            speaker = text[slice(*one.speaker.place)] if one.speaker else ""
            if one.type == "direct" and checked(read, [Proposal(words, speaker)], "stub"):
                found.append((text, words, speaker))
    return found


def changed(words: str, random_of: random.Random) -> str:
    """Return words with one dropped, a number changed, or a negation put in or taken out."""
    parts = words.split()
    numbers = [n for n, part in enumerate(parts) if re.search(r"\d", part)]
    negations = [n for n, part in enumerate(parts) if part.casefold() in NEGATIONS]
    kind = random_of.choice(["drop", "number", "negation"])
    if kind == "number" and numbers:
        at = random_of.choice(numbers)
        digit = random_of.choice(re.findall(r"\d", parts[at]))
        parts[at] = parts[at].replace(digit, str((int(digit) + 1) % 10), 1)
    elif kind == "negation" and negations:
        at = random_of.choice(negations)
        parts[at] = NEGATIONS[parts[at].casefold()]
    else:
        del parts[random_of.randrange(len(parts))]
    return " ".join(" ".join(parts).split())


def test_no_changed_quotation_passes() -> None:
    quotations = true_quotations()
    assert len(quotations) >= 8
    random_of = random.Random(15)  # noqa: S311 - the same changes each time
    reads = {text: read_for_check(text) for text, _, _ in quotations}
    for _ in range(1000):
        text, words, speaker = random_of.choice(quotations)
        false = changed(words, random_of)
        found = checked(reads[text], [Proposal(false, speaker)], "stub")
        assert found == [], (words, false)


def parsed(text: str, arcs: str) -> list[SimpleNamespace]:
    """Return tokens as spaCy gives them; each arc is the kind of a token and its head's number."""
    words = [(found.group(), found.start()) for found in re.finditer(r"\w+|,|\.", text)]
    kinds = [arc.split(":") for arc in arcs.split()]
    token_type = type("Token", (SimpleNamespace,), {"__len__": lambda self: len(self.lower_)})
    tokens = [
        token_type(lower_=word.lower(), idx=place, dep_=kind)
        for (word, place), (kind, _) in zip(words, kinds, strict=True)
    ]

    def subtree(top: SimpleNamespace) -> list[SimpleNamespace]:
        return [top, *(each for one in top.children for each in subtree(one))]

    for token, (_, head) in zip(tokens, kinds, strict=True):
        token.head = tokens[int(head)]
    for token in tokens:
        token.children = [one for one in tokens if one.head is token and one is not token]
    for token in tokens:
        token.subtree = subtree(token)
    return tokens


@pytest.mark.parametrize(
    ("text", "arcs", "clause"),
    [
        (
            "Ada Holm, a lawyer, said that the yard is safe.",
            "compound:1 nsubj:6 punct:1 det:4 appos:1 punct:1 ROOT:6 mark:10 det:9 nsubj:10"
            " ccomp:6 acomp:10 punct:6",
            "the yard is safe",
        ),
        (
            "Ada Holm vowed to keep the yard.",
            "compound:1 nsubj:2 ROOT:2 aux:4 xcomp:2 det:6 dobj:4 punct:2",
            "to keep the yard",
        ),
        (
            "Ada Holm believed the yard is safe.",
            "compound:1 nsubj:2 ROOT:2 det:4 nsubj:5 ccomp:2 acomp:5 punct:2",
            None,
        ),
        (
            "Ada Holm continues to keep the yard.",
            "compound:1 nsubj:2 ROOT:2 aux:4 xcomp:2 det:6 dobj:4 punct:2",
            None,
        ),
        (
            "Ada Holm said\nthat the yard is safe.",
            "compound:1 nsubj:2 ROOT:2 mark:6 det:5 nsubj:6 ccomp:2 acomp:6 punct:2",
            None,
        ),
    ],
)
def test_reported_clauses_are_read_off_a_parse(text: str, arcs: str, clause: str | None) -> None:
    found = list(reported_clauses(parsed(text, arcs), text, lexicon("en")))
    if clause is None:
        assert found == []
        return
    assert found == [{"quote": clause, "speaker": "Ada Holm", "kind": "indirect"}]
    assert passes(text, [*found]) == [[clause, "indirect", "Ada Holm"]]


def test_a_name_that_is_the_rules_own_is_no_drafter() -> None:
    with pytest.raises(UsageError, match="no such drafter"):
        installed.installed_drafter("rules")
