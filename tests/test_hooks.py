"""The pre-commit hooks and the CI action: their definitions are right, and do what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import REPOSITORY
from onrecord.validation.rdf_forms import FORMS, is_rdf_by_name
from sample_release import SAMPLE

BIN = Path(sys.executable).parent
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <https://tide.example/> .\n"
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text())


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with shapes and data that break them."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "shapes.ttl").write_text(
        PREFIXES + ":s sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    )
    (folder / "data.ttl").write_text(PREFIXES + ":x a :C .")
    git(folder, "init", "--quiet")
    return folder


def environment(**more: str) -> dict[str, str]:
    """Return the environment with our commands first, and nothing of the developer's git."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **more,
    }


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, env=environment()
    )


def run_hook(repository: Path, name: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does.

    Its language alone is another, so that nothing is downloaded: our own environment is used.
    """
    (hook,) = (hook for hook in HOOKS if hook["id"] == name)
    local = {**hook, "language": "system", "args": arguments}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(repository, "add", ".")
    return subprocess.run(
        [str(BIN / "pre-commit"), "run", "--color", "never"],
        cwd=repository,
        capture_output=True,
        text=True,
        env=environment(PRE_COMMIT_HOME=str(repository.parent / "cache")),
    )


def test_the_definition_of_the_hooks_is_valid() -> None:
    subprocess.run(
        [str(BIN / "pre-commit"), "validate-manifest", str(REPOSITORY / ".pre-commit-hooks.yaml")],
        check=True,
        env=environment(),
    )


def test_the_hook_for_shapes_refuses_a_commit_and_then_lets_it_through(repository: Path) -> None:
    arguments = ["--shapes", "shapes.ttl", "data.ttl"]
    refused = run_hook(repository, "onrecord-shapes", arguments)
    assert refused.returncode == 1
    assert "data.ttl:3:1: violation: :p needs at least 1 value" in refused.stdout
    (repository / "data.ttl").write_text(PREFIXES + ":x a :C ; :p 1 .")
    passed = run_hook(repository, "onrecord-shapes", arguments)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout


def test_the_hook_for_records_checks_the_whole_collection(repository: Path) -> None:
    arguments = ["--collection", str(SAMPLE / "records"), "--archive", str(SAMPLE / "archive")]
    passed = run_hook(repository, "onrecord-records", arguments)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout


def test_a_hook_is_skipped_where_no_rdf_is_staged(repository: Path) -> None:
    for path in repository.glob("*.ttl"):
        path.unlink()
    (repository / "notes.txt").write_text("no data")
    result = run_hook(repository, "onrecord-shapes", ["--shapes", "shapes.ttl", "data.ttl"])
    assert result.returncode == 0
    assert "Skipped" in result.stdout


@pytest.mark.parametrize(
    "name",
    [
        *(f"data{ending}{packed}" for ending in FORMS for packed in ("", ".gz", ".zst")),
        "ro-crate-metadata.json", "package.json", "notes.txt", "data.ttl.bak", "ttl", "data.gz",
    ],
)  # fmt: skip
def test_the_hook_for_shapes_runs_for_what_a_folder_is_read_for(name: str) -> None:
    (hook,) = (hook for hook in HOOKS if hook["id"] == "onrecord-shapes")
    for path in (name, f"some/folder/{name}"):
        assert bool(re.search(hook["files"], path)) == is_rdf_by_name(name)


def run_step(
    repository: Path, number: int, inputs: dict[str, str], **more: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a step of the action as a runner does, and return it with what it puts out."""
    step = ACTION["runs"]["steps"][number]
    values = {name: str(entry["default"]) for name, entry in ACTION["inputs"].items()}
    assert set(inputs) <= set(values)
    values |= inputs

    def value(match: re.Match[str]) -> str:
        place, _, name = match[1].partition(".")
        return values[name] if place == "inputs" else str(REPOSITORY)

    told = {
        name: re.sub(r"\$\{\{ *([\w.-]+) *\}\}", value, text) for name, text in step["env"].items()
    }
    output = repository.parent / "output"
    output.write_text("")
    result = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=repository,
        capture_output=True,
        text=True,
        env=environment(**told, **more, GITHUB_OUTPUT=str(output)),
    )
    return result, output.read_text()


