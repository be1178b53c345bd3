"""User folders: cache and data directories of the platform (XDG on Linux)."""

import errno
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path, user_data_path


def user_cache() -> Path:
    """Return the cache folder. Raises OSError if there is no home folder.

    On Linux, it is `onrecord` in `$XDG_CACHE_HOME`, `~/.cache` by default.
    """
    return _application_folder(user_cache_path, "XDG_CACHE_HOME")


def user_archive() -> Path:
    """Return the folder for texts added by the user. Raises OSError if there is no home folder.

    On Linux, it is `onrecord/archive` in `$XDG_DATA_HOME`, `~/.local/share` by default.
    """
    return _application_folder(user_data_path, "XDG_DATA_HOME") / "archive"


def _application_folder(platform_path: Callable[..., Path], variable: str) -> Path:
    try:
        folder = platform_path("onrecord", appauthor=False)
    except RuntimeError as error:
        raise _no_home(variable) from error
    # older versions of platformdirs return a relative folder named `~`
    if not folder.is_absolute():
        raise _no_home(variable)
    return folder


def _no_home(variable: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, f"no home folder, set {variable}", "~")
