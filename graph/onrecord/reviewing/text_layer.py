"""Text layers: of which bytes a text of the archive was made, with what, and what they say.

`archive add` keeps this beside a text that it made, in `TEXT.BYTES.layer.json`; names are hashes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.errors import UnreadableError

_LETTERS = 16
"""Digits of the hash of the bytes that are in the name."""


@dataclass(frozen=True, slots=True)
class TextProvenance:
    """The bytes that a text was made from, and with what."""

    text_sha256: str
    sha256: str
    """Of the bytes."""
    made_with: str
    version: str
    options: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the bytes say of themselves: title, publisher, published, language, address."""


def layer_of_text(folder: Path, text_sha256: str) -> TextProvenance | None:
    """Return the layer of a text, None if it was not made from bytes. Raises UnreadableError."""
    return _first(folder, f"{text_sha256}.*.layer.json")


def layer_of_bytes(folder: Path, sha256: str) -> TextProvenance | None:
    """Return the layer that was made from bytes, None if there is none. Raises UnreadableError."""
    return _first(folder, f"*.{sha256[:_LETTERS]}.layer.json")


def _first(folder: Path, pattern: str) -> TextProvenance | None:
    path = next(iter(sorted(folder.glob(pattern))), None)
    if path is None:
        return None
    try:
        value = json.loads(path.read_bytes())
        return TextProvenance(
            str(value["sha256"]),
            str(value["bytes"]),
            str(value["made_with"]),
            str(value["version"]),
            str(value.get("options", "")),
            {str(name): str(told) for name, told in dict(value.get("metadata", {})).items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path}: no layer file, add the bytes behind it again") from error
