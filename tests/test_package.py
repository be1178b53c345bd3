"""The package: what a wheel holds, and who imports whom."""

import ast
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from built_releases import ReleaseOf
from conftest import REPOSITORY


def pythons() -> list[Path]:
    """Return this Python and the others that the package is for, as far as they are installed."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {sys.version_info[:2]: Path(sys.executable)}
    for minor in (11, 12, 13):
        name = f"python3.{minor}"
        # A shim of pyenv is there for versions that are not chosen too, and then does not run.
        others = [*sorted(versions.glob(f"3.{minor}.*/bin/{name}")), shutil.which(name)]
        for path in filter(None, others):
            found.setdefault((3, minor), Path(path))
    return [path.parent / f"python3.{minor}" for (_, minor), path in sorted(found.items())]


PYTHONS = pythons()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_a_wheel_has_two_packages_and_nothing_else_at_the_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "onrecord",
        "onrecord_server",
    }
    for file in (
        "onrecord/py.typed", "onrecord_server/py.typed", "onrecord_server/pages/queries/thing.rq",
        "onrecord_server/templates/home.html", "onrecord_server/static/onrecord.css",
        "onrecord_server/static/query-editor.js",
        "onrecord_server/static/query-editor.licences.txt",
        "onrecord/bundled/ontology/org.ttl", "onrecord/bundled/ontology/shapes.ttl",
        "onrecord/bundled/ontology/written-shapes.ttl",
        "onrecord/bundled/queries/witnesses.rq",
        "onrecord/bundled/graph/data/collection.ttl",
        "onrecord/records/template/collection.ttl", "onrecord/records/template/archive/example.txt",
    ):  # fmt: skip
        assert file in names


def test_no_folder_of_a_wheel_is_made_of_two(wheel: Path) -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    target = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    made_of: dict[str, set[str]] = {}
    expected = set()
    for source in target["only-include"]:
        for path in (REPOSITORY / source).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                place = Path(target["sources"][source]) / path.relative_to(REPOSITORY / source)
                expected.add(str(place))
                folder = str(path.parent.relative_to(REPOSITORY))
                made_of.setdefault(str(place.parent), set()).add(folder)
    assert {folder: found for folder, found in made_of.items() if len(found) > 1} == {}
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == expected


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that has the wheel, and of this checkout nothing."""

    python: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python there, outside of the checkout."""
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env={"XDG_CACHE_HOME": str(self.folder / "cache")},
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A bare environment with the wheel, which shares only what the wheel depends on with ours."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # The .pth files there, among them the one of the checkout, are not read for a folder that a
    # .pth file names.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Installed(python, folder)


def test_an_installed_wheel_finds_its_own_data(installed: Installed) -> None:
    code = (
        "import onrecord_server;"
        "from onrecord.files.bundled import BUNDLED_COLLECTION, ONTOLOGY, QUERIES;"
        "print(onrecord_server.__file__, BUNDLED_COLLECTION, ONTOLOGY, QUERIES)"
    )
    for place in installed.run("-c", code).stdout.split():
        assert Path(place).exists()
        assert Path(place).is_relative_to(installed.folder)


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    """A folder with a release of the sample."""
    return release_of("sample").path.parent


def test_an_installed_wheel_has_the_questions_of_the_checkout(
    installed: Installed, releases: Path
) -> None:
    names = sorted(path.stem for path in (REPOSITORY / "queries").glob("*.rq"))
    command = ("-m", "onrecord", "query", "--releases", str(releases))
    listed = installed.run(*command, "nope").stderr.rpartition("there are: ")[2]
    assert listed.strip().split(", ") == names
    assert installed.run(*command, "witnesses").returncode == 0
    module = "onrecord_server.pages.page_queries"
    code = f"from {module} import saved_queries; print(*sorted(saved_queries()))"
    assert installed.run("-c", code).stdout.split() == names


_STATUSES = """
import sys
from pathlib import Path
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

folder, *addresses = sys.argv[1:]
with endpoint_in_thread(Settings(Path(folder), Path(folder) / "cache")) as endpoint:
    client = create_app(endpoint).test_client()
    for address in addresses:
        print(client.get(address, follow_redirects=True).status_code)
