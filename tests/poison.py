"""What becomes of documents in a batch, some of which end the process that drafts them."""

import json
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from onrecord.drafting.batch.document_line import DocumentLine, drafted_line


def prepared(folder: str) -> Callable[[DocumentLine], str]:
    """Return a function that drafts a line, or does what its document says of itself."""
    return partial(drafted_or_lost, Path(folder))


def drafted_or_lost(folder: Path, line: DocumentLine) -> str:
    """Draft a line; `dies` ends the process each time, `killed` once, and `hangs` never ends."""
    document = json.loads(line.text)
    kind = document.get("kind")
    if kind == "hangs":
        time.sleep(3600)
    if kind == "large":
        bytearray(1 << 40)
    if kind == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "killed":
        mark = folder / document["id"]
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return drafted_line(line.text, line.place)
