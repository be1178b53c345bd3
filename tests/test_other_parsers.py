"""Documents and dumps are read by other people's parsers: no message, and the same triples.

A few things of each kind in the sample, and of the bundled collection in the slow tests, where
`make audit` takes all that a server has. Debian has rapper and Jena; `make .parsers/fetched`
fetches the parsers of npm.
"""

import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from built_releases import ReleaseOf
from conftest import PARSERS, REPOSITORY, require, require_command
from onrecord.releases.forms.kept import form_of
from test_crawl import ACCEPT, DOCUMENTS, Crawl, chosen, crawled

GRAPHS = ("ttl", "nt", "rdf", "jsonld", "trig", "nq")
JENA = (
    "jena-arq", "jena-base", "jena-cmds", "jena-core", "jena-iri", "thrift", "dexx.collection",
    "slf4j-api", "slf4j-simple", "commons-cli", "commons-codec", "commons-compress", "commons-csv",
    "commons-io", "commons-lang3", "gson", "guava", "httpclient", "httpcore", "jackson-core",
    "jackson-databind", "jackson-annotations", "jsonld-java", "protobuf",
)  # fmt: skip
"""What Jena needs of the jars of Debian, which has no command for it."""
A_FEW = "1"
"""Number of things of each kind that the quick test takes."""
_BLANK = re.compile(r"_:\w+")

Reading = tuple[str, set[str]]
"""Messages of a parser, and the quads that it reads, without the labels of blank nodes."""


@dataclass(frozen=True, slots=True)
class Written:
    """Files that a server has written, by format."""

    files: Mapping[str, list[Path]]

    def of(self, *formats: str) -> list[Path]:
        """Return the files of some formats."""
        return [path for each in formats for path in self.files[each]]


def quads(data: bytes, suffix: str = "nq") -> set[str]:
    """Return quads of RDF as text, without the labels of blank nodes."""
    rdf_format = ox.RdfFormat.from_extension(suffix)
    assert rdf_format is not None
    return {_BLANK.sub("_:", str(quad)) for quad in ox.parse(data, format=rdf_format)}


def saved(crawl: Crawl, folder: Path, formats: tuple[str, ...], paths: list[str]) -> Written:
    """Save documents, with all their pages, and the dumps of the release."""
    files: dict[str, list[Path]] = {each: [] for each in GRAPHS}
    for number, path in enumerate(paths):
        for suffix in formats:
            accept = (
                ACCEPT.get(suffix)
                or {"trig": "application/trig", "nq": "application/n-quads"}[suffix]
            )
            address, page = f"/{path}", 0
            while address:
                response = crawl.client.get(
                    address, headers={"Accept": accept}, follow_redirects=True
                )
                assert response.status_code == 200, address
                page += 1
                file = folder / f"{number}-{page}.{suffix}"
                file.write_bytes(response.data)
                files[suffix].append(file)
                following = re.search(r'<([^>]*)>; rel="next"', response.headers.get("Link", ""))
                address = following[1] if following else ""
    for suffix in GRAPHS:
        dump = crawl.release.path / "dumps" / f"onrecord.{suffix}"
        files[suffix] += [dump] if dump.is_file() else []
        graph = form_of(crawl.release, f"graph/records.{suffix}")
        files[suffix] += [graph] if graph else []
    return Written(files)


@pytest.fixture(scope="module")
def a_few(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """A few documents of each kind in the sample, in all formats, and its dumps."""
    folder = tmp_path_factory.mktemp("few")
    with crawled(release_of("sample"), folder) as crawl:
        paths = chosen([path for path in crawl.paths if path != "sparql"], A_FEW)
        assert len(paths) > 15
        yield saved(crawl, folder, GRAPHS, paths)


@pytest.fixture(scope="module")
def of_the_bundled(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Written]:
    """Documents of the bundled collection in three formats, and its dumps."""
    folder = tmp_path_factory.mktemp("all")
    with crawled(release_of("bundled"), folder) as crawl:
        paths = chosen([path for path in crawl.paths if path != "sparql"], DOCUMENTS)
        assert len(paths) > 300
        yield saved(crawl, folder, ("ttl", "rdf", "jsonld"), paths)


# Readers --------------------------------------------------------------------------------------


def run(command: list[str], folder: Path) -> Reading:
    done = subprocess.run(command, capture_output=True, cwd=folder, check=False)
    return done.stderr.decode() + f"exit {done.returncode}" * bool(done.returncode), quads(
        done.stdout
    )


def with_rapper(files: list[Path], folder: Path) -> Reading:
    rapper = require_command("rapper", "raptor2-utils")
    names = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "trig": "trig", "nq": "nquads"}
    messages, found = "", set[str]()
    for path in files:
        command = [rapper, "-q", "-i", names[path.suffix[1:]], "-o", "nquads", str(path)]
        said, read = run(command, folder)
        messages += said
        found |= read
    return messages, found


