"""Command `onrecord serve`, registered by the entry-point group `onrecord.commands`."""

import re
from ipaddress import ip_address
from pathlib import Path

import click

from onrecord.cli.build import build_collection
from onrecord.cli.options import (
    FOLDER,
    archive_option,
    collection_option,
    releases_option,
    reported,
)
from onrecord.errors import UsageError

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+")


@click.command()
@collection_option
@archive_option
@releases_option
@click.option(
    "--build", "builds", is_flag=True, help="Build a release if the records have changed."
)
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
    help="Folder for cached answers.",
)
@click.option("--endpoint", help="Address of a remote SPARQL store that has the release.")
@click.option(
    "--release",
    "release_name",
    help="With --endpoint: name of the release, if it is not the one that the store serves.",
)
@click.option(
    "--public-url",
    default="",
    show_default="the Host of each request",
    help="What public addresses begin with, such as https://onrecord.example.",
)
@click.option(
    "--show-archive",
    is_flag=True,
    help="Show the texts of --archive with their passages marked, to readers on this machine only.",
)
@reported
def serve(
    collection: Path,
    archives: tuple[Path, ...],
    releases: Path,
    builds: bool,
    host: str,
    port: int,
    timeout: float,
    workers: int,
    memory: int,
    cache: Path | None,
    endpoint: str | None,
    release_name: str | None,
    public_url: str,
    show_archive: bool,
) -> None:
    """Serve the newest release and the older ones; build one first if there is none.

    If records or rules have changed since the newest was built, it says so; with --build it builds.

    With --endpoint, serve what `onrecord push` has loaded into a store, or another onrecord server;
    with --release too, that release in the store, also if the store's own loader has put its
    N-Quads there.
    """
    # Imported late: `onrecord --help` lists this command and needs none of it.
    from onrecord.releases.release import open_release, release_names
    from onrecord.releases.remote.sparql_client import Store, credentials_from, require_address
    from onrecord_server.serve import bind, default_cache, open_mirror
    from onrecord_server.serve import serve as serve_releases

    public_url = public_url.rstrip("/")
    if public_url and not _ORIGIN.fullmatch(public_url):
        raise UsageError(
            f"--public-url {public_url}: not a scheme and a host, write it as https://onrecord.example"
        )
    if show_archive and public_url:
        raise UsageError("--show-archive is for this machine and --public-url for others; drop one")
    listener = bind(host, port)
    if show_archive and not ip_address(listener.getsockname()[0]).is_loopback:
        listener.close()
        raise UsageError(f"--show-archive: others reach {host} too; listen on 127.0.0.1")
    store = None
    if endpoint is not None:
        address = require_address(endpoint)
        # Fail fast on the first request; later ones are repeated every few seconds.
        store = Store(address, address, credentials=credentials_from(), retry_delays=(0.5,))
        cache = cache or default_cache(address)
        release = open_mirror(store, cache, releases, release_name or "")
        releases = release.path.parent
    elif release_name is not None:
        raise UsageError("--release goes with --endpoint; older releases are served by their names")
    else:
        if builds or not release_names(releases):
            click.echo(f"building a release of {collection}", err=True)
            build_collection(collection, archives, releases)
        else:
            _compare(releases, collection)
        release = open_release(releases)

    def announce(address: str) -> None:
        title = release.manifest.get("title", "")
        click.echo(f"release {release.name} of “{title}” at {address} (stop with Ctrl+C)", err=True)

    serve_releases(
        releases,
        listener,
        timeout,
        workers,
        memory=memory << 20,
        cache=cache,
        remote=store,
        local_description=release_name is not None,
        public_url=public_url,
        archives=archives if show_archive else None,
        announce=announce,
    )


def _compare(releases: Path, collection: Path) -> None:
    """Say whether the newest release is of these records as they are now.

    Raises UsageError if the collection that the user has named is another one.
    """
    from onrecord.releases.release import build_note_of, digest_of

    note = build_note_of(releases)
    if note is None:
        return
    source = click.get_current_context().get_parameter_source("collection")
    if note.collection != str(collection.resolve()):
        if source is not click.core.ParameterSource.DEFAULT:
            raise UsageError(
                f"{releases}: its newest release is of {note.collection}, not of {collection};"
                " name another folder with --releases, or build with --build"
            )
        collection = Path(note.collection)
    if collection.is_dir() and digest_of(collection) != note.digest:
        click.echo(
            f"{collection}: records or rules have changed since release {note.release} was built;"
            " build one with --build",
            err=True,
        )