"""


def test_an_installed_wheel_serves_pages(installed: Installed, releases: Path) -> None:
    pages = ("/", "/q/", "/q/witnesses", "/claim/overtaken.html", "/ns", "/static/onrecord.css")
    result = installed.run("-c", _STATUSES, str(releases), *pages, "/q/pushed")
    assert result.stdout.split() == [*["200"] * len(pages), "404"], result.stderr


def test_an_installed_wheel_checks_the_bundled_collection(installed: Installed) -> None:
    result = installed.run("-m", "onrecord", "check")
    assert result.returncode == 0, result.stdout + result.stderr


FIRST_CLAIM = (REPOSITORY / "docs" / "first-claim.md").read_text(encoding="utf-8")
STEPS = re.findall(
    r"Write `([^`]+)`:\n\n```\w+\n(.*?)```|```console\n\$ ([^\n]+)\n(.*?)```",
    FIRST_CLAIM,
    re.DOTALL,
)
"""Files and their texts, and commands and what they print, in the order of the page."""
_SERVED = "http://127.0.0.1:8000"


def test_the_first_claim_takes_no_more_than_twelve_steps() -> None:
    commands = [command for _, _, command, _ in STEPS if command]
    files = [file for file, _, _, _ in STEPS if file]
    assert FIRST_CLAIM.count("\n$ ") == len(commands)
    assert (len(commands), len(files)) == (8, 2), "as the page says"
    assert len(STEPS) <= 12


def test_a_new_desk_gets_to_its_first_claim_by_the_page_alone(
    installed: Installed, tmp_path: Path
) -> None:
    follow_first_claim(replace(installed, folder=tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: path.name)
def test_so_does_one_with_a_bare_environment_of_each_python(
    python: Path, wheel: Path, tmp_path: Path
) -> None:
    """With what pip finds for that Python, and nothing of this checkout or its environment."""
    subprocess.run([python, "-m", "venv", str(tmp_path / "venv")], check=True, capture_output=True)
    own = tmp_path / "venv" / "bin" / "python"
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    installed = subprocess.run(pip, cwd=tmp_path, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    follow_first_claim(Installed(own, tmp_path))


def follow_first_claim(desk: Installed) -> None:
    """Do what docs/first-claim.md says, and compare what it shows."""
    tmp_path = desk.folder
    with ExitStack() as stack:
        address = ""
        for file, text, command, expected in STEPS:
            program, *arguments = shlex.split(command) or ["write"]
            match program:
                case "write":
                    (tmp_path / file).write_text(text, encoding="utf-8")
                case "rm":
                    for name in arguments:
                        (tmp_path / name).unlink()
                case "curl":
                    (url,) = arguments
                    with urllib.request.urlopen(url.replace(_SERVED, address)) as answer:
                        assert answer.read().decode().replace("\r\n", "\n") == expected
                    with urllib.request.urlopen(f"{address}/") as answer:
                        home = answer.read().decode()
                    assert "Libraries on record" in home
                    assert "desk@example.org" in home
                case "onrecord" if arguments[0] == "serve":
                    address = stack.enter_context(serving(desk, *arguments))
                case "onrecord":
                    ran = desk.run("-m", "onrecord", *arguments)
                    assert ran.returncode == 0, ran.stderr
                    printed = (ran.stdout + ran.stderr).replace(str(tmp_path), "/home/you")
                    assert release_named(printed) == release_named(expected)
                case _:
                    pytest.fail(f"the page has a command that this test does not run: {command}")
        assert address


def release_named(text: str) -> str:
    """Return a text without the name of a release, which begins with the day of its making."""
    return re.sub(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}", "RELEASE", text)


@contextmanager
def serving(desk: Installed, *arguments: str) -> Iterator[str]:
    """Yield the address of a server that runs as the page says, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = (desk.folder / "log").open("w")
    server = subprocess.Popen(
        [desk.python, "-m", "onrecord", *arguments, "--port", str(port)],
        cwd=desk.folder,
        env={"XDG_CACHE_HOME": str(desk.folder / "cache")},
        stderr=log,
    )
    try:
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"{address}/healthz"):
                    break
            except OSError:
                assert server.poll() is None, (desk.folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "graph" / "onrecord").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_library_does_not_import_the_server(path: Path) -> None:
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    server = {name for name in imported if name.startswith("onrecord_server")}
    assert server == ({"onrecord_server.serve"} if path.name == "cli.py" else set())
