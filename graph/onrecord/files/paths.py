"""Paths: how a caller may name files and folders, one or several."""

import os
from collections.abc import Iterable
from pathlib import Path

PathName = str | os.PathLike[str]
"""A file or a folder."""
PathNames = PathName | Iterable[PathName]
"""Files or folders, one or several."""


def paths_of(named: PathNames) -> tuple[Path, ...]:
    """Return the paths that are named, in their order."""
    if isinstance(named, str | os.PathLike):
        return (Path(named),)
    return tuple(map(Path, named))
