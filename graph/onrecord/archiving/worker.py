"""Process that makes one text: limits itself first, then reads what may be hostile."""

import sys
from pathlib import Path
from typing import cast

from onrecord.archiving.extraction import limit_memory, limit_time, made_here, written
from onrecord.archiving.kind import DocumentKind
from onrecord.errors import OnRecordError, UsageError


def main(kind: str, declared: str, charset: str, source: str, target: str) -> None:
    """Make the text of a file, and write it to another."""
    data = Path(source).read_bytes()
    Path(target).write_bytes(written(made_here(data, cast(DocumentKind, kind), declared, charset)))


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
