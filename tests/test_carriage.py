"""How a claim was carried: wordings compared, one row a source, and a chain that shows its gaps."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.carriage.outlet_row import GROUPS, outlet_rows, reference_of
from onrecord_server.pages.carriage.wording import common_wording, differences, marked
from onrecord_server.pages.claim import AttestationView, Link, PassageView
from sample_release import SAMPLE

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8")
)


def about(case: dict[str, Any]) -> str:
    return str(case["about"])


@pytest.mark.parametrize("case", CASES["common"], ids=about)
def test_common_wording(case: dict[str, Any]) -> None:
    assert common_wording(case["wordings"]) == case["common"]


@pytest.mark.parametrize("case", CASES["differs"], ids=about)
def test_differences(case: dict[str, Any]) -> None:
    form = {"same": "{}", "left out": "[-{}-]", "added": "{{+{}+}}"}
    parts = differences(case["reference"], case["wording"])
    assert " ".join(form[part.kind].format(part.text) for part in parts) == case["shows"]


@pytest.mark.parametrize("case", CASES["marked"], ids=about)
def test_words_that_carry_the_figure_are_marked(case: dict[str, Any]) -> None:
    parts = marked(case["words"], case["figures"])
    shown = "".join(f"[{part.text}]" if part.carries else part.text for part in parts)
    assert shown == case["shows"]


TOKENS = ("we", "make", "made", "not", "four", "more", "–", ",", ".")
WORDS = st.lists(st.sampled_from(TOKENS), max_size=8)


@given(reference=WORDS, wording=WORDS)
def test_differences_have_all_words_of_both(reference: list[str], wording: list[str]) -> None:
    parts = differences(" ".join(reference), " ".join(wording))
    kept = " ".join(part.text for part in parts if part.kind != "left out").split()
    assert [word for word in kept if word.isalpha()] == [w for w in wording if w.isalpha()]
    left_out = sum(len(part.text.split()) for part in parts if part.kind == "left out")
    assert left_out <= len(reference)


@given(text=st.text(max_size=40), figures=st.lists(st.text(max_size=5), max_size=4))
def test_marking_changes_no_character(text: str, figures: list[str]) -> None:
    assert "".join(part.text for part in marked(text, figures)) == text


def report(
    source: str, words: str = "", *, mode: str = "direct", drifts: tuple[str, ...] = (),
    rendering: str = "", language: str = "en", published: str = "", altered: str = "",
) -> AttestationView:  # fmt: skip
    link = Link(source, f"/source/{source}")
    passage = PassageView("", "", "0", "1", words, "", "", link, "", None)
    return AttestationView(
        Link(source, f"/attestation/{source}"), link, source, language, published, mode, "named",
        None, (), "", None, "", rendering, (), "", altered, (), "", (), False, (passage,), (),
        drifts, None, False, None,
    )  # fmt: skip


def test_those_that_quote_right_and_say_more_come_first() -> None:
    reports = [
        report("as-said", mode="indirect"),
        report("quotes", "four"),
        report("says-more", mode="indirect", drifts=("stronger",)),
        report("both", "four"),
        report("both", mode="headline", drifts=("stronger",)),
    ]
    rows = outlet_rows(reports, reference_of(reports))
    assert [row.outlet for row in rows] == ["both", "says-more", "quotes", "as-said"]
    assert [row.group for row in rows] == list(GROUPS)


def test_what_a_curator_judges_altered_says_more_or_other() -> None:
    reports = [report("quotes", "four"), report("altered", mode="indirect", altered="A year less.")]
    row = next(row for row in outlet_rows(reports, reference_of(reports)) if row.altered)
    assert (row.outlet, row.altered, row.departs) == ("altered", ("A year less.",), True)
    assert row.told[0].drifts == ("judged to be altered",)


def test_translations_are_not_compared_word_by_word() -> None:
    reports = [
        report("a", "we make four"), report("b", "we make four"), report("c", "we make five"),
        report("d", "wir machen vier", rendering="translated", language="de"),
    ]  # fmt: skip
    reference = reference_of(reports)
    assert reference == ("we make four", "en")
    rows = {row.outlet: row.quoted[0] for row in outlet_rows(reports, reference)}
    assert (rows["a"].to_the_letter, rows["c"].to_the_letter) == (True, False)
    assert rows["c"].parts
    assert rows["d"].parts == ()


def test_a_withdrawn_report_is_no_row() -> None:
    from onrecord_server.pages.claim import WithdrawalView

    gone = replace(report("a", "four"), withdrawal=WithdrawalView("2025-01-01", "", None))
    assert outlet_rows([gone], reference_of([gone])) == []


@pytest.fixture(scope="module", params=["with the archive", "without"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, FlaskClient]]:
    folder = tmp_path_factory.mktemp("carriage")
    archive = open_archive([SAMPLE / "archive"] if request.param == "with the archive" else [])
    build(check_records(read_collection(SAMPLE / "records"), archive), folder / "releases")
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield request.param, create_app(endpoint).test_client()


def test_the_chain_says_whether_the_passage_was_checked(client: tuple[str, FlaskClient]) -> None:
    built, browser = client
    chain = browser.get("/claim/no-longer-ahead.html").text.partition('<ol class="chain">')[2]
    steps = chain.partition("</ol>")[0]
    names = ["Said", "Recorded", "Printed", "Archived", "Located", "Coded", "Reviewed", "Released"]
    assert [name for name in names if f"<b>{name}</b>" in steps] == names
    verified = "and verified when this release was built"
    assert (verified in steps) == (built == "with the archive")
    assert ("not checked in this release" in steps) == (built == "without")


def test_another_report_has_its_own_chain(client: tuple[str, FlaskClient]) -> None:
    _, browser = client
    other = browser.get("/claim/no-longer-ahead.html?report=no-longer-ahead-tide").text
    assert "source/tide" in other.partition('<ol class="chain">')[2].partition("</ol>")[0]
    refused = browser.get("/claim/no-longer-ahead.html?report=nonsense")
    assert refused.status_code == 404
    assert "nonsense" in refused.text