def test_the_action_is_valid() -> None:
    subprocess.run(
        [
            str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-actions",
            str(REPOSITORY / "action.yml"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"], "an input in a script would be run"


def test_the_action_installs_this_package(repository: Path) -> None:
    """What it depends on is here already, so nothing is downloaded."""
    target = repository.parent / "installed"
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    result, _ = run_step(repository, 0, {}, PIP_TARGET=str(target), **offline)
    assert result.returncode == 0, result.stderr
    assert (target / "onrecord" / "cli" / "check.py").is_file()


def test_the_action_annotates_the_data_and_fails(repository: Path) -> None:
    inputs = {"shapes": "shapes.ttl", "data": "data.ttl", "sarif": "out.sarif"}
    result, output = run_step(repository, 1, inputs)
    assert result.returncode == 1
    assert result.stdout.startswith("::error file=data.ttl,line=3,endLine=3,col=1,endColumn=2,")
    assert output == "exit-code=1\n"
    (run,) = json.loads((repository / "out.sarif").read_text())["runs"]
    assert len(run["results"]) == 1


def test_the_action_leaves_no_empty_sarif(repository: Path) -> None:
    inputs = {"shapes": "none.ttl", "data": "data.ttl", "sarif": "out.sarif"}
    result, output = run_step(repository, 1, inputs)
    assert (result.returncode, output) == (2, "exit-code=2\n")
    assert not (repository / "out.sarif").exists()


def test_the_action_validates_once(repository: Path) -> None:
    inputs = {"shapes": "shapes.ttl", "data": "data.ttl", "sarif": "out.sarif"}
    result, _ = run_step(repository, 1, inputs)
    assert result.stderr.count("1 violations") == 1
    assert ACTION["runs"]["steps"][1]["run"].count("onrecord check") == 1


def test_the_action_passes_imports_and_contexts(repository: Path) -> None:
    (repository / "shapes.ttl").rename(repository / "imported.ttl")
    (repository / "importing.ttl").write_text(
        PREFIXES + ":more <http://www.w3.org/2002/07/owl#imports> :shapes ."
    )
    (repository / "context.jsonld").write_text('{"@context": {"@vocab": "https://tide.example/"}}')
    (repository / "data.jsonld").write_text(
        '{"@context": "https://tide.example/context", "@id": "urn:x", "@type": "C"}'
    )
    inputs = {
        "shapes": "importing.ttl",
        "data": "data.jsonld",
        "imports": "https://tide.example/shapes=imported.ttl\n",
        "contexts": "https://tide.example/context=context.jsonld\n",
    }
    result, output = run_step(repository, 1, inputs)
    assert (result.returncode, output) == (1, "exit-code=1\n"), result.stderr
    assert result.stdout.startswith("::error file=data.jsonld,line=1,")


def test_the_action_looks_at_changes_only(repository: Path) -> None:
    git(repository, "add", ".")
    identity = ["-c", "user.name=x", "-c", "user.email=x@tide.example"]
    git(repository, *identity, "commit", "--quiet", "--message", "x")
    inputs = {"shapes": "shapes.ttl", "data": "data.ttl", "since": "HEAD"}
    result, _ = run_step(repository, 1, inputs)
    assert result.returncode == 0, result.stderr
    assert "nothing has changed, so nothing was looked at" in result.stderr


def test_the_action_passes_several_files_whatever_their_names(repository: Path) -> None:
    (repository / "more shapes.ttl").write_text(PREFIXES)
    (repository / "data.ttl").rename(repository / "-x $(touch hacked).ttl")
    inputs = {
        "shapes": "shapes.ttl\nmore shapes.ttl\n",
        "data": "-x $(touch hacked).ttl\nshapes.ttl\n",
        "fail-on": "violation",
    }
    result, output = run_step(repository, 1, inputs)
    assert (result.returncode, output) == (1, "exit-code=1\n"), result.stderr
    assert not (repository / "hacked").exists()


def test_the_action_checks_records_with_their_archive(repository: Path) -> None:
    inputs = {"collection": str(SAMPLE / "records"), "archive": str(SAMPLE / "archive")}
    result, output = run_step(repository, 1, inputs)
    assert (result.returncode, result.stdout, output) == (0, "", "exit-code=0\n")
    assert " 0 not checked" in result.stderr


def test_wrong_inputs_are_told_from_wrong_data(repository: Path) -> None:
    result, output = run_step(repository, 1, {"shapes": "none.ttl", "data": "data.ttl"})
    assert (result.returncode, output) == (2, "exit-code=2\n")
