"""Process that makes one text: limits itself first, then reads what may be hostile."""

import sys
from importlib.metadata import version
from pathlib import Path

from onrecord.archiving.extraction import limit_memory, limit_time, written
from onrecord.archiving.made_text import MadeText
from onrecord.errors import OnRecordError, UsageError


def main(kind: str, declared: str, charset: str, source: str, target: str) -> None:
    """Make the text of a file, and write it to another."""
    data = Path(source).read_bytes()
    Path(target).write_bytes(written(_layer(kind, data, declared, charset)))


def _layer(kind: str, data: bytes, declared: str, charset: str) -> MadeText:
    own = version("onrecord")
    if kind == "html":
        from onrecord.archiving.charset import decoded
        from onrecord.archiving.page import page

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


if __name__ == "__main__":
    *texts, memory, seconds = sys.argv[1:]
    try:
        limit_memory(int(memory))
        limit_time(int(seconds))
        main(*texts)
    except OnRecordError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except (MemoryError, RecursionError):
        sys.exit(3)
