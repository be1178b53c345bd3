"""Draft files: the drafts of one archived text, in YAML beside the archive.

A program writes the file whole: beside it first, on disk, and then renamed into its place, so that
whatever is cut off in between leaves the former one or the new one.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from onrecord.errors import OnRecordError
from onrecord.reviewing.card import Card, card_as_value, card_of, person_key
from onrecord.reviewing.fixes import as_written

SCHEMA = 1
_HEAD = """\
# Drafts of an archived text, for a person to judge: `onrecord review` shows them, `onrecord accept`
# records those that are accepted. Yours are `verdict` (accept or reject), `note` and `fixes`; all
# else is the program's. A fix has the name of what it corrects.
"""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class DraftFileError(OnRecordError):
    """A file is no file of drafts, or what it says does not go together."""


@dataclass(frozen=True, slots=True)
class Article:
    """What is proposed of the article itself."""

    title: str = ""
    published: str = ""
    """Its day of publication, empty if the text gives none."""
    published_words: str = ""
    publisher: str = ""
    url: str = ""
    language: str = "en"


@dataclass(frozen=True)
class DraftFile:
    """The drafts of one archived text."""

    sha256: str
    """Of the text in which all places are."""
    name: str
    """The name of the file that was drafted, for a reader."""
    made_with: str
    article: Article
    cards: tuple[Card, ...]
    fixes: Mapping[str, Any] = field(default_factory=dict)
    """What the reviewer says of the article, `topics` for all its claims among it."""

    def card(self, name: str) -> Card:
        """Return a card by its id. Raises DraftFileError."""
        found = next((one for one in self.cards if one.id == name), None)
        if found is None:
            raise DraftFileError(f"{name}: no such card")
        return found

    def with_card(self, card: Card) -> "DraftFile":
        """Return the file with one card in the place of the one of its id."""
        return self.with_cards((card,))

    def with_cards(self, cards: Iterable[Card]) -> "DraftFile":
        """Return the file with each of these cards in the place of the one of its id."""
        changed = {card.id: card for card in cards}
        return replace(self, cards=tuple(changed.get(one.id, one) for one in self.cards))

    @cached_property
    def confirmed(self) -> Mapping[str, Mapping[str, Any] | str]:
        """Whom the reviewer confirmed as the speaker of cards, by what tells these cards."""
        found: dict[str, Mapping[str, Any] | str] = {}
        for one in self.cards:
            key = person_key(one)
            if key and one.fixes.get("speaker") and one.verdict != "reject":
                found.setdefault(key, one.fixes["speaker"])
        return found

    @cached_property
    def by_person(self) -> Mapping[str, Card]:
        """The first card of each speaker, by what tells the cards of one."""
        found: dict[str, Card] = {}
        for one in self.cards:
            if key := person_key(one):
                found.setdefault(key, one)
        return found

    @cached_property
    def people(self) -> frozenset[str]:
        """Names of the persons who speak, in whole and by the last word."""
        names = {
            one.speaker.person
            for one in self.cards
            if one.speaker is not None and one.speaker.kind == "person" and one.speaker.person
        }
        return frozenset(names | {name.split()[-1] for name in names})

    def of_article(self, name: str) -> str:
        """Return what is known of the article: the reviewer's word, else what is proposed."""
        said = self.fixes.get(name)
        return str(getattr(self.article, name, "") if said is None else said)


def draft_path(archive: Path, sha256: str) -> Path:
    """Return where the drafts of a text of an archive are kept: in a folder beside it."""
    return draft_folder(archive) / f"{sha256}.yaml"


def draft_folder(archive: Path) -> Path:
    """Return the folder of the drafts of an archive."""
    return archive.resolve().parent / "drafts"


