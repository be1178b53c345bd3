"""The command line: data goes to stdout, everything else to stderr."""

import csv
import sys
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import Literal

import click

from onrecord.cli.accept import accept
from onrecord.cli.archive import archive
from onrecord.cli.ask import ask
from onrecord.cli.build import build
from onrecord.cli.check import check
from onrecord.cli.diff import diff
from onrecord.cli.draft import draft_command
from onrecord.cli.mcp import mcp
from onrecord.cli.migrate import migrate
from onrecord.cli.new import new
from onrecord.cli.options import (
    FILE,
    archive_option,
    collection_option,
    releases_option,
    reported,
    text_of,
)
from onrecord.cli.progress import step
from onrecord.cli.synth import synth
from onrecord.errors import OnRecordError, UsageError, nearest
from onrecord.files.bundled import QUERIES
from onrecord.records.archive import archive_of, decode, is_text

COMMANDS = "onrecord.commands"
"""The group of entry points by which another package adds a command, as the server does."""


class Commands(click.Group):
    """The commands of this package and those of entry points, loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        from importlib.metadata import entry_points

        return sorted({*super().list_commands(ctx), *entry_points(group=COMMANDS).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            return command
        from importlib.metadata import entry_points

        for entry in entry_points(group=COMMANDS, name=cmd_name):
            loaded: click.Command = entry.load()
            return loaded
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """Keep public statements on the record: check, build, query and serve them."""


main.add_command(accept)
main.add_command(archive)
main.add_command(ask)
main.add_command(build)
main.add_command(check)
main.add_command(diff)
main.add_command(draft_command)
main.add_command(new)
main.add_command(migrate)
main.add_command(mcp)
main.add_command(synth)


@main.command()
@click.argument("name")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option("--release", "release_name", help="Name of an older release.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "csv", "json", "turtle"]),
    default="table",
    show_default=True,
    help="How to write the answer.",
)
@releases_option
@reported
def query(
    name: str,
    parameters: tuple[str, ...],
    release_name: str | None,
    format_name: Literal["table", "csv", "json", "turtle"],
    releases: Path,
) -> None:
    """Ask a release a saved query by NAME, or the query in a file."""
    from onrecord.releases.ask import all_rows, first_row, linked, write
    from onrecord.releases.ask import ask as ask_release
    from onrecord.releases.parameter_choices import refuse_unknown
    from onrecord.releases.release import open_release
    from onrecord.releases.saved_query import (
        address_of_answer,
        asked_with,
        bind,
        read_queries,
        with_defaults,
    )

    release = open_release(releases, release_name)
    told = address = ""
    values = dict(_pair(parameter) for parameter in parameters)
    if Path(name).suffix == ".rq":
        if values:
            raise UsageError(f"{name}: a file has no parameters, they belong to saved queries")
        text = text_of(Path(name))
    else:
        saved = {query.name: query for query in read_queries(QUERIES)}
        if name not in saved:
            raise UsageError(f"{name!r}: no such query{nearest(name, saved)}")
        base = str(release.manifest["base"])
        asked = with_defaults(saved[name], base, partial(first_row, release), values)
        text = bind(asked, values, base)
        refuse_unknown(asked, values, base, partial(all_rows, release))
        parameters_asked = asked_with(asked, values, base)
        told = ", ".join(map(str, parameters_asked))
        address = address_of_answer(asked, parameters_asked, base, release.name)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    with step("asking"):
        written = write(ask_release(release, text), format_name, width)
    is_json = format_name == "json" and address
    sys.stdout.buffer.write(linked(written.data, address) if is_json else written.data)
    if told:
        click.echo(f"asked with {told}", err=True)
    if written.is_empty:
        click.echo("no rows", err=True)
        if Path(name).suffix == ".rq":  # a saved query is read with the terms that are used
            from onrecord.releases.hints import hints, usage_of

            for hint in hints(text, usage_of(release), partial(all_rows, release)):
                click.echo(f"hint: {hint}", err=True)
    elif written.left_out:
        names = ", ".join(written.left_out)
        click.echo(f"not shown, empty or too wide: {names}; --format csv has them", err=True)


def _pair(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals:
        raise UsageError(f"--param {parameter}: write it as NAME=VALUE")
    return name, value


@main.command()
@click.argument("endpoint")
@click.option("--update", help="Address for updates, where that is another one.")
@click.option("--graph-store", help="Address for graphs (Graph Store Protocol), to use no updates.")
@click.option("--release", "release_name", help="Name of an older release.")
@releases_option
@reported
def push(
    endpoint: str,
    update: str | None,
    graph_store: str | None,
    release_name: str | None,
    releases: Path,
) -> None:
    """Load a release into the SPARQL 1.1 store at ENDPOINT, or go on with it.

    ONRECORD_STORE_USER and ONRECORD_STORE_PASSWORD, or ONRECORD_STORE_TOKEN, say who asks.
    """
    from onrecord.releases.release import open_release
    from onrecord.releases.remote.push import altered_literals
    from onrecord.releases.remote.push import push as push_release
    from onrecord.releases.remote.sparql_client import Store, credentials_from, require_address

    store = Store(
        query=require_address(endpoint),
        update=require_address(update or endpoint),
        graphs=require_address(graph_store) if graph_store else "",
        credentials=credentials_from(),
    )
    release = open_release(releases, release_name)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["graph", "triples", "sent"])
    with step("loading"):
        for graph in push_release(store, release):
            writer.writerow([graph.graph, graph.triples, graph.sent])
        changes = list(altered_literals(store, release))
    for change in changes:
        held = ", ".join(map(str, change.held)) or "nothing"
        click.echo(f"the store writes {change.sent} as {held}", err=True)
    click.echo(f"release {release.name} is in {endpoint}", err=True)


@main.command()
@click.argument("source", type=FILE)
@click.argument("words")
@archive_option
@reported
def locate(source: Path, words: str, archives: tuple[Path, ...]) -> None:
    """Find WORDS in a text: offsets, line, hash, for a passage of a record.

    SOURCE is a file, or the SHA-256 of an archived text.
    """
    from onrecord.records.passage import find, find_printed, nearest

    data = _source_bytes(source, archives)
    if not is_text(data):
        raise OnRecordError(f"{source}: this is no text, name the text that is made from it")
    text = decode(data)
    found = list(find(text, words)) or list(find_printed(text, words))
    if not found:
        near = nearest(text, words)
        what = (
            ", nor any that are much like them"
            if near is None
            else f"; nearest is, in line {near.line}, {text[near.start : near.end]!r}"
        )
        raise OnRecordError(f"{source}: it does not have the words {words!r}{what}")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["start", "end", "line", "sha256"])
    writer.writerows((place.start, place.end, place.line, place.sha256) for place in found)
    own = text[found[0].start : found[0].end]
    if own != words:
        click.echo(f"the text writes it so: {own!r}", err=True)


def _source_bytes(source: Path, archives: tuple[Path, ...]) -> bytes:
    """Return the bytes of a file or of the archive."""
    if not source.exists():
        path = archive_of(archives).files.get(str(source))
        if path is not None:
            return path.read_bytes()
    try:
        return source.read_bytes()
    except OSError as error:
        raise UsageError(f"{source}: cannot be read, {error.strerror}") from error


@main.command()
@collection_option
@archive_option
@reported
def coverage(collection: Path, archives: tuple[Path, ...]) -> None:
    """List the sentences of archived sources that no passage touches."""
    from onrecord.records.assembly import assemble
    from onrecord.records.collection import read_collection
    from onrecord.records.coverage import gaps

    archive = archive_of(archives)
    assembly = assemble(read_collection(collection), archive.text)
    for gap in gaps(assembly.records, archive):
        name = str(gap.snapshot).rpartition("/")[2]
        click.echo(f"{name}:{gap.line}: {gap.start}–{gap.end}: {gap.text}")
