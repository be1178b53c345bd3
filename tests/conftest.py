"""What all tests share: the repository, the archives of the records, and what may be missing.

The W3C suites are fetched by `make test`. `../shared` is the material that stands beside the
repository where the project is developed; nobody else has it, so as few tests as can be need it.
"""

import gc
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from built_releases import ReleaseOf, copied_release
from endpoint_release import Server, served

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared"
SUITES = REPOSITORY / ".suites"
PARSERS = REPOSITORY / ".parsers"


# How fast a machine makes examples says nothing about what is tested.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


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


def w3c_suite(name: str) -> Path:
    """Return the folder of a W3C suite, or skip, naming the command that fetches it."""
    require((SUITES / "fetched").is_file(), "the W3C suites, which `make .suites/fetched` fetches")
    return SUITES / name


def beside(name: str) -> Path:
    """Return a folder or file of the material beside the repository, or skip."""
    path = SHARED / name
    require(path.exists(), f"../shared/{name}")
    return path


TOGETHER = {
    f"tests/test_{name}.py": group
    for group, names in {
        "bundled": (
            "columns corpus_answers corpus drafting_gold corpus_page citable_answers claims_once"
            " coding_guide respun_and_echoed second_pack_pages taken_from ontology"
        ),
        "examples of shapes": "shapes mutation",
        "withdrawal": "withdrawn taken_back statements",
    }.items()
    for name in names.split()
}
"""Files of tests that share what one process makes, and what they share."""


class ByFile(LoadFileScheduling):
    """Gives all tests of a file to one worker, and those of files that share something."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file, file)


def pytest_collection_finish() -> None:
    """Look less often for cycles of objects: what is loaded now stays, and tests make few.

    The search took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Give tests to workers so that what they share is made once in a run."""
    return ByFile(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say as the last line which tests were left out for want of `../shared`."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", ())]
    wanting = Counter(found[1] for each in reasons if (found := _WANTING.search(each)))
    if wanting:
        parts = ", ".join(f"{name} ({number})" for name, number in sorted(wanting.items()))
        reporter.write_line(
            f"{wanting.total()} tests need ../shared, which is not here, and were left out: {parts}"
        )


_WANTING = re.compile(r"needs \.\./shared/([^'\"]+)")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for what is kept between runs, apart from that of the user; no archive is named."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data") / "of-all"))
        patch.delenv("ONRECORD_ARCHIVE", raising=False)
        yield folder


@pytest.fixture(autouse=True)
def own_data(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see the texts that another one, or the user, has added to their archive."""
    monkeypatch.setenv("XDG_DATA_HOME", str(cache.parent / f"data-{next(_TESTS)}"))


_TESTS = count()


@pytest.fixture(scope="session")
def release_of(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> ReleaseOf:
    """What returns a release of the sample, the clinic or the bundled collection, by that name.

    It is built once in a run, and each who asks has a copy, in a folder of releases of its own.
    """
    return partial(copied_release, tmp_path_factory)


@pytest.fixture(scope="session")
def sample_server(release_of: ReleaseOf) -> Iterator[Server]:
    """A server over a release of the sample, for tests that only ask it."""
    releases = release_of("sample").path.parent
    with served(releases.parent, releases, workers=1) as running:
        yield running


@pytest.fixture(scope="session")
def seeds_archive() -> Path:
    """The texts of the two seed articles."""
    return beside("seeds")


@pytest.fixture(scope="session")
def corpus_archive() -> Path:
    """The page excerpts of the first evidence pack."""
    return beside("corpus") / "pages"


@pytest.fixture(scope="session")
def corpus2_archive() -> Path:
    """The page excerpts of the second evidence pack."""
    return beside("corpus2") / "pages"
