"""Texts with what is said in them: each case says why, and every kind of fault has one."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import beside
from onrecord.drafting.document import document_of, drafted

OWN = Path(__file__).parent / "drafting_cases"
Case = dict[str, Any]


def read_cases(folder: Path) -> list[Case]:
    return [
        case
        for path in sorted(folder.glob("*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))
        if "text" in case and "draft" not in case
    ]


def differences(case: Case) -> list[str]:
    """Return how the drafts of a text differ from what a case expects.

    Every key of the case must have its value. Quotations are not compared in cases about figures
    that list none, and figures and dates only where the case lists some or is about them.
    """
    found = drafted(document_of(case))
    kinds = ["quotes"] if case["quotes"] or case["group"] not in ("quantity", "date") else []
    kinds += ["quantities"] if case["quantities"] or case["group"] == "quantity" else []
    kinds += ["dates"] if case["dates"] or case["group"] in ("quantity", "date") else []
    texts = []
    for kind in kinds:
        by_place = {(one["start"], one["end"]): one for one in found[kind]}
        for expected in case[kind]:
            one = by_place.pop((expected["start"], expected["end"]), None)
            if one is None:
                texts.append(f"{kind}: lacks {expected['text']!r}")
                continue
            for key, value in expected.items():
                if key not in ("text", "group") and one.get(key) != value:
                    texts.append(f"{expected['text']!r}: {key} is {one.get(key)!r}, not {value!r}")
        texts += [f"{kind}: {one['text']!r} is not expected" for one in by_place.values()]
    groups = [one.get("group") for one in case["quotes"] if one.get("group")]
    own = [one.get("group") for one in found["quotes"] if one.get("group")]
    if "quotes" in kinds and sorted(groups) != sorted(own):
        texts.append(f"groups {own}, not {groups}")
    return texts


@pytest.mark.parametrize("case", read_cases(OWN), ids=lambda case: case["id"])
def test_own_case(case: Case) -> None:
    assert differences(case) == []


def test_every_case_says_why() -> None:
    assert [case["id"] for case in read_cases(OWN) if not case["why"]] == []


def test_shared_cases() -> None:
    """The cases of plain text beside the clone; those of HTML, VTT, PDF and mail are no text."""
    failed = {
        case["id"]: found
        for case in read_cases(beside("draft/cases"))
        if (found := differences(case))
    }
    assert failed == {}
