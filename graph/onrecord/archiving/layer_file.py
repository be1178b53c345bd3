"""Layer file: how a text of the archive was made, and the way from its positions to the bytes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from onrecord.archiving.made_text import MadeText, TextBlock
from onrecord.errors import UnreadableError
from onrecord.records.archive import Archive, Stretches, layer_name, spoken


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """What is kept beside a text that was made from bytes."""

    sha256: str
    """Of the text."""
    bytes_sha256: str
    made_with: str
    version: str
    options: str
    metadata: Mapping[str, str]
    """What the bytes say of themselves: title, publisher, author, published, language, address."""
    blocks: tuple[TextBlock, ...]
    spoken: Stretches
    """Stretches of the text that are marked as a speaker's words, as `check` reads them."""
    file_sha256: str
    """Of the file that says all this."""


def layer_bytes(made: MadeText, text_sha256: str, bytes_sha256: str) -> bytes:
    """Return the layer file of a text, the same for the same text and bytes."""
    value = {
        "sha256": text_sha256,
        "bytes": bytes_sha256,
        "made_with": made.made_with,
        "version": made.version,
        "options": made.options,
        "form": made.form,
        "metadata": dict(made.metadata),
        "words": made.words,
        "quotations": made.quotations,
        "changes": dict(made.changes),
        "omissions": [asdict(one) for one in made.omissions],
        "notes": made.notes,
        "blocks": [asdict(one) for one in made.blocks],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def layer_of(archive: Archive, text_sha256: str) -> KeptLayer | None:
    """Return what is kept of a text of the archive; None if it was not made from bytes.

    Of several bytes with one text it is one of them. Raises UnreadableError for a broken file.
    """
    return next(layers_of(archive, text_sha256), None)


def layers_of(archive: Archive, text_sha256: str) -> Iterator[KeptLayer]:
    """Yield what is kept of a text for each of the bytes that it was made from.

    Raises UnreadableError for a broken file.
    """
    return _layers(archive, layer_name(text_sha256, "*"))


def layer_of_bytes(archive: Archive, bytes_sha256: str) -> KeptLayer | None:
    """Return what is kept of the text of archived bytes; None if none was made from them.

    Raises UnreadableError for a broken file.
    """
    found = _layers(archive, layer_name("*", bytes_sha256))
    return next((one for one in found if one.bytes_sha256 == bytes_sha256), None)


def _layers(archive: Archive, pattern: str) -> Iterator[KeptLayer]:
    for folder in archive.folders:
        yield from map(read_layer, sorted(folder.glob(pattern)))


def read_layer(path: Path) -> KeptLayer:
    """Return what a layer file says. Raises UnreadableError."""
    try:
        data = path.read_bytes()
        value = json.loads(data)
        return KeptLayer(
            value["sha256"],
            value["bytes"],
            value["made_with"],
            value["version"],
            value["options"],
            value["metadata"],
            tuple(TextBlock(**one) for one in value["blocks"]),
            spoken(data),
            sha256(data).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path}: no layer file, add the bytes behind it again") from error
