"""Log of a review: one line of JSON for each decision, with what it changed and how long it took.

By it a decision is undone, also after the page or its server is gone, and rates are reported.
"""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from onrecord.reviewing.card import VERDICTS
from onrecord.reviewing.draft_file import DraftFile, read_draft_file

LONGEST_PAUSE = 300.0
"""Seconds: a longer pause before a decision counts as this one."""


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """What one decision changed on one card, or with no card, of the article."""

    at: str
    """Time in UTC."""
    batch: int
    """Changes of one decision have one number."""
    card: str
    decision: str
    seconds: float
    before: Mapping[str, Any] | None
    """The reviewer's part as it was, None if the card was added."""
    after: Mapping[str, Any] | None


def log_path(draft: Path) -> Path:
    """Return where the log of a file of drafts is."""
    return draft.with_suffix(".log.jsonl")


def append_changes(path: Path, changes: Iterable[LoggedChange]) -> None:
    """Add changes to a log, on disk when this returns. Raises OSError."""
    lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in changes)
    with path.open("ab") as file:
        # A line that was cut off when a process was killed ends here, and is not read.
        if file.tell() and _last_byte(path) != b"\n":
            lines = "\n" + lines
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def read_changes(path: Path) -> list[LoggedChange]:
    """Return the changes of a log; none if there is no log yet. A line that is cut off is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(LoggedChange(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def last_batch(changes: list[LoggedChange]) -> list[LoggedChange]:
    """Return the changes of the last decision that is not undone yet."""
    undone = 0
    for number in range(len(changes) - 1, -1, -1):
        one = changes[number]
        if one.decision == "undo":
            if number == 0 or changes[number - 1].batch != one.batch:
                undone += 1
        elif number == 0 or changes[number - 1].batch != one.batch:
            if undone == 0:
                return [each for each in changes if each.batch == one.batch]
            undone -= 1
    return []


@dataclass(frozen=True, slots=True)
class RuleReport:
    """How the drafts of one rule were judged."""

    rule: str
    drafts: int
    accepted: int
    rejected: int
    fixed: int
    """Of the accepted ones, those that a reviewer corrected."""
    seconds: float | None
    """Seconds for each card that was decided, None if none was."""


def report_by_rule(folders: Iterable[Path]) -> list[RuleReport]:
    """Return how the drafts in folders were judged, by rule, and of all rules last."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spent: dict[str, float] = defaultdict(float)
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            file = read_draft_file(path)
            _count(file, read_changes(log_path(path)), counts, spent)
    rules = [_report(rule, counts[rule], spent[rule]) for rule in sorted(counts)]
    total = sum(counts.values(), Counter[str]())
    return [*rules, _report("all", total, sum(spent.values()))]


def _count(
    file: DraftFile,
    changes: list[LoggedChange],
    counts: dict[str, Counter[str]],
    spent: dict[str, float],
) -> None:
    decided = set()
    for card in file.cards:
        count = counts[card.rule]
        count["drafts"] += 1
        if card.verdict in VERDICTS:
            decided.add(card.id)
            count[str(card.verdict)] += 1
            count["fixed"] += card.verdict == "accept" and bool(_corrections(card.fixes))
    rule_of = {card.id: card.rule for card in file.cards}
    timed = {one.card for one in changes} & decided
    for one in changes:
        if one.card in timed:
            spent[rule_of[one.card]] += one.seconds
    for name in timed:
        counts[rule_of[name]]["timed"] += 1


def _corrections(fixes: Mapping[str, Any]) -> set[str]:
    """Return what was corrected: to choose a speaker or a series corrects nothing."""
    return set(fixes) - {"speaker", "series"}


def _report(rule: str, count: Counter[str], seconds: float) -> RuleReport:
    return RuleReport(
        rule,
        count["drafts"],
        count["accept"],
        count["reject"],
        count["fixed"],
        seconds / count["timed"] if count["timed"] else None,
    )
