"""Files replaced all or none: each content is written beside its file, then renamed."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Replace the contents of files, none of them before all are written.

    A file keeps its mode, and a symbolic link its target. Raises OSError; a file then has its
    former content or its new one, never a part of either.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            target = path.resolve()
            handle, name = mkstemp(prefix=f".{target.name}.", dir=target.parent)
            written.append((Path(name), target))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(target.stat().st_mode)
        for partial, target in written:
            partial.replace(target)
    finally:
        for partial, _ in written:
            partial.unlink(missing_ok=True)
