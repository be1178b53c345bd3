"""The synth command: a collection of any size, to measure with."""

from pathlib import Path

import click

from onrecord.cli.options import FOLDER, reported


@click.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--claims", type=click.IntRange(min=1), default=1000, show_default=True, help="How many."
)
@click.option("--seed", type=int, default=1, show_default=True, help="One seed, one collection.")
@reported
def synth(folder: Path, claims: int, seed: int) -> None:
    """Write a made-up collection into DIR, with its archive in DIR/archive, to measure with."""
    from onrecord.records.synthesis.collection import ARCHIVE, write_synthetic_collection

    counts = write_synthetic_collection(folder, claims, seed)
    click.echo(folder)
    written = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    click.echo(
        f"{written}\nnext: onrecord check --collection {folder} --archive {folder / ARCHIVE}",
        err=True,
    )
