"""What all tests share: the repository, the archive of the seeds, and what may be missing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared"


def require(present: bool, what: str) -> None:
    """Skip the test because `what` is missing, or fail it where nothing may be skipped."""
    if present:
        return
    if os.environ.get("ONRECORD_REQUIRE") == "all":
        pytest.fail(f"{what} is missing, and ONRECORD_REQUIRE=all forbids to skip")
    pytest.skip(f"needs {what}")


def require_command(command: str, package: str) -> str:
    """Return the path of a command, or skip, naming the Debian package that has it."""
    path = shutil.which(command)
    require(path is not None, f"the Debian package {package}")
    return str(path)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for what is kept between runs, apart from that of the user.

    The texts that the user has added are out of sight too, and no archive is named.
    """
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.delenv("ONRECORD_ARCHIVE", raising=False)
        yield folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that stands beside the repository where the project is developed."""
    require(SHARED.is_dir(), "../shared")
    return SHARED


@pytest.fixture(scope="session")
def seeds_archive(shared: Path) -> Path:
    """The texts of the two seed articles."""
    return shared / "seeds"


@pytest.fixture(scope="session")
def corpus_archive(shared: Path) -> Path:
    """The page excerpts of the corpus."""
    return shared / "corpus" / "pages"
