"""The page on validation: its example runs, and it leaves out nothing of the command."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from conftest import REPOSITORY
from onrecord.cli.check import check
from onrecord.validation.formats import FORMATS
from onrecord.validation.formats.json import SCHEMA_VERSION

PAGE = (REPOSITORY / "docs" / "validation.md").read_text(encoding="utf-8")
FILES = re.findall(r"`([a-z]+\.ttl)`\n\n```turtle\n(.*?)```", PAGE, re.DOTALL)
CONSOLES = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the example."""
    folder = tmp_path_factory.mktemp("page")
    for name, text in FILES:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=folder, capture_output=True, text=True
    )


def test_the_example_gives_what_the_page_shows(folder: Path) -> None:
    command, _, expected = CONSOLES[0].partition("\n")
    result = run(command.removeprefix("$ "), folder)
    assert (result.returncode, result.stdout) == (1, expected)


def test_the_baseline_of_the_page_accepts_the_example(folder: Path) -> None:
    for line in CONSOLES[1].splitlines():
        assert run(line.removeprefix("$ "), folder).returncode == 0


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_page_names_each_format(format_name: str) -> None:
    assert f"| `{format_name}` |" in PAGE


@pytest.mark.parametrize("code", range(6))
def test_the_page_names_each_exit_code(code: int) -> None:
    assert f"| {code} |" in PAGE


@pytest.mark.parametrize("of", ["finding", "verdict"])
def test_the_page_names_each_property_of_a_finding_and_of_a_verdict(of: str) -> None:
    schema = json.loads((REPOSITORY / "docs" / "findings.schema.json").read_text())
    for name in schema["$defs"][of]["required"]:
        assert f"`{name}`" in PAGE


def test_the_page_names_the_version_of_the_schema_that_is_written() -> None:
    schema = json.loads((REPOSITORY / "docs" / "findings.schema.json").read_text())
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert f"`schema_version` {SCHEMA_VERSION}" in PAGE


def test_the_page_names_each_hook_and_each_input_of_the_action() -> None:
    for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text()):
        assert hook["id"] in PAGE
    for name in yaml.safe_load((REPOSITORY / "action.yml").read_text())["inputs"]:
        assert f"`{name}`" in PAGE


def test_the_page_names_each_option_that_is_about_validation() -> None:
    options = {
        option for parameter in check.params if isinstance(parameter, click.Option)
        for option in parameter.opts
    }  # fmt: skip
    for option in (
        "--shapes",
        "--format",
        "--fail-on",
        "--baseline",
        "--engine",
        "--all",
        "--since",
    ):
        assert option in options
        assert option in PAGE
    assert "--write-baseline" in PAGE


def test_the_command_offers_each_format_that_there_is() -> None:
    (offered,) = (each.type for each in check.params if each.name == "format_name")
    assert isinstance(offered, click.Choice)
    assert tuple(offered.choices) == FORMATS
