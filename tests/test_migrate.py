"""`onrecord migrate`: terms of an older form replaced, and nothing else of the files."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import PROV, RDF, SKOS
from rdflib.term import Node

from conftest import beside
from onrecord.errors import SyntaxProblem
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.files.replacement import replace_files
from onrecord.rdf.namespaces import CODE, REC, SCHEMA
from onrecord.rdf.turtle_tokens import tokens
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.records.migration import migrations, read_renamings
from sample_release import SAMPLE

EXAMPLES = Path(__file__).parent / "migrate"
BEFORE, AFTER = EXAMPLES / "before", EXAMPLES / "after"
RENAMINGS = read_renamings(EXAMPLES / "renamed.toml")
NAMES = sorted(path.name for path in BEFORE.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.ttl"))
    }


def migrated(folder: Path) -> dict[str, bytes]:
    """Return the contents of the files of a collection as they are after a migration."""
    changed = {
        str(migration.path.relative_to(folder)): migration.content
        for migration in migrations(folder, RENAMINGS)
    }
    return contents(folder) | changed


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onrecord", "migrate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_the_older_form_becomes_the_one_that_is_expected(name: str) -> None:
    assert migrated(BEFORE)[name].decode() == (AFTER / name).read_text(encoding="utf-8")


def test_what_is_migrated_stays_as_it_is() -> None:
    assert list(migrations(AFTER, RENAMINGS)) == []


@pytest.mark.parametrize(
    "collection", [BUNDLED_COLLECTION, SAMPLE / "records"], ids=["bundled", "sample"]
)
def test_our_own_collections_are_of_the_newer_form(collection: Path) -> None:
    assert list(migrations(collection, read_renamings())) == []


def test_the_table_is_tried_here_row_by_row() -> None:
    assert set(read_renamings()) <= set(RENAMINGS)


@pytest.mark.parametrize(("mark", "end"), [(b"", b"\r\n"), (b"\xef\xbb\xbf", b"\n")])
def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path, mark: bytes, end: bytes) -> None:
    for name, content in contents(BEFORE).items():
        (tmp_path / name).write_bytes(mark + content.replace(b"\n", end))
    expected = {name: mark + each.replace(b"\n", end) for name, each in contents(AFTER).items()}
    assert migrated(tmp_path) == expected


def test_the_command_says_what_it_changes_in_each_file_and_in_all(tmp_path: Path) -> None:
    folder = copytree(SAMPLE / "records", tmp_path / "records")
    topics = folder / "topics.ttl"
    new = topics.read_text(encoding="utf-8")
    old = new.replace("rec:recordedIn", "prov:wasGeneratedBy").replace(
        "@prefix rec:", "@prefix prov:     <http://www.w3.org/ns/prov#> .\n@prefix rec:"
    )
    topics.write_text(old, encoding="utf-8")
    number = new.count("rec:recordedIn")
    line = f"{topics}: {number} prov:wasGeneratedBy → rec:recordedIn\n"

    for option in ("--dry-run", "--check"):
        shown = run(folder, option)
        assert (shown.returncode, shown.stdout) == (1, line)
        assert shown.stderr == f"{number} terms would be replaced in 1 files\n"
        assert topics.read_text(encoding="utf-8") == old
    done = run(folder)
    assert (done.returncode, done.stdout) == (0, line)
    assert done.stderr == f"{number} terms replaced in 1 files\n"
    assert topics.read_text(encoding="utf-8") == new
    again = run(folder, "--check")
    assert (again.returncode, again.stdout) == (0, "")


def test_nothing_changes_if_one_file_does_not_parse(tmp_path: Path) -> None:
    folder = copytree(BEFORE, tmp_path / "records")
    broken = folder / "zz.ttl"
    broken.write_text("<urn:x> <urn:p>\n  .", encoding="utf-8")
    before = contents(folder)
    result = run(folder)
    assert result.returncode == 1
    assert result.stderr.startswith(f"onrecord: {broken}:2:")
    assert result.stderr.count("\n") == 1
    assert contents(folder) == before
    with pytest.raises(SyntaxProblem):
        list(migrations(folder, RENAMINGS))


def test_a_folder_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").returncode == 2


def test_no_file_is_replaced_if_one_cannot_be_written(tmp_path: Path) -> None:
    one = tmp_path / "one.ttl"
    one.write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        replace_files({one: b"new", tmp_path / "no" / "two.ttl": b"new"})
    assert one.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [one]


def test_a_replaced_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    file, link = tmp_path / "file.ttl", tmp_path / "link.ttl"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_files({link: b"new"})
    assert link.is_symlink()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)


def test_a_generated_collection_of_the_older_form_passes_the_check(tmp_path: Path) -> None:
    generator = beside("scale") / "gen_collection.py"
    folder, archive = tmp_path / "records", tmp_path / "archive"
    subprocess.run(
        [sys.executable, generator, "--claims", "60", "--archive", archive, folder], check=True
    )
    before = check_records(read_collection(folder), open_archive([archive]))
    assert before.violations
    assert run(folder).returncode == 0
    after = check_records(read_collection(folder), open_archive([archive]))
    assert after.violations == ()


READING, RULE = URIRef("https://example.org/curation/reading"), URIRef("https://example.org/rule")
SUBJECTS = [URIRef("https://example.org/actor/ada"), URIRef("https://example.org/topic/buoys")]
PROVO, OURS = str(PROV), str(REC)
DIRECTIVES = [
    ["", f"@prefix prov: <{PROVO}> .", f"PREFIX prov: <{PROVO}>"],
    [
        "",
        f"@prefix rec: <{OURS}> .",
        "@prefix rec: <https://example.org/rec/> .",
        f"@prefix r: <{OURS}> .",
    ],
    ["@prefix e: <https://example.org/> .", "PREFIX   e:   <https://example.org/>"],
]
STATEMENTS = [
    "e:actor\\/ada prov:wasGeneratedBy e:curation\\/reading .",
    "e:x prov:wasGeneratedBy e:rule .",
    "e:x prov:wasInvalidatedBy<https://example.org/curation/reading>;prov:wasAssociatedWith e:y.",
    "e:x <http://www.w3.org/ns/prov#wasGeneratedBy> e:curation\\/reading .",
    "e:x e:p [ prov:wasGeneratedBy e:curation\\/reading ] , ( [] <https://w3id.org/onrecord/code#said>"
    " ) .",
    'e:x e:p \'prov:wasGeneratedBy\' , """prov:wasGeneratedBy\n"""@prefix , 1.5 , true .',
    "e:actor\\/ada <http://www.w3.org/2004/02/skos/core#exactMatch> e:z .",
    "e:topic\\/buoys <http://www.w3.org/2004/02/skos/core#exactMatch> e:z .",
]
BETWEEN = ["\n", " ", "\n\n", " # prov:wasGeneratedBy\n", "\r\n"]
TYPES = f"""
<{READING}> a <{REC.Curation}> .
<{SUBJECTS[0]}> a <{REC.Actor}> .
"""


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a Turtle document of directives and statements that may be of the older form."""
    parts = [draw(st.sampled_from(choice)) for choice in DIRECTIVES]
    parts = draw(st.permutations([part for part in parts if part]))
    declared = " ".join(parts)
    for statement in draw(st.lists(st.sampled_from(STATEMENTS), max_size=5)):
        if "prov:" not in statement or "prov:" in declared or "'prov" in statement:
            parts = [*parts, statement]
    return "".join(f"{part}{draw(st.sampled_from(BETWEEN))}" for part in parts)


