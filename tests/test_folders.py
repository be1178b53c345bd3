"""The user's folders, and who has no home."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.errors import UsageError
from onrecord.files import user_folders
from onrecord.records.archive import archive_of
from onrecord_server.serve import default_cache


def test_the_folders_are_those_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert user_folders.user_cache() == tmp_path / "cache" / "onrecord"
    assert user_folders.user_archive() == tmp_path / "data" / "onrecord" / "archive"
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_folders.user_cache() == tmp_path / ".cache" / "onrecord"
    assert user_folders.user_archive() == tmp_path / ".local" / "share" / "onrecord" / "archive"


def relative(_name: str, appauthor: bool) -> Path:
    return Path("~/share/onrecord")


def refused(_name: str, appauthor: bool) -> Path:
    raise RuntimeError("could not determine the home directory")


@pytest.mark.parametrize("of", [relative, refused])
def test_who_has_no_home_gets_no_folder_that_is_named_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Callable[..., Path]
) -> None:
    """Versions of platformdirs differ in what they do then."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("onrecord.files.user_folders.user_cache_path", of)
    monkeypatch.setattr("onrecord.files.user_folders.user_data_path", of)
    with pytest.raises(FileNotFoundError, match="set XDG_DATA_HOME"):
        user_folders.user_archive()
    assert archive_of(()).folders == ()
    assert archive_of((tmp_path,)).folders == (tmp_path,)
    with pytest.raises(UsageError, match="name a folder with --cache"):
        default_cache(tmp_path)
    assert list(tmp_path.iterdir()) == []
