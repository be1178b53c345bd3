"""The command line: data goes to stdout, everything else to stderr."""

import csv
import os
import sys
from pathlib import Path
from typing import Literal

import click

from onrecord.archive import add_text, decode
from onrecord.check_command import check
from onrecord.command import (
    FILE,
    FOLDER,
    archive_of,
    archive_option,
    collection_option,
    reported,
)
from onrecord.errors import OnRecordError, UsageError
from onrecord.folders import user_archive
from onrecord.paths import QUERIES
from onrecord.progress import step

releases_option = click.option(
    "--releases",
    type=FOLDER,
    default=Path("releases"),
    show_default=True,
    help="Folder of releases.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
def main() -> None:
    """Keep public statements on the record: check, build, query and serve them."""


main.add_command(check)


@main.command()
@collection_option
@archive_option
@releases_option
@reported
def build(collection: Path, archives: tuple[Path, ...], releases: Path) -> None:
    """Build a release of a collection, unless its records have violations."""
    click.echo(_build(collection, archives, releases))


def _build(collection: Path, archives: tuple[Path, ...], releases: Path) -> Path:
    from onrecord.build import build as build_release
    from onrecord.check import check as check_records
    from onrecord.collection import read_collection
    from onrecord.reports.text import render

    with step("checking"):
        report = check_records(read_collection(collection), archive_of(archives))
    click.echo(render(report.violations), nl=False, err=True)
    with step("building"):
        return build_release(report, releases).path


@main.command()
@collection_option
@archive_option
@releases_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 for any that is free.",
)
@click.option("--timeout", default=30.0, show_default=True, help="Seconds that one query may take.")
@click.option("--workers", default=2, show_default=True, help="Number of server processes.")
@click.option("--memory", default=512, show_default=True, help="MiB that one query may take.")
@click.option(
    "--cache",
    type=FOLDER,
    show_default="in the user's cache directory",
    help="Folder for answers that are kept.",
)
@click.option("--endpoint", help="Address of a SPARQL store that has the release.")
@click.option(
    "--release", "release_name", help="With --endpoint: the release that was put there, not pushed."
)
@reported
def serve(
    collection: Path,
    archives: tuple[Path, ...],
    releases: Path,
    host: str,
    port: int,
    timeout: float,
    workers: int,
    memory: int,
    cache: Path | None,
    endpoint: str | None,
    release_name: str | None,
) -> None:
    """Serve the newest release and the older ones; build one first if there is none.

    With --endpoint, serve what `onrecord push` has loaded into a store, or another onrecord server;
    with --release too, a store that was filled with that release's N-Quads by its own means.
    """
    from onrecord.release import open_release, release_names
    from onrecord.store import Store, credentials_from, require_address
    from onrecord_server.serving import bind, default_cache, mirrored
    from onrecord_server.serving import serve as serve_releases

    listener = bind(host, port)
    store = None
    if endpoint is not None:
        address = require_address(endpoint)
        # Somebody waits for the first word of it, and later it is asked again by and by.
        store = Store(address, address, credentials=credentials_from(), pauses=(0.5,))
        cache = cache or default_cache(address)
        known = None if release_name is None else open_release(releases, release_name)
        release = mirrored(store, cache, known)
        releases = release.path.parent
    elif release_name is not None:
        raise UsageError("--release goes with --endpoint; older releases are served by their names")
    else:
        if not release_names(releases):
            _build(collection, archives, releases)
        release = open_release(releases)

    def announce(address: str) -> None:
        click.echo(f"release {release.name} at {address} (stop with Ctrl+C)", err=True)

    serve_releases(
        releases,
        listener,
        timeout,
        workers,
        memory=memory << 20,
        cache=cache,
        elsewhere=store,
        named=release_name is not None,
        announce=announce,
    )


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
    from onrecord.answer import ask, write
    from onrecord.query import bind, read_queries
    from onrecord.release import open_release

    release = open_release(releases, release_name)
    values = dict(_pair(parameter) for parameter in parameters)
    if Path(name).suffix == ".rq":
        if values:
            raise UsageError(f"{name}: a file has no parameters, they belong to saved queries")
        text = _text_of(Path(name))
    else:
        saved = {query.name: query for query in read_queries(QUERIES)}
        if name not in saved:
            raise UsageError(f"{name!r}: no such query; there are: {', '.join(saved)}")
        text = bind(saved[name], values, str(release.manifest["base"]))
    with step("asking"):
        data = write(ask(release, text), format_name)
    sys.stdout.buffer.write(data)


def _pair(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals:
        raise UsageError(f"--param {parameter}: write it as NAME=VALUE")
    return name, value


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read, {error}") from error


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
    from onrecord.push import push as push_release
    from onrecord.push import rewritten
    from onrecord.release import open_release
    from onrecord.store import Store, credentials_from, require_address

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
        changes = list(rewritten(store, release))
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
    from onrecord.passage import find

    found = list(find(_source_text(source, archives), words))
    if not found:
        raise OnRecordError(f"{source}: it does not have the words {words!r}")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["start", "end", "line", "sha256"])
    writer.writerows((place.start, place.end, place.line, place.sha256) for place in found)


def _source_text(source: Path, archives: tuple[Path, ...]) -> str:
    """Return the text of a file or of the archive, in the code points that `check` counts."""
    if not source.exists():
        text = archive_of(archives).text(str(source))
        if text is not None:
            return text
    try:
        return decode(source.read_bytes())
    except OSError as error:
        raise UsageError(f"{source}: cannot be read, {error.strerror}") from error


@main.command()
@collection_option
@archive_option
@reported
def coverage(collection: Path, archives: tuple[Path, ...]) -> None:
    """List the sentences of archived sources that no passage touches."""
    from onrecord.assembly import assemble
    from onrecord.collection import read_collection
    from onrecord.coverage import gaps

    archive = archive_of(archives)
    assembly = assemble(read_collection(collection), archive.text)
    for gap in gaps(assembly.records, archive):
        name = str(gap.snapshot).rpartition("/")[2]
        click.echo(f"{name}:{gap.line}: {gap.start}–{gap.end}: {gap.text}")


@main.group()
def archive() -> None:
    """Keep the texts of sources, known by their hash."""


@archive.command("add")
@click.argument("file", type=FILE)
@click.option("--archive", "folder", type=FOLDER, help="Folder of source texts.")
@reported
def archive_add(file: Path, folder: Path | None) -> None:
    """Keep the bytes of FILE under their SHA-256, and print it.

    They are kept in the folder that --archive names, else in the first one of ONRECORD_ARCHIVE,
    else in the user's data folder, where every command looks.
    """
    try:
        folder = folder or _first_archive() or user_archive()
        path = add_text(folder, file.read_bytes())
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo(path.stem)
    click.echo(f"kept in {folder}", err=True)
    former = Path(click.get_app_dir("onrecord")) / "archive"
    if former != folder and former.is_dir() and any(former.iterdir()):
        click.echo(f"{former}: no longer looked in, add what you need of it", err=True)


def _first_archive() -> Path | None:
    """Return the first folder that ONRECORD_ARCHIVE names, None if it names none."""
    first = os.environ.get("ONRECORD_ARCHIVE", "").partition(os.pathsep)[0]
    return Path(first) if first else None
