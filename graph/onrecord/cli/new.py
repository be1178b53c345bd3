"""The new command: a collection to be filled."""

from datetime import date
from pathlib import Path

import click

from onrecord.cli.options import FOLDER, reported


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--title", default="", show_default="the name of the folder", help="Its title.")
@click.option(
    "--base",
    default="",
    show_default="https://example.org/, for a trial",
    help="What all its IRIs begin with.",
)
@click.option("--desk", default="our desk", show_default=True, help="Who publishes it.")
@click.option("--contact", default="", help="Whom to write to: an e-mail address or a page.")
@reported
def new(folder: Path, title: str, base: str, desk: str, contact: str) -> None:
    """Write a new collection into DIR: one invented article, claim and figure, to be filled."""
    from onrecord.records.new_collection import write_collection

    write_collection(folder, title=title, base=base, desk=desk, contact=contact, today=date.today())
    click.echo(folder)
    click.echo(f"next: onrecord check --collection {folder} --archive {folder}/archive", err=True)
