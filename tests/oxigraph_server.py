"""A plain Oxigraph server on loopback, for measurements beside ours."""

import subprocess
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from endpoint_release import free_port
from onrecord.releases.remote.sparql_client import Store

ENVIRONMENT = Path(".bench")
"""Where other servers are, apart from ours; made if it is missing."""


def prepare(environment: Path) -> None:
    """Make an environment with the other servers."""
    if not environment.exists():
        venv.create(environment, with_pip=True)
        pip = [str(environment / "bin" / "pip"), "install", "--quiet"]
        subprocess.run([*pip, "oxigraph", "rdflib-endpoint[cli]"], check=True)


@contextmanager
def oxigraph_server(folder: Path, environment: Path = ENVIRONMENT) -> Iterator[Store]:
    """Run an Oxigraph server whose store is a folder."""
    prepare(environment)
    address = f"127.0.0.1:{free_port()}"
    command = [str(environment / "bin" / "oxigraph"), "serve", "--location", str(folder)]
    process = subprocess.Popen([*command, "--bind", address], stderr=subprocess.DEVNULL)
    root = f"http://{address}"
    try:
        _await(root, process)
        yield Store(f"{root}/query", f"{root}/update", f"{root}/store")
    finally:
        process.kill()
        process.wait(30)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Oxigraph did not start")
