"""The README: every command in it runs, and what it shows is what comes out."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph

from conftest import REPOSITORY, require_command
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.records.assembly import assemble
from onrecord.records.collection import read_collection
from onrecord.records.completion import nested_names, renamed
from onrecord.releases.dumps import prefixes_for

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for line in "\n".join(BLOCKS).splitlines() if line[:2] == "$ "]
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server over a new release of the bundled collection, and its folder."""
    folder = tmp_path_factory.mktemp("readme")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "onrecord", "serve", "--port", str(port), "--workers", "1"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    log = (folder / "log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"{address}/healthz") as answer:
                    assert json.load(answer)["status"] == "ok"
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address, folder
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("onrecord")])
def test_a_command_runs(served: tuple[str, Path], command: str) -> None:
    _, folder = served
    result = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=folder, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make")])
def test_make_knows_its_target(command: str) -> None:
    subprocess.run([*command.split(), "-n"], cwd=REPOSITORY, check=True, capture_output=True)


def test_the_first_answer_is_what_comes_out(served: tuple[str, Path]) -> None:
    address, _ = served
    _, _, rest = BLOCKS[0].partition("$ curl '")
    asked, _, expected = rest.partition("'\n")
    curl = require_command("curl", "curl")
    url = asked.replace(ADDRESS, address)
    result = subprocess.run([curl, "-s", url], capture_output=True, check=True)
    assert result.stdout.decode().replace("\r\n", "\n") == expected


def test_the_python_example_gives_every_parity_claim(served: tuple[str, Path]) -> None:
    address, _ = served
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", code.replace(ADDRESS, address)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    with urllib.request.urlopen(f"{address}/q/claims-on-topic-by-date.csv") as answer:
        assert result.stdout.split() == answer.read().decode().split()
    assert len([line for line in result.stdout.splitlines() if line.startswith("https")]) == 43


def test_the_model_in_eight_lines_is_what_the_records_say() -> None:
    (text,) = re.findall(r"```turtle\n(.*?)```", README, re.DOTALL)
    assert len(text.splitlines()) == 8
    assembly = assemble(read_collection(BUNDLED_COLLECTION))
    prefixes = prefixes_for(assembly.description.base).items()
    header = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes)
    triples = list(Graph().parse(data=header + text, format="turtle"))
    shown = set(renamed(triples, nested_names(triples)))
    assert shown - set(assembly.records) == set()


def test_every_file_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPOSITORY / target).exists(), target
