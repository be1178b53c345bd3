"""The user's folders, and who has no home."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord import folders
from onrecord.command import archive_of


def test_the_folders_are_those_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert folders.user_cache() == tmp_path / "cache" / "onrecord"
    assert folders.user_archive() == tmp_path / "data" / "onrecord" / "archive"
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders.user_cache() == tmp_path / ".cache" / "onrecord"
    assert folders.user_archive() == tmp_path / ".local" / "share" / "onrecord" / "archive"


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
    monkeypatch.setattr("onrecord.folders.user_cache_path", of)
    monkeypatch.setattr("onrecord.folders.user_data_path", of)
    with pytest.raises(FileNotFoundError, match="set XDG_DATA_HOME"):
        folders.user_archive()
    assert archive_of(()).folders == ()
    assert archive_of((tmp_path,)).folders == (tmp_path,)
    with pytest.raises(FileNotFoundError, match="set XDG_CACHE_HOME"):
        folders.user_cache()
    assert list(tmp_path.iterdir()) == []
