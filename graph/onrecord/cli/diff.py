"""The diff command: what changed from one release to another."""

import json
from pathlib import Path
from typing import Literal

import click

from onrecord.cli.options import releases_option, reported
from onrecord.cli.progress import step
from onrecord.errors import UsageError


@click.command()
@click.argument("before", metavar="[A]", required=False)
@click.argument("after", metavar="[B]", required=False)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the difference.",
)
@releases_option
@reported
def diff(
    before: str | None,
    after: str | None,
    format_name: Literal["text", "json"],
    releases: Path,
) -> None:
    """Say which claims were added, changed, retracted and withdrawn from release A to release B.

    Without B to the newest one, without A from the one before that.
    """
    from onrecord.releases.forms import difference_text
    from onrecord.releases.forms.delta import difference
    from onrecord.releases.history import previous
    from onrecord.releases.release import open_release

    later = open_release(releases, after)
    name = before or previous(releases, later.name)
    if not name:
        raise UsageError(f"{later.path}: it is the first release here, so there is no other")
    earlier = open_release(releases, name)
    with step("comparing"):
        found = difference(earlier, later)
    if format_name == "json":
        click.echo(json.dumps(difference_text.as_json(found), indent=1, ensure_ascii=False))
    else:
        click.echo(difference_text.as_text(found, str(later.manifest["base"])), nl=False)
