"""Release catalogue: the newest release of a folder, and the others by name."""

import time
from functools import lru_cache
from pathlib import Path

from onrecord.errors import OnRecordError
from onrecord.releases.forms.spare_folder import SpareFolder
from onrecord.releases.release import LATEST, Release, open_release, release_names
from onrecord_server.errors import RefusalError

_LINK_LIFETIME = 0.1
"""Seconds between two reads of the link to the newest release."""


class ReleaseCatalogue:
    """Releases in a folder; a new one is found within 0.1 seconds, without a restart."""

    def __init__(self, folder: Path, spare: SpareFolder) -> None:
        self.folder = folder
        self.spare = spare
        """Where further forms of releases are if nothing can be written to their folder."""
        self._link = folder / LATEST
        self._name = ""
        self._next_read = 0.0
        self._target = ""
        self._newest: Release | None = None
        self._named = lru_cache(maxsize=64)(open_release)

    def names(self) -> list[str]:
        """Return the names of all releases, the oldest first."""
        return release_names(self.folder)

    def newest_name(self) -> str:
        """Return the target of the link to the newest release; empty if there is none."""
        now = time.monotonic()
        if now > self._next_read:
            self._next_read = now + _LINK_LIFETIME
            try:
                self._name = str(self._link.readlink())
            except OSError:
                self._name = ""
        return self._name

    def newest(self) -> Release:
        """Return the newest release. Raises RefusalError 503 if there is none."""
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
        """Return a release by name, or the newest. Raises RefusalError 404 if there is none."""
        if name is None:
            return self.newest()
        try:
            return self._named(self.folder, name)
        except OnRecordError as error:
            raise RefusalError(404, f"{name!r} is not the name of a release here") from error
