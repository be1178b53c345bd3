"""Claims on record: which wordings are of one claim, and what is proposed of archived pages."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import URIRef

from conftest import beside
from onrecord.archiving.layer_file import layers_of
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.rdf.namespaces import OA, REC
from onrecord.records.archive import Archive, open_archive
from onrecord.reviewing.card import Card
from onrecord.reviewing.claim_wording import difference, read_wording
from onrecord.reviewing.drafted_cards import draft_file
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.same_claim import same_claims

OWN = Path(__file__).parent / "same_claims.json"
Pair = dict[str, str | bool | None]


def read_pairs(path: Path) -> list[Pair]:
    """Return pairs of wordings, each with what tells them apart, None of one claim."""
    pairs: list[Pair] = json.loads(path.read_text(encoding="utf-8"))
    return pairs


def told(pair: Pair) -> str | None:
    """Return in what the wordings of a pair differ, either way round."""
    one, other = (read_wording(str(pair[name])) for name in ("a", "b"))
    assert difference(one, one) is difference(other, other) is None
    found = {difference(one, other), difference(other, one)}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("pair", read_pairs(OWN), ids=lambda pair: str(pair["b"]))
def test_what_differs_tells_two_claims_apart(pair: Pair) -> None:
    assert told(pair) == pair["differs"]
    assert (pair["differs"] is None) == pair["same"]


def test_there_are_pairs_that_differ_in_each_thing() -> None:
    counts = Counter(pair["differs"] for pair in read_pairs(OWN))
    assert counts[None] >= 7
    assert set(counts) - {None} == {
        "comparator", "measure", "modality", "names", "negation", "numbers", "period", "roles",
        "speaker", "words",
    }  # fmt: skip


def test_shared_pairs() -> None:
    for pair in read_pairs(beside("draft/cases/same-claim.json")):
        assert told(pair) == pair["differs"], pair
