"""The README: every command in it runs, and what it shows is what comes out."""

import csv
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from built_releases import ReleaseOf
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
def served(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a server over a release of the bundled collection, and its folder."""
    folder = tmp_path_factory.mktemp("readme")
    release_of("bundled", folder / "releases")
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


def test_the_consumer_gets_turtle(served: tuple[str, Path]) -> None:
    address, _ = served
    (command,) = (each for each in COMMANDS if "text/turtle" in each)
    curl = require_command("curl", "curl")
    given = [curl, "-s", *shlex.split(command.replace(ADDRESS, address))[1:]]
    result = subprocess.run(given, capture_output=True, check=True)
    graph = Graph().parse(data=result.stdout, format="turtle")
    claim = URIRef("https://w3id.org/onrecord/claim/overtaken")
    assert (claim, RDF.type, None) in graph


@pytest.mark.parametrize("picture", ["timeline", "claim"])
def test_the_first_screen_shows_pictures_that_load_fast(picture: str) -> None:
    path = REPOSITORY / "docs" / "images" / f"{picture}.png"
    assert f'src="docs/images/{picture}.png"' in README.partition("## ")[0]
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert path.stat().st_size <= 150_000


def first_answer() -> tuple[str, str]:
    """Return the command of the first question, and what is shown as its answer."""
    block = next(each for each in BLOCKS if "$ curl " in each)
    asked, _, expected = block.partition("$ ")[2].partition("'\nsaid_on,")
    return f"{asked}'", f"said_on,{expected}"


def test_each_column_of_the_first_answer_is_explained() -> None:
    _, answer = first_answer()
    table = README.partition("| column | what it says |")[2].partition("\n\n")[0]
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)))
    assert sorted(explained) == sorted(answer.partition("\n")[0].split(","))


def test_the_first_answer_is_what_comes_out(served: tuple[str, Path]) -> None:
    address, _ = served
    asked, expected = first_answer()
    curl = require_command("curl", "curl")
    given = [curl, "-s", *shlex.split(asked.replace(ADDRESS, address))[1:]]
    result = subprocess.run(given, capture_output=True, check=True)
    assert result.stdout.decode().replace("\r\n", "\n") == expected


@pytest.mark.parametrize("asked", ["release", "server"])
def test_the_python_example_gives_every_parity_claim(served: tuple[str, Path], asked: str) -> None:
    address, folder = served
    code = README.partition("```python\n")[2].partition("```")[0]
    assert code.count('"releases"') == code.count(ADDRESS) == 1
    if asked == "server":
        code = code.replace('"releases"', f'"{address}"')
    shown = run_python(code, folder).splitlines()
    question = f"{address}/q/claims-on-topic-by-date.csv?topic=topic/ammunition-parity"
    with urllib.request.urlopen(question) as answer:
        rows = list(csv.DictReader(answer.read().decode().splitlines()))
    assert len(rows) == len({row["claim"] for row in rows}) == 51
    for row, line in zip(rows, shown, strict=False):
        assert line.startswith(f"{row['said_on'] or None} {row['speaker']} {row['comparator']}")
    assert shown[len(rows)] == "speaker"
    assert shown[-1].startswith("Until recently, Russia was producing more ammunition")


def test_the_examples_of_the_python_page_run(served: tuple[str, Path], tmp_path: Path) -> None:
    _, folder = served
    page = (REPOSITORY / "docs" / "python.md").read_text(encoding="utf-8")
    (tmp_path / "releases").symlink_to(folder / "releases")
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "data").symlink_to(BUNDLED_COLLECTION)
    (tmp_path / "texts").mkdir()
    (tmp_path / "data.ttl").write_text("<a:x> a <a:Buoy> .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> ."
        "<a:s> sh:targetClass <a:Buoy> ; sh:property [ sh:path <a:name> ; sh:minCount 1 ] ."
    )
    shown = run_python("".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)), tmp_path)
    for expected in (
        "Mark Rutte 2025-11-06 asserted Russia no longer makes more ammunition than",
        "at most 1 not anymore",
        "False {'violation': 1, 'warning': 0, 'info': 0} 1",
        "'overtakn': no such claim, perhaps overtaken is meant",
    ):
        assert expected in shown


def run_python(code: str, folder: Path) -> str:
    """Return what a program prints that runs in a folder."""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


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
