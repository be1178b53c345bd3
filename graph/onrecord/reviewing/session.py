"""Session of a review: each decision is on disk, file and log, before it is answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from onrecord.records.archive import Stretches
from onrecord.reviewing import decision as decisions
from onrecord.reviewing.card import Card
from onrecord.reviewing.decision import Decided, DecisionError
from onrecord.reviewing.draft_file import DraftFile, OpenDraftFile
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.reopened_cards import reopened_cards, told_of_reopened
from onrecord.reviewing.review_log import (
    LONGEST_PAUSE,
    LoggedChange,
    append_changes,
    last_batch,
    log_path,
    read_changes,
)


@dataclass(slots=True)
class Session:
    """One text under review. The file is read for each decision, so an edit by hand stays."""

    path: Path
    text: str
    known: KnownRecords
    spoken: Stretches = ()
    """Where the bytes behind the text mark words as a speaker's."""
    clock: Callable[[], float] = monotonic
    last: float | None = None
    """When the former decision was taken, in seconds."""
    lock: Lock = field(default_factory=Lock)
    drafts: OpenDraftFile = field(init=False)

    def __post_init__(self) -> None:
        """Open the file."""
        self.drafts = OpenDraftFile(self.path)

    def file(self) -> DraftFile:
        """Return the file as it is now. Raises DraftFileError."""
        return self.drafts.read()

    def decide(self, asked: Mapping[str, Any]) -> Decided:
        """Take a decision, and write it.

        Raises OnRecordError or OSError; then nothing is changed.
        """
        with self.lock:
            now = self.clock()
            seconds = 0.0 if self.last is None else min(now - self.last, LONGEST_PAUSE)
            former = self.file()
            if asked.get("do") == "undo":
                decided = self._undone(former)
            else:
                decided = self._with_reopened(former, self._decided(former, asked), asked)
            self._write(
                former, decided.file, str(asked.get("do")), str(asked.get("card") or ""), seconds
            )
            self.last = now
            return decided

    def opened(self) -> None:
        """Read the collection as it is now, and begin to count the time of the first decision."""
        known = read_known_records(self.known.root)
        with self.lock:
            self.known = known
            self.last = self.clock()

    def _decided(self, file: DraftFile, asked: Mapping[str, Any]) -> Decided:
        name = str(asked.get("card") or "")
        if not name and asked.get("do") not in ("add", "article"):
            raise DecisionError(_no_card(file))
        number = _whole(asked.get("number", 0))
        match asked.get("do"):
            case "accept":
                return decisions.accept(file, self.known, name)
            case "reject":
                return decisions.reject(file, name)
            case "speaker":
                return decisions.choose_speaker(file, self.known, name, number)
            case "series":
                figure = _whole(asked.get("figure", 0))
                return decisions.choose_series(file, self.known, name, figure, number)
            case "widen" | "narrow" as which:
                edge = "start" if asked.get("edge") == "start" else "end"
                by = 1 if which == "widen" else -1
                piece = _whole(asked.get("piece") or 0)
                return decisions.move_edge(file, self.text, self.spoken, name, edge, by, piece)
            case "drop":
                told = asked.get("piece")
                which_piece = None if told is None else _whole(told)
                return decisions.drop_piece(file, self.text, name, which_piece)
            case "add":
                start = asked.get("start")
                place = _whole(start) if start is not None else None
                words = str(asked.get("words", ""))
                return decisions.add_words(file, self.text, self.spoken, words, place)
            case "all":
                return decisions.accept_all_of(file, self.known, name)
            case "confirm":
                return decisions.confirm_authorities(file, self.known, name)
            case "office":
                return decisions.take_office(file, self.text, name)
            case "same":
                return decisions.take_as_same(file, self.known, name)
            case "edit":
                return decisions.edit(file, self.known, name, _fields(asked))
            case "article":
                return decisions.write_article(file, _fields(asked))
        raise DecisionError(f"no decision {asked.get('do')!r}")

    def _with_reopened(
        self, former: DraftFile, decided: Decided, asked: Mapping[str, Any]
    ) -> Decided:
        cards = reopened_cards(former, decided.file, self.known)
        if not cards:
            return decided
        message = decided.message + told_of_reopened(cards, str(asked.get("card") or ""))
        return replace(decided, file=decided.file.with_cards(cards), message=message)

    def _undone(self, file: DraftFile) -> Decided:
        batch = last_batch(read_changes(log_path(self.path)))
        if not batch:
            raise DecisionError("there is nothing to undo")
        for one in batch:
            if _part(file, one.card) != one.after:
                raise DecisionError("it was changed in the file since, so it stays")
        for one in batch:
            file = _with_part(file, one.card, one.before)
        focus = batch[0].card
        if not any(card.id == focus for card in file.cards):
            return Decided(file, decisions.next_card(file, None), f"undone: {batch[0].decision}")
        return Decided(file, focus, f"undone: {batch[0].decision}")

    def _write(
        self, former: DraftFile, file: DraftFile, what: str, name: str, seconds: float
    ) -> None:
        if file == former:
            return
        self.drafts.write(file)
        log = log_path(self.path)
        # The card that was decided on comes first: undone, the page goes back to it.
        changed = sorted(_changed(former, file), key=lambda each: each != name)
        changes = read_changes(log)
        batch = changes[-1].batch + 1 if changes else 1
        at = datetime.now(UTC).isoformat(timespec="seconds")
        share = seconds / len(changed)
        append_changes(
            log,
            [
                LoggedChange(
                    at, batch, each, what, round(share, 2), _part(former, each), _part(file, each)
                )
                for each in changed
            ],
        )


def _no_card(file: DraftFile) -> str:
    """Return why a decision has no card."""
    if not file.cards:
        return "there is no draft, m adds words that were missed"
    if all(card.verdict for card in file.cards):
        return "all drafts are decided, n goes to one of them"
    return "no card is in focus, n goes to one"


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise DecisionError(f"{value!r} is no whole number") from error


def _fields(asked: Mapping[str, Any]) -> dict[str, str]:
    fields = asked.get("fields")
    if not isinstance(fields, Mapping):
        raise DecisionError("no fields")
    return {str(key): str(told) for key, told in fields.items()}


def _part(file: DraftFile, name: str) -> dict[str, Any] | None:
    """Return the reviewer's part of a card, or with no name of the article, as the log has it.

    All of a card that the reviewer added is the reviewer's.
    """
    if not name:
        return {"fixes": dict(file.fixes)}
    card = next((one for one in file.cards if one.id == name), None)
    if card is None:
        return None
    part: dict[str, Any] = {"verdict": card.verdict, "note": card.note, "fixes": dict(card.fixes)}
    return part


def _changed(former: DraftFile, file: DraftFile) -> Iterator[str]:
    """Yield the cards of which the reviewer's part has changed; the article is an empty name."""
    if dict(former.fixes) != dict(file.fixes):
        yield ""
    before = {card.id: card for card in former.cards}
    after = {card.id: card for card in file.cards}
    for name in before | after:
        if before.get(name) is not after.get(name) and _part(former, name) != _part(file, name):
            yield name


def _with_part(file: DraftFile, name: str, part: Mapping[str, Any] | None) -> DraftFile:
    if not name:
        return replace(file, fixes=dict(part["fixes"]) if part else {})
    if part is None:
        return replace(file, cards=tuple(one for one in file.cards if one.id != name))
    card: Card = file.card(name)
    return file.with_card(
        replace(card, verdict=part["verdict"], note=part["note"], fixes=dict(part["fixes"]))
    )
