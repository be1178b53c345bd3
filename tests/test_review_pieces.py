"""Words of a card at several places: each is moved, and taken out, and added anew."""

from pathlib import Path

import pytest

from onrecord.reviewing.choice import speaker_choices
from onrecord.reviewing.decision import DecisionError
from onrecord.reviewing.settled_claim import places_of
from reviews import ARTICLE, Desk, desk

TEXT = (
    "Ferry\n\nThe Post, 4 March 2025\n\n“It is late,” said Bo Lind. “Nobody has paid for it.”\n\n"
    "Two have asked to do so, the ministry said, without naming them.\n"
)


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with two cards, each of two pieces."""
    return desk(tmp_path, TEXT)


def words(at: Desk, name: str) -> list[str]:
    """Return the words of each place of a card."""
    places = places_of(at.file.card(name))
    return [at.reviewed.text[one.start : one.end] for one in places]


def test_each_piece_is_moved_by_itself(at: Desk) -> None:
    name = at.card("It is late").id
    at.do("narrow", "It is", edge="end", piece=1)
    assert words(at, name) == ["It is late", "Nobody has paid for it"]
    at.do("narrow", "It is", edge="start", piece=1)
    at.do("narrow", "It is", edge="end")
    assert words(at, name) == ["It is", "has paid for it"]
    assert at.file.card(name).fixes["words"] == "It is … has paid for it"
    with pytest.raises(DecisionError, match="no piece 3, there are 2"):
        at.do("narrow", "It is", edge="end", piece=2)


def test_the_last_piece_or_the_chosen_one_is_taken_out(at: Desk) -> None:
    name = at.card("Two have").id
    at.do("drop", "Two have")
    assert words(at, name) == ["Two have asked to do so"]
    with pytest.raises(DecisionError, match="all the words of the card; r rejects it"):
        at.do("drop", "Two have")
    at.do("undo")
    at.do("drop", "Two have", piece=0)
    assert words(at, name) == ["without naming them"]
    with pytest.raises(DecisionError, match="no piece 8"):
        at.do("drop", "It is", piece=7)


def test_some_words_of_a_card_are_another_card(at: Desk) -> None:
    several = at.card("Two have").id
    at.do("reject", "Two have")
    done = at.do("add", words="Two have asked to do so")
    assert done.message == "added: name the speaker"
    assert done.focus != several
    added = at.file.card(done.focus or "")
    offered = speaker_choices(added, at.file, at.known)
    assert (offered[0].label, offered[0].why) == ("ministry", "speaks in the same sentence")
    assert "Bo Lind" in [one.label for one in offered[1:]]
    assert at.do("add", words="Two have asked to do so").message.startswith("there is a card")


def test_words_that_were_rejected_are_taken_up_again(at: Desk) -> None:
    name = at.do("add", words="for it").focus or ""
    at.session().decide({"do": "reject", "card": name})
    done = at.do("add", words="for it")
    assert (done.focus, done.message) == (name, "its card was rejected; undecided again")
    assert at.file.card(name).verdict is None
    # A card of other words now leaves its first ones to a new card.
    at.session().decide({"do": "widen", "card": name, "edge": "start"})
    assert at.do("add", words="for it").focus == f"{name}-2"


def test_a_claim_that_one_card_upholds_is_not_to_be_retracted_for_another(at: Desk) -> None:
    at.do("article", fields=ARTICLE)
    at.do("reject", "Two have")
    name = at.do("add", words="Two have asked to do so").focus or ""
    card = {"card": name, "fields": {"text": "Two have asked.", "speaker": "ministry"}}
    at.session().decide({"do": "edit", **card})
    at.session().decide({"do": "accept", "card": name})
    (claim,) = at.accept().claims
    assert at.accept().retractable == ()
    # Without the card that upholds it, it is.
    at.session().decide({"do": "reject", "card": name})
    assert at.accept().retractable == (claim,)