@dataclass(slots=True)
class OpenDraftFile:
    """A file of drafts that is read and written many times, of which little changes each time."""

    path: Path
    content: bytes = b""
    file: DraftFile | None = None
    """As it is read from the content."""
    written: dict[int, str] = field(default_factory=dict)
    """How cards of the file are written, by identity."""

    def read(self) -> DraftFile:
        """Return the file as it is now. Raises DraftFileError."""
        content = _bytes_of(self.path)
        if self.file is None or content != self.content:
            self.file, self.content = _read(self.path, content), content
            self.written = _as_written(content, self.file.cards)
        return self.file

    def write(self, file: DraftFile) -> None:
        """Write the file; when this returns, it is on disk. Raises OSError."""
        former = self.file.cards if self.file else ()
        texts = [self.written.get(id(card)) or _written(card) for card in file.cards]
        content = _write(self.path, file, texts)
        as_read = set(map(id, former))
        cards = tuple(
            card if id(card) in as_read else _card_of(self.path, _value(text.encode())[0])
            for card, text in zip(file.cards, texts, strict=True)
        )
        fixes = as_written(_value(_yaml(dict(file.fixes)).encode()))
        self.file, self.content = replace(file, cards=cards, fixes=fixes), content
        self.written = dict(zip(map(id, cards), texts, strict=True))


def _as_written(content: bytes, cards: Sequence[Card]) -> dict[int, str]:
    """Return the cards of a file by identity; none if it is not as the program writes it."""
    _, _, listed = content.decode(errors="replace").partition("\ncards:\n")
    texts = [f"- id: {text}" for text in re.split(r"^- id: ", listed, flags=re.MULTILINE)[1:]]
    is_plain = all(
        line[:1] in ("", " ") or line.startswith("- id: ") for line in listed.splitlines()
    )
    if not is_plain or len(texts) != len(cards):
        return {}
    return dict(zip(map(id, cards), texts, strict=True))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DraftFileError(f"{path}: {error.strerror}") from error


def _value(content: bytes) -> Any:
    return yaml.load(content, Loader=_LOADER)


def read_draft_file(path: Path) -> DraftFile:
    """Read a file of drafts. Raises DraftFileError."""
    return _read(path, _bytes_of(path))


def _read(path: Path, content: bytes) -> DraftFile:
    try:
        value = _value(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise DraftFileError(
            f"{path}{place}: no YAML, {getattr(error, 'problem', None) or 'it cannot be read'}"
        ) from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise DraftFileError(
            f"{path}: no drafts of this version (schema {SCHEMA}), draft the text again"
        )
    return _file_of(path, value)


def _file_of(path: Path, value: Mapping[str, Any]) -> DraftFile:
    try:
        file = DraftFile(
            str(value["sha256"]),
            str(value["name"]),
            str(value["made_with"]),
            Article(**{key: str(told) for key, told in (value.get("article") or {}).items()}),
            tuple(_card_of(path, one) for one in value["cards"] or ()),
            as_written(value.get("fixes") or {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DraftFileError(f"{path}: {_said(error)}, draft the text again") from error
    names = [card.id for card in file.cards]
    if len(set(names)) < len(names):
        raise DraftFileError(f"{path}: two cards have one id, give them back their own")
    return file


def _card_of(path: Path, value: Mapping[str, Any]) -> Card:
    try:
        return card_of(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        name = value.get("id", "?") if isinstance(value, Mapping) else "?"
        raise DraftFileError(f"{path}: card {name}: {_said(error)}, correct it") from error


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def write_draft_file(path: Path, file: DraftFile) -> None:
    """Write a file of drafts; when this returns, it is on disk. Raises OSError."""
    _write(path, file, [_written(card) for card in file.cards])


def _written(card: Card) -> str:
    return _yaml([card_as_value(card)])


def _write(path: Path, file: DraftFile, cards: Sequence[str]) -> bytes:
    article = {
        name: told for name in Article.__dataclass_fields__ if (told := getattr(file.article, name))
    }
    value = {
        "schema": SCHEMA,
        "sha256": file.sha256,
        "name": file.name,
        "made_with": file.made_with,
        "article": article,
        "fixes": dict(file.fixes),
    }
    parts = [_HEAD, _yaml(value), "cards:\n" if cards else "cards: []\n", *cards]
    content = "".join(parts).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, content)
    return content


def _yaml(value: object) -> str:
    text = yaml.dump(
        value, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100, line_break="\n"
    )
    return str(text)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file as a whole, on disk when this returns. Raises OSError."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # where a folder can be opened, so that its names are synced
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def cards_by_confidence(cards: Iterable[Card]) -> list[Card]:
    """Return cards in the order of review: the surest first, then by place."""
    return sorted(cards, key=lambda card: (-card.confidence, card.places[0].start))
