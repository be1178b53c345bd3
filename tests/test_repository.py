"""What a repository has besides code: its files are valid, and what they name is there."""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

from conftest import REPOSITORY

BIN = Path(sys.executable).parent
TEMPLATES = REPOSITORY / ".github" / "ISSUE_TEMPLATE"
WORKFLOW = REPOSITORY / ".github" / "workflows" / "ci.yml"
MAKEFILE = (REPOSITORY / "Makefile").read_text()
(TARGETS,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
PAGES = [REPOSITORY / name for name in ("CONTRIBUTING.md", "SECURITY.md", "docs/deployment.md")]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("citation-file-format", REPOSITORY / "CITATION.cff"),
        ("github-workflows", WORKFLOW),
        ("github-issue-config", TEMPLATES / "config.yml"),
        *(("github-issue-forms", TEMPLATES / f"{name}.yml") for name in ("bug", "idea", "record")),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_file_follows_the_schema_that_others_read_it_by(schema: str, path: Path) -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_citation_has_the_version_and_the_day_of_the_changelog() -> None:
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text())
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    version, day = re.findall(r"^## \[(\d[\d.]*)\] - (\S+)$", changelog, re.MULTILINE)[0]
    assert citation["version"] == project["version"] == version
    assert citation["date-released"] == date.fromisoformat(day)
    assert citation["license"] == project["license"]


def test_ci_runs_what_anybody_can_run() -> None:
    jobs = yaml.safe_load(WORKFLOW.read_text())["jobs"]
    uses = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    runs = {
        name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()
    }
    # Beside what .ci/run does, the wheel on each Python, of which a machine has one.
    assert runs.pop("test") == ["bash .ci/run"]
    assert list(runs) == ["wheel"]
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", name) for name in uses)


def test_the_hooks_of_this_repository_are_valid_and_need_no_other() -> None:
    path = REPOSITORY / ".pre-commit-config.yaml"
    (repository,) = yaml.safe_load(path.read_text())["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program, _, _ = hook["entry"].partition(" ")
        assert (BIN / Path(program).name).is_file(), program
    subprocess.run([str(BIN / "pre-commit"), "validate-config", str(path)], check=True)


def test_help_has_a_line_for_each_target() -> None:
    result = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    assert [target for _, target, _ in lines] == TARGETS.split()
    assert all(says.endswith(".") for _, _, says in lines)


def test_the_quickest_tests_are_there() -> None:
    (names,) = re.findall(r"^FAST := (.*)$", MAKEFILE, re.MULTILINE)
    for name in names.split():
        assert (REPOSITORY / "tests" / f"test_{name}.py").is_file(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / target).exists(), target
    for target in re.findall(r"^\$ make ([\w-]+)|`make ([\w-]+)`", text, re.MULTILINE):
        assert "".join(target) in TARGETS.split()
    for path in re.findall(r"`((?:ontology|tests|docs|deploy)/[\w/.-]+)`", text):
        # NAME stands for what a reader adds.
        assert "NAME" in path or (REPOSITORY / path).exists(), path
