"""The shelf: the newest release and the older ones, as requests ask for them."""

import time
from functools import lru_cache
from pathlib import Path

from onrecord.errors import OnRecordError
from onrecord.releases.release import LATEST, Release, open_release, release_names
from onrecord_server.errors import RefusalError

_FRESH = 0.1
"""Seconds for which the link to the newest release is not read again."""


class Shelf:
    """Finds releases in a folder; a new one is served within a moment, and no request is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._link = folder / LATEST
        self._name = ""
        self._look_again = 0.0
        self._target = ""
        self._newest: Release | None = None
        self._named = lru_cache(maxsize=64)(open_release)

    def names(self) -> list[str]:
        """Return the names of all releases, the oldest first."""
        return release_names(self.folder)

    def newest_name(self) -> str:
        """Return what the link to the newest release says, empty where there is none."""
        now = time.monotonic()
        if now > self._look_again:
            self._look_again = now + _FRESH
            try:
                self._name = str(self._link.readlink())
            except OSError:
                self._name = ""
        return self._name

    def newest(self) -> Release:
        """Return the newest release. Raises RefusalError 503 where there is none."""
        target = self.newest_name()
        try:
            if self._newest is None or target != self._target:
                self._newest, self._target = open_release(self.folder), target
        except OnRecordError as error:
            raise RefusalError(
                503, f"there is no release to ask: {error}", retry_after=10
            ) from error
        return self._newest

    def release(self, name: str | None) -> Release:
        """Return a release by name, or the newest. Raises RefusalError 404 where there is none."""
        if name is None:
            return self.newest()
        try:
            return self._named(self.folder, name)
        except OnRecordError as error:
            raise RefusalError(404, f"{name!r} is not the name of a release here") from error
