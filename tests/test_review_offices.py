"""Offices of speakers: proposed as the sentence names them, recorded where a person takes them."""

from pathlib import Path

import pytest
from rdflib import URIRef
from rdflib.namespace import ORG, SKOS

from onrecord.reviewing.cards.drafted_office import office_in
from onrecord.reviewing.decision import DecisionError
from reviews import ARTICLE, desk
from test_review_series import shown


@pytest.mark.parametrize(
    ("sentence", "office"),
    [
        (
            "A spokesman for the armed forces, Colonel Bo Lind, said that the dock leaked.",
            "spokesman: armed forces",
        ),
        (
            "“The dock leaks,” said Bo Lind, chief executive of Northport Yards.",
            "chief executive: Northport Yards",
        ),
        ("Bo Lind, president of the council, said that the dock leaked.", "president: council"),
        ("“The dock leaks,” said Bo Lind, father of three.", ""),
        ("Bo Lind said that the dock of the harbour, the largest, leaked.", ""),
    ],
)
def test_an_office_is_the_one_beside_the_name(tmp_path: Path, sentence: str, office: str) -> None:
    at = desk(tmp_path, f"Dock\n\nThe Post, 4 March 2025\n\n{sentence}\n")
    assert office_in(at.reviewed.text, at.file.cards[0]) == office


def test_an_office_that_is_taken_is_on_record_once(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Dock\n\nThe Post, 4 March 2025\n\n“The dock leaks,” said Bo Lind, president of the"
        " council.\n\n“It is old,” Lind said. “Nobody paints the harbour,” said Ada Holm.\n",
    )
    at.do("article", fields=ARTICLE)
    at.do("speaker", "The dock", number=1)
    assert "president: council? <span" in shown(at, "The dock")
    assert at.do("office", "The dock").message == "in office: president: council"
    at.do("edit", "It is old", fields={"office": "President: council"})
    at.do("accept", "The dock")
    at.do("accept", "It is old")
    done = at.accept()
    assert done.report.findings == ()
    graph, lind = at.known.graph, URIRef("https://example.org/harbour/actor/bo-lind")
    (held,) = graph.objects(lind, ORG.hasMembership)
    assert str(graph.value(held, ORG.organization)).endswith("/actor/council")
    assert [str(each) for each in graph.objects(graph.value(held, ORG.role), SKOS.prefLabel)] == [
        "president"
    ]
    with pytest.raises(DecisionError, match="names no office"):
        at.do("office", "Nobody paints")


def test_an_office_that_nobody_has_taken_is_not_recorded(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Dock\n\nThe Post, 4 March 2025\n\n“The dock leaks,” said Bo Lind, president of the"
        " council.\n",
    )
    at.do("article", fields=ARTICLE)
    at.do("speaker", "The dock", number=1)
    at.do("accept", "The dock")
    done = at.accept()
    assert done.path is not None
    assert "hasMembership" not in done.path.read_text(encoding="utf-8")
