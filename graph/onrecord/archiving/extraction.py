"""Extraction: the text of bytes, made in a process of its own within limits of time and memory.

Bytes from outside may be built to take all of a machine: a PDF that unpacks without end, a page
of ten million elements. What they can take here is one short-lived process.
"""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.archiving.kind import DocumentKind
from onrecord.archiving.made_text import MadeText, Omission, TextBlock, TextLayerError
from onrecord.errors import UsageError

SECONDS = 8
"""Processor time for one text."""
_WAIT = 60
"""Seconds after which the process is ended, on however busy a machine."""
MEMORY = 280 * 1024 * 1024
"""Memory of the process in bytes."""
_WORKER = "onrecord.archiving.worker"
_LIMIT = 3
"""Exit code of the process when it runs out of memory."""


def extract(data: bytes, kind: DocumentKind, declared: str = "", charset: str = "") -> MadeText:
    """Return the text of bytes of a kind. Raises TextLayerError, also where limits are reached."""
    with TemporaryDirectory(prefix="onrecord-") as name:
        folder = Path(name)
        source, target = folder / "bytes", folder / "layer.json"
        source.write_bytes(data)
        arguments = [kind, declared, charset, str(source), str(target), str(MEMORY), str(SECONDS)]
        try:
            done = subprocess.run(  # noqa: S603 - a module of our own
                [sys.executable, "-P", "-m", _WORKER, *arguments],
                capture_output=True,
                timeout=_WAIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TextLayerError(f"no text could be made of it within {_WAIT} seconds") from error
        if done.returncode == 0:
            return _read(json.loads(target.read_bytes()))
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 1 and said:
        raise TextLayerError(said[-1])
    if done.returncode == 2 and said:
        raise UsageError(said[-1])
    if done.returncode == _LIMIT or done.returncode < 0:
        raise TextLayerError(
            f"no text could be made of it within {SECONDS} seconds and {MEMORY >> 20} MB"
        )
    raise TextLayerError(f"no text could be made of it, {said[-1] if said else 'nothing was said'}")


def made_here(data: bytes, kind: DocumentKind, declared: str = "", charset: str = "") -> MadeText:
    """Return the text of bytes, made in this process: one that may be lost, and has limits.

    Raises TextLayerError, UsageError, MemoryError or RecursionError.
    """
    own = version("onrecord")
    if kind == "html":
        from onrecord.archiving.charset import decoded
        from onrecord.archiving.html.page import page

        return page(decoded(data, declared, charset, page=True), own)
    if kind == "pdf":
        from onrecord.archiving.pdf import pdf

        return pdf(data)
    if kind in ("vtt", "srt"):
        from onrecord.archiving.captions import captions
        from onrecord.archiving.charset import decoded

        return captions(decoded(data, declared, charset).text, "vtt" if kind == "vtt" else "srt")
    if kind == "eml":
        from onrecord.archiving.mail import mail

        return mail(data, own)
    from onrecord.archiving.plain_text import plain_text

    return plain_text(data, declared, charset, own)


def _read(value: dict[str, object]) -> MadeText:
    """Return a text layer from its JSON."""
    for name in ("words", "quotations", "notes"):
        if value[name] is not None:
            value[name] = tuple(value[name])  # type: ignore[arg-type]
    value["blocks"] = tuple(TextBlock(**one) for one in value["blocks"])  # type: ignore[attr-defined]
    value["omissions"] = tuple(Omission(**one) for one in value["omissions"])  # type: ignore[attr-defined]
    return MadeText(**value)  # type: ignore[arg-type]


def written(layer: MadeText) -> bytes:
    """Return a text layer as JSON."""
    return json.dumps(asdict(layer)).encode("utf-8", "surrogatepass")


def limit_memory(memory: int) -> None:
    """Limit the memory of this process in bytes, where the platform can."""
    with suppress(ImportError):
        import resource

        with suppress(ValueError, OSError):  # a platform that has no such limit
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def limit_time(seconds: int) -> None:
    """Limit the processor time of this process, where the platform can."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
