"""`onrecord ask`: what an assistant asks, from the command line."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from onrecord import agents
from onrecord.agents.reply import MOST, SIZE
from onrecord.cli.options import reported, text_of
from onrecord.errors import UsageError
from onrecord.releases.open import OpenRelease
from onrecord.releases.open import open as open_place

P = ParamSpec("P")


@click.group()
def ask() -> None:
    """Ask a release as an assistant does: small replies, with a way to the rest."""


def _asking(command: Callable[Concatenate[OpenRelease, P], agents.Reply]) -> Callable[..., None]:
    """Give a command the options of all of them, and write the reply."""

    @click.option("--releases", "place", default="releases", show_default=True, metavar="PLACE",
                  help="Folder of releases, or address of a server.")  # fmt: skip
    @click.option("--release", "release_name", help="Name of an older release.")
    @click.option("--json", "as_json", is_flag=True, help="Write JSON.")
    @click.option("--size", type=click.IntRange(1_000, MOST), default=SIZE, show_default=True,
                  help="Bytes of the reply at most.")  # fmt: skip
    @click.option("--start", type=click.IntRange(0), default=0, show_default=True,
                  help="Number of the first item, as the reply before says.")  # fmt: skip
    @reported
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        place, name = kwargs.pop("place"), kwargs.pop("release_name")
        as_json = kwargs.pop("as_json")
        where = place if str(place).startswith(("http://", "https://")) else Path(str(place))
        opened = open_place(where, None if name is None else str(name))  # type: ignore[arg-type]
        reply = command(opened, *args, **kwargs)
        text = json.dumps(reply.data, ensure_ascii=False, indent=1) + "\n" if as_json else reply
        click.echo(str(text), nl=False)

    return run


@ask.command()
@click.argument("text", default="")
@click.option("--kind", default="", help="claim, actor, event, source, series or topic.")
@_asking
def find(release: OpenRelease, text: str, kind: str, start: int, size: int) -> agents.Reply:
    """Find things by name or by words in TEXT; without it, all things of a kind."""
    return agents.find(release, text, kind, start=start, size=size)


@ask.command()
@click.argument("of", metavar="[CLASS]", default="")
@_asking
def schema(release: OpenRelease, of: str, start: int, size: int) -> agents.Reply:
    """Show the classes on record, or the properties of one CLASS."""
    return agents.schema(release, of, start=start, size=size)


@ask.command()
@click.argument("name", default="")
@_asking
def questions(release: OpenRelease, name: str, start: int, size: int) -> agents.Reply:
    """List the saved questions, or show the parameters of the one of a NAME."""
    return agents.questions(release, name, start=start, size=size)


@ask.command()
@click.argument("name")
@click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option("--limit", type=int, default=50, show_default=True, help="Rows at most.")
@_asking
def answer(
    release: OpenRelease, name: str, given: tuple[str, ...], limit: int, start: int, size: int
) -> agents.Reply:
    """Answer the saved question of a NAME."""
    parameters: dict[str, str | None] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--param {pair}: write it as NAME=VALUE")
        parameters[key] = value
    return agents.answer(release, name, parameters, limit=limit, start=start, size=size)


@ask.command()
@click.argument("sparql")
@click.option("--limit", type=int, default=50, show_default=True, help="Rows at most.")
@_asking
def query(release: OpenRelease, sparql: str, limit: int, start: int, size: int) -> agents.Reply:
    """Answer a query in SPARQL, the text of it or a file that ends in .rq."""
    text = text_of(Path(sparql)) if sparql.endswith(".rq") else sparql
    return agents.query(release, text, limit, start=start, size=size)


@ask.command()
@click.argument("claim")
@_asking
def evidence(release: OpenRelease, claim: str, start: int, size: int) -> agents.Reply:
    """Show what a CLAIM rests on, down to hash and place of its words."""
    return agents.evidence(release, claim, start=start, size=size)
