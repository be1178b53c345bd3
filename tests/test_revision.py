"""Files as they were: what `check --since` takes from git, and what it finds by it."""

import json
import os
import subprocess
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from conftest import require_command
from onrecord.cli.main import main
from onrecord.errors import UsageError
from onrecord.files.git import open_commit
from onrecord.files.revision import removed_files
from sample_release import SAMPLE

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
"""
SHAPES = f"""{PREFIXES}
:NamedBuoy sh:targetClass :Buoy ; sh:property
    [ sh:path :name ; sh:minCount 1 ; sh:message "A buoy has a name." ] ,
    [ sh:path ( :mooring :depth ) ; sh:minInclusive 3 ; sh:message "A mooring is deep." ] .
"""
BUOYS = f"""{PREFIXES}
:north a :Buoy ; :mooring :sand .
:south a :Buoy ; :mooring :rock ; :light [ :colour "red" ] .
"""
MOORINGS = f"{PREFIXES}\n:sand :depth 5 .\n:rock :depth 7 .\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit has shapes and data, with two buoys without a name."""
    require_command("git", "git")
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("shapes.ttl").write_text(SHAPES)
    Path("data/buoys.ttl").write_text(BUOYS)
    Path("data/moorings.ttl").write_text(MOORINGS)
    git("init", "--quiet")
    commit()
    return tmp_path


def git(*arguments: str) -> None:
    someone = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@tide.example"}
    someone |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@tide.example"}
    subprocess.run(["git", *arguments], check=True, env={**os.environ, **someone})


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", "as it is")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def since(revision: str = "HEAD", *arguments: str) -> Result:
    return check("--shapes", "shapes.ttl", "data", "--since", revision, *arguments)


def places(result: Result) -> list[str]:
    """Return the files and lines of what was found."""
    return [":".join(line.split(":")[:2]) for line in result.stdout.splitlines()]


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def test_nothing_is_found_where_nothing_has_changed(repository: Path) -> None:
    result = since()
    assert (result.exit_code, result.stdout) == (0, "")
    assert check("--shapes", "shapes.ttl", "data").exit_code == 1


def test_nothing_looked_at_is_not_called_nothing_found(repository: Path) -> None:
    result = since("HEAD")
    assert result.stderr == "nothing has changed, so nothing was looked at\n"
    assert json.loads(since("HEAD", "--format", "json").stdout)["files"] == []


def test_what_a_change_affects_in_another_file_is_found(repository: Path) -> None:
    edit("data/moorings.ttl", "depth 7", "depth 2")
    result = since()
    assert result.exit_code == 1
    assert places(result) == ["data/buoys.ttl:5", "data/moorings.ttl:5"]


def test_all_is_found_of_a_node_that_has_changed(repository: Path) -> None:
    edit("data/buoys.ttl", '"red"', '"green"')
    assert since().exit_code == 0, "the light is a node of its own"
    edit("data/buoys.ttl", ":mooring :sand", ":mooring :rock")
    result = since()
    assert places(result) == ["data/buoys.ttl:4"]


def test_what_stands_elsewhere_in_its_file_has_not_changed(repository: Path) -> None:
    """Blank nodes are numbered anew then; that is no change of what they say."""
    edit(
        "data/buoys.ttl",
        ":north",
        ':east a :Buoy ; :name "E" ; :light [ :colour "blue" ] .\n:north',
    )
    result = since()
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "<urn:a> <{t}> <{n}Buoy> .\n", [1]),
        ("<urn:a> <{t}> <{n}Buoy> .\n<urn:b> <{t}> <{n}Buoy> .\n",
         "<urn:b> <{t}> <{n}Buoy> .\n<urn:a> <{t}> <{n}Buoy> .\n", []),
        ("<urn:a> <{t}> <{n}Buoy> .\n<urn:b> <{t}> <{n}Buoy> .\n<urn:b> <{n}name> 'B' .\n",
         "<urn:a> <{t}> <{n}Buoy> .\n<urn:b> <{t}> <{n}Buoy> .\n", [2]),
        ("no triple\n<urn:a> <{t}> <{n}Buoy> .\n",
         "<urn:a> <{t}> <{n}Buoy> .\n<urn:b> <{t}> <{n}Buoy> .\n", [1, 2]),
        ("_:a <{t}> <{n}Buoy> .\n", "_:b <{t}> <{n}Buoy> .\n", []),
        ("_:a <{t}> <{n}Buoy> .\n", "_:a <{t}> <{n}Buoy> .\n_:b <{t}> <{n}Buoy> .\n", [2]),
    ],
)  # fmt: skip
def test_lines_of_ntriples_are_compared(
    repository: Path, before: str, after: str, found: list[int]
) -> None:
    """Where a line did not parse, nothing was found in the whole file, so all of it is new."""
    terms = {
        "t": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "n": "https://tide.example/",
    }
    path = Path("data/lines.nt")
    path.write_text(before.replace("'B'", '"B"').format(**terms))
    commit()
    path.write_text(after.format(**terms))
    assert places(since()) == [f"{path}:{line}" for line in found]


