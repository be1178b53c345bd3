"""The user's folders: where the platform has programs keep caches and data."""

import errno
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path, user_data_path


def user_cache() -> Path:
    """Return the folder for what may be deleted at any time. Raises OSError if there is no home.

    On Linux, it is `onrecord` in `$XDG_CACHE_HOME`, `~/.cache` by default.
    """
    return _ours(user_cache_path, "XDG_CACHE_HOME")


def user_archive() -> Path:
    """Return the folder for texts that the user adds. Raises OSError if there is no home.

    On Linux, it is `onrecord/archive` in `$XDG_DATA_HOME`, `~/.local/share` by default.
    """
    return _ours(user_data_path, "XDG_DATA_HOME") / "archive"


def _ours(of: Callable[..., Path], variable: str) -> Path:
    try:
        folder = of("onrecord", appauthor=False)
    except RuntimeError as error:
        raise _homeless(variable) from error
    # older versions of platformdirs give a folder that is named `~`, in whatever folder this runs
    if not folder.is_absolute():
        raise _homeless(variable)
    return folder


def _homeless(variable: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, f"no home folder, set {variable}", "~")
