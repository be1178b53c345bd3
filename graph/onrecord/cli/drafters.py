"""Options by which other drafters are asked beside the rules."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.drafting.drafters.other_drafters import OtherDrafters

Command = TypeVar("Command", bound=Callable[..., object])
SECONDS = 120.0
"""How long the answer to one request may take."""


def drafter_options(command: Command) -> Command:
    """Add the options of other drafters to a command."""
    for option in (
        click.option(
            "--parse",
            metavar="NAME",
            help="Let the installed spaCy pipeline NAME draft too.",
        ),
        click.option(
            "--model",
            metavar="URL",
            help="Let a model draft too: send the whole text to this OpenAI-compatible endpoint,"
            " such as http://127.0.0.1:8080/v1. Model and key are taken from ONRECORD_MODEL and"
            " ONRECORD_MODEL_KEY.",
        ),
        click.option(
            "--drafter",
            "drafters",
            multiple=True,
            metavar="NAME",
            help="Let an installed drafter (entry points onrecord.drafters) draft too; may be given"
            " more than once.",
        ),
    ):
        command = option(command)
    return command


def other_drafters(
    drafters: tuple[str, ...], model: str | None, parse: str | None
) -> "OtherDrafters | None":
    """Return the drafters that are asked for, None if there are only the rules.

    Raises UsageError.
    """
    if not (drafters or model or parse):
        return None
    from onrecord.drafting.drafters.model import ask_model, model_endpoint
    from onrecord.drafting.drafters.other_drafters import OtherDrafters, installed_drafter
    from onrecord.drafting.drafters.parse import parse_drafter

    def tell(line: str) -> None:
        click.echo(line, err=True)

    asked = {name: installed_drafter(name) for name in drafters}
    if parse:
        asked[f"parse {parse}"] = parse_drafter(parse)
    if model:
        endpoint = model_endpoint(
            model,
            os.environ.get("ONRECORD_MODEL", ""),
            os.environ.get("ONRECORD_MODEL_KEY", ""),
            _seconds(os.environ.get("ONRECORD_MODEL_SECONDS", "")),
        )
        asked[f"model {endpoint.model}"] = lambda text: ask_model(endpoint, text, tell)
    return OtherDrafters(asked, tell)


def _seconds(written: str) -> float:
    try:
        seconds = float(written or SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise UsageError(f"ONRECORD_MODEL_SECONDS: {written!r} is no number of seconds")
    return seconds
