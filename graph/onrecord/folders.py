"""The user's folders: where the platform has programs keep caches and data."""

import errno
from pathlib import Path

from platformdirs import user_cache_path, user_data_path


def user_cache() -> Path:
    """Return the folder for what may be deleted at any time. Raises OSError if there is no home.

    On Linux, it is `onrecord` in `$XDG_CACHE_HOME`, `~/.cache` by default.
    """
    return _there(user_cache_path("onrecord", appauthor=False), "XDG_CACHE_HOME")


def user_archive() -> Path:
    """Return the folder for texts that the user adds. Raises OSError if there is no home.

    On Linux, it is `onrecord/archive` in `$XDG_DATA_HOME`, `~/.local/share` by default.
    """
    return _there(user_data_path("onrecord", appauthor=False) / "archive", "XDG_DATA_HOME")


def _there(folder: Path, variable: str) -> Path:
    # a user without a home would get a folder that is named `~`, in whatever folder this runs
    if not folder.is_absolute():
        raise FileNotFoundError(errno.ENOENT, f"no home folder, set {variable}", str(folder))
    return folder
