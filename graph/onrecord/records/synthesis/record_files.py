"""The files of a synthetic collection: records in Turtle, and the texts of its archive."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from onrecord.rdf.namespaces import PREFIXES

BASE = "https://example.org/synthetic/"
_KINDS = ("actor", "attestation", "claim", "curation", "event", "judgement", "product", "role",
          "series", "snapshot", "source", "topic")  # fmt: skip
_IRIS = {**PREFIXES, **{kind: f"{BASE}{kind}/" for kind in _KINDS}}
_MOST_FILES = 1000
"""Files of one folder."""


class RecordFiles:
    """Writes records as they come, in folders that no editor is afraid of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def write(self, name: str, records: Iterable[str]) -> None:
        """Write a file of records, with the prefixes that they use."""
        text = "\n".join(records)
        prefixes = (
            f"@prefix {name}: <{iri}> .\n" for name, iri in _IRIS.items() if f"{name}:" in text
        )
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{''.join(prefixes)}\n{text}", encoding="utf-8", newline="\n")

    def write_among_others(self, kind: str, name: str, records: Iterable[str]) -> None:
        """Write a file of a kind of which there are many."""
        self.write(f"{kind}/{self._number // _MOST_FILES:04}/{name}.ttl", records)
        self._number += 1


class SyntheticText:
    """The text of a page, which grows by the sentences that are told in it."""

    def __init__(self, opening: str) -> None:
        self.text = opening

    def add(self, sentence: str, is_quoted: bool) -> tuple[int, int]:
        """Add a sentence as a speaker's words or as the page's own; return its place."""
        self.text += "They said: “" if is_quoted else "It reports "
        start = len(self.text)
        self.text += sentence
        end = len(self.text)
        self.text += "”.\n" if is_quoted else ".\n"
        return start, end

    def write(self, archive: Path) -> str:
        """Write the text to a folder of the archive, and return its SHA-256."""
        data = self.text.encode()
        digest = sha256(data).hexdigest()
        (archive / f"{digest}.txt").write_bytes(data)
        return digest
