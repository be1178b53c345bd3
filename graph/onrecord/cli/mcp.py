"""`onrecord mcp`: the tools of an assistant, over standard input and output."""

from pathlib import Path

import click

from onrecord.cli.options import reported
from onrecord.errors import UsageError
from onrecord.releases.open import open as open_release


@click.command()
@click.option("--releases", "place", default="releases", show_default=True, metavar="PLACE",
              help="Folder of releases, or address of a server.")  # fmt: skip
@click.option("--release", "name", help="Name of an older release.")
@reported
def mcp(place: str, name: str | None) -> None:
    """Give an assistant tools to ask a release with (Model Context Protocol, over stdio).

    A server has the same tools at /mcp.
    """
    try:
        from onrecord.agents.tools import tool_server
    except ImportError as error:
        raise UsageError(f"{error}; install it with: pip install 'onrecord[mcp]'") from error
    where = place if place.startswith(("http://", "https://")) else Path(place)
    release = open_release(where, name)
    tool_server(lambda: release).run("stdio")