def newer(graph: Graph) -> Graph:
    """Return a graph with what is renamed, told by its triples alone."""
    types = set(Graph().parse(data=TYPES, format="turtle"))
    curations = {subject for subject, _, kind in types if kind == REC.Curation}
    made: dict[Node, Node] = {
        PROV.wasGeneratedBy: REC.recordedIn,
        PROV.wasInvalidatedBy: REC.retractedIn,
    }
    result = Graph()
    for subject, predicate, value in graph:
        if predicate in made and value in curations:
            predicate = made[predicate]
        elif predicate == SKOS.exactMatch and (subject, RDF.type, REC.Actor) in types:
            predicate = SCHEMA.sameAs
        result.add((subject, predicate, CODE.asserted if value == CODE.said else value))
    return result


def graph_of(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def comments(text: str) -> Iterator[str]:
    """Yield the comments of a Turtle text."""
    end = 0
    for match in tokens(text):
        start = match.start(str(match.lastgroup))
        yield from (line.strip() for line in text[end:start].splitlines() if "#" in line)
        end = match.end()
    yield from (line.strip() for line in text[end:].splitlines() if "#" in line)


@settings(max_examples=150)
@given(documents())
def test_a_migration_renames_in_the_graph_and_keeps_the_rest_of_the_text(document: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "types.ttl").write_text(TYPES)
        path = folder / "records.ttl"
        path.write_bytes(document.encode())
        once = migrated(folder)["records.ttl"]
        assert isomorphic(graph_of(once.decode()), newer(graph_of(document)))
        assert list(comments(once.decode())) == list(comments(document))
        path.write_bytes(once)
        assert migrated(folder)["records.ttl"] == once