def with_riot(files: list[Path], folder: Path) -> Reading:
    """Run Jena. Debian's looks for messages of Xerces under another name than it has them."""
    java = require_command("java", "default-jre-headless")
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in JENA]
    require(jars[0].is_file(), "the Debian package libapache-jena-java")
    inside = "org/apache/jena/ext/"
    with zipfile.ZipFile("/usr/share/java/jena-core.jar") as core:
        for name in core.namelist():
            if name.startswith(f"{inside}xerces/") and name.endswith(".properties"):
                target = folder / name.removeprefix(inside)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(core.read(name))
    listed = folder / "files.txt"
    path = os.pathsep.join([str(folder), *map(str, jars)])
    arguments = ["-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f'"{path}"']
    listed.write_text("\n".join([*arguments, "riotcmd.riot", "--output=nq", *map(str, files)]))
    return run([java, f"@{listed}"], folder)


def with_npm(parser: str) -> Callable[[list[Path], Path], Reading]:
    def read(files: list[Path], folder: Path) -> Reading:
        node = require_command("node", "nodejs")
        require(
            (PARSERS / "fetched").is_file(),
            "the parsers of npm, which `make .parsers/fetched` fetches",
        )
        listed = folder / "files.txt"
        listed.write_text("\n".join(map(str, files)))
        return run([node, str(PARSERS / "read.mjs"), parser, str(listed)], folder)

    return read


def with_pyld(files: list[Path], folder: Path) -> Reading:
    def refuse(address: str, options: object) -> None:
        raise AssertionError(f"wants {address} from the network")

    found = set[str]()
    for path in files:
        document = jsonld.json.loads(path.read_bytes())
        options = {"format": "application/n-quads", "documentLoader": refuse}
        found |= quads(jsonld.to_rdf(document, options).encode())
    return "", found


def with_rdflib(files: list[Path], folder: Path) -> Reading:
    names = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "trig": "trig", "nq": "nquads",
             "jsonld": "json-ld"}  # fmt: skip
    found = set[str]()
    for path in files:
        data = rdflib.Dataset()
        data.parse(path, format=names[path.suffix[1:]])
        found |= quads(data.serialize(format="nquads", encoding="utf-8"))
    default = " <urn:x-rdflib:default>"
    return "", {line.replace(default, "") for line in found}


READERS: dict[str, tuple[Callable[[list[Path], Path], Reading], tuple[str, ...]]] = {
    "rapper": (with_rapper, ("ttl", "nt", "rdf", "trig", "nq")),
    "riot": (with_riot, ("ttl", "nt", "rdf", "trig", "nq")),
    "n3": (with_npm("n3"), ("ttl", "nt", "trig", "nq")),
    "jsonld": (with_npm("jsonld"), ("jsonld",)),
    "rdfxml-streaming-parser": (with_npm("rdfxml"), ("rdf",)),
    "pyld": (with_pyld, ("jsonld",)),
    "rdflib": (with_rdflib, GRAPHS),
}
"""Parsers by their names, with the formats that each reads."""


def check(
    reader: str,
    written: Written,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    only: tuple[str, ...] = GRAPHS,
) -> None:
    # A number is to be compared as it is written.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    read, formats = READERS[reader]
    files = written.of(*(each for each in formats if each in only))
    messages, found = read(files, folder)
    assert messages == ""
    expected = {quad for path in files for quad in quads(path.read_bytes(), path.suffix[1:])}
    assert len(expected) > 1000
    assert found == expected


@pytest.mark.parametrize("reader", READERS)
def test_a_few_of_each_kind(
    reader: str, a_few: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(reader, a_few, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_the_bundled_collection(
    reader: str, of_the_bundled: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # rdflib takes half an hour for all formats.
    only = ("ttl",) if reader == "rdflib" else GRAPHS
    check(reader, of_the_bundled, tmp_path, monkeypatch, only)


def test_what_npm_fetches_is_pinned_without_an_address() -> None:
    lock = (REPOSITORY / "tests" / "parsers" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
