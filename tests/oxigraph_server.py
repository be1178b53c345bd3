"""A plain Oxigraph server on loopback, for measurements beside ours."""

import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from endpoint_release import await_answer, free_port
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
        assert await_answer(root, process, 60), "Oxigraph did not start"
        yield Store(f"{root}/query", f"{root}/update", f"{root}/store")
    finally:
        process.kill()
        process.wait(30)