def test_a_file_that_is_new_or_gone_has_changed(repository: Path) -> None:
    Path("data/more.ttl").write_text(f"{PREFIXES}:west a :Buoy .")
    result = since()
    assert places(result) == ["data/more.ttl:3"]
    edit("shapes.ttl", "sh:minInclusive 3", "sh:minCount 1")
    commit()
    Path("data/moorings.ttl").unlink()
    assert since().stdout.count("A mooring is deep.") == 2


def test_a_literal_is_told_of_where_it_is_new(repository: Path) -> None:
    edit("data/moorings.ttl", "depth 5", 'depth "5m"^^<http://www.w3.org/2001/XMLSchema#integer>')
    assert "'5m' is not a value" in since().stdout
    commit()
    assert "'5m' is not a value" not in since().stdout
    assert "'5m' is not a value" in since("HEAD~1").stdout


def test_shapes_that_have_changed_are_asked_of_everything(repository: Path) -> None:
    edit("shapes.ttl", "A buoy has a name.", "Give the buoy a name.")
    result = since()
    assert places(result) == ["data/buoys.ttl:4", "data/buoys.ttl:5"]
    assert "the shapes have changed, so all is checked" in result.stderr


def test_a_baseline_is_not_told_that_the_rest_is_gone(repository: Path) -> None:
    check("--shapes", "shapes.ttl", "data", "--write-baseline", "accepted.json")
    edit("data/buoys.ttl", ":mooring :sand", ":mooring :rock")
    result = since("HEAD", "--baseline", "accepted.json")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("option", ["--fix", "--write-baseline=all.json", "--engine=pyshacl"])
def test_what_needs_all_findings_is_refused(repository: Path, option: str) -> None:
    result = since("HEAD", option)
    assert result.exit_code == 2
    assert f"{option.partition('=')[0]}" in result.stderr


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD:data"])
def test_what_is_no_commit_is_refused(repository: Path, revision: str) -> None:
    result = since(revision)
    assert result.exit_code == 2
    assert f"--since {revision}: no such commit" in result.stderr


def test_a_shallow_clone_is_told_to_fetch_the_history(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("commit", "--allow-empty", "--quiet", "--message", "more")
    shallow = tmp_path / "shallow"
    git("clone", "--quiet", "--depth", "1", repository.resolve().as_uri(), str(shallow))
    monkeypatch.chdir(shallow)
    result = since("HEAD~1")
    assert result.exit_code == 2
    assert "this clone is shallow, fetch the history first (fetch-depth: 0" in result.stderr


def test_what_is_in_no_repository_is_refused(tmp_path: Path) -> None:
    require_command("git", "git")
    with pytest.raises(UsageError, match="not a git repository"):
        open_commit("HEAD", tmp_path)


def test_data_of_another_repository_is_refused(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "more.ttl"
    other.write_text(BUOYS)
    result = check("--shapes", "shapes.ttl", "data", str(other), "--since", "HEAD")
    assert result.exit_code == 2
    assert "is not in the repository" in result.stderr


def test_a_hook_of_git_may_ask(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git gives hooks the place of its repository relative to where the hook runs."""
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert open_commit("HEAD", repository / "data").root == repository.resolve()


def test_files_that_are_gone_are_known_by_the_paths_that_were_asked_for(repository: Path) -> None:
    Path("data/moorings.ttl").unlink()
    revision = open_commit("HEAD", Path("data"))
    left = [Path("data/buoys.ttl")]
    assert removed_files(revision, [Path("data")], left) == [Path("data/moorings.ttl")]
    were = [Path("data/moorings.ttl"), Path("data/never.ttl")]
    assert revision.contents(were) == {were[0]: MOORINGS.encode()}


def test_records_are_checked_for_what_an_edit_affects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_command("git", "git")
    copytree(SAMPLE / "records", tmp_path / "records")
    monkeypatch.chdir(tmp_path)
    options = ["--collection", "records", "--archive", str(SAMPLE / "archive")]
    git("init", "--quiet")
    commit()
    result = check(*options, "--since", "HEAD")
    assert (result.exit_code, result.stdout) == (0, "")
    edit("records/sources/gazette.ttl", "half times as many", "half as many")
    result = check(*options, "--since", "HEAD")
    assert result.exit_code == 1
    assert result.stdout == check(*options).stdout != ""
    commit()
    assert check(*options, "--since", "HEAD").stdout == ""
