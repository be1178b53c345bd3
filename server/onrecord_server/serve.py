"""Serving: uvicorn with the settings that this server wants."""

import contextlib
import hashlib
import multiprocessing
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from onrecord.errors import OnRecordError, UsageError
from onrecord.files.user_folders import user_cache
from onrecord.releases.release import Release
from onrecord.releases.sparql_client import Store
from onrecord_server.asgi.connections import BACKLOG, Connection, ConnectionLimits
from onrecord_server.limits import Limits
from onrecord_server.observability.logs import LOGGING, event
from onrecord_server.open_endpoint import Setting
from onrecord_server.remote.release import mirror, mirror_of

if TYPE_CHECKING:
    from onrecord_server.asgi_app import Event

_KEEP_ALIVE = 75
"""Seconds that a connection may wait between two requests."""
_HEALTHY = 10
"""Seconds in which a process has to be up, or else a restart keeps the old one, and in which it
has to say that it is alive, or else it is replaced."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket on an address, not yet listening. Raises UsageError where that is not to be.

    Bound before anything else is done, so that a port that is taken is told at once.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise UsageError(
            f"{host}:{port}: {error.strerror}; name another --port, or --host"
        ) from error
    return listener


def serve(
    releases: Path,
    listener: socket.socket,
    timeout: float = 30.0,
    workers: int = 2,
    *,
    cache: Path | None = None,
    memory: int = Limits().memory,
    elsewhere: Store | None = None,
    named: bool = False,
    connections: ConnectionLimits | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the releases in a folder on a bound socket until interrupted.

    `timeout` is in seconds for each query, `memory` in bytes; `workers` is the number of server
    processes, each with query workers of its own. `cache` is a folder for large answers, by default
    in the user's cache directory; `elsewhere` a store that has the release, of which `releases` is
    then the mirror, made of what the store says or, with `named`, of a release that is here.
    `announce` is called with the address once it answers. SIGHUP replaces the processes one after
    another without dropping a request; a new release needs not even that.
    Raises OnRecordError where no server process can start.
    """
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    with _cache_folder(cache, releases) as folder, _metrics_folder():
        setting = Setting(
            releases=releases.absolute(),
            cache=folder,
            address=f"{address}sparql",
            limits=Limits(seconds=timeout, memory=memory),
            connections=connections or ConnectionLimits(),
            elsewhere=elsewhere,
            named=named,
        )
        # Connections wait from now on, for the first process that is up.
        listener.listen(BACKLOG)
        answering = multiprocessing.get_context("spawn").Event()

        def announce_when_answering() -> None:
            answering.wait()
            announce(address)

        threading.Thread(target=announce_when_answering, daemon=True).start()
        supervisor = Multiprocess(_config(setting, answering, workers), [listener])
        supervisor.run()
    if not answering.is_set():
        raise OnRecordError("the server did not start; what is above says why")


def _config(setting: Setting, answering: "Event", workers: int) -> Config:
    # Imported late: the metrics look for their folder when they are imported.
    from onrecord_server.asgi_app import Front

    return Config(
        Front(setting, answering),
        workers=workers,
        http=Connection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(setting.limits.seconds) + 5,
        timeout_worker_healthcheck=_HEALTHY,
        log_config=LOGGING,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )


@contextlib.contextmanager
def _cache_folder(named: Path | None, releases: Path) -> Iterator[Path]:
    """Give the folder for large answers, one that goes with the server where it cannot be written.

    So a server runs on a file system that is read-only.
    """
    try:
        wanted = named or default_cache(releases)
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            pass
    except (OSError, UsageError) as error:
        event("large answers are kept in a temporary folder", reason=str(error))
        with tempfile.TemporaryDirectory(prefix="onrecord-answers-") as folder:
            yield Path(folder)
    else:
        yield wanted


def mirrored(store: Store, cache: Path, known: Release | None = None) -> Release:
    """Return what is known here of the release in a store elsewhere, in a folder of its own.

    `known` is a release that is here and was put into a store that says nothing of it. Raises
    StoreError where there is no release.
    """
    if known is not None:
        return mirror_of(known, cache / "named")
    return mirror(store, cache / "mirror")


def default_cache(releases: Path | str) -> Path:
    """Return the folder for what is kept of a folder of releases, or of an address.

    Raises UsageError where the user has no folder for caches.
    """
    name = hashlib.sha256(
        str(releases.absolute() if isinstance(releases, Path) else releases).encode()
    ).hexdigest()[:16]
    try:
        return user_cache() / name
    except OSError as error:
        raise UsageError(f"{error.strerror}, or name a folder with --cache") from error


@contextlib.contextmanager
def _metrics_folder() -> Iterator[None]:
    """Have the processes share their metrics, through files that go with the server."""
    folder = tempfile.mkdtemp(prefix="onrecord-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
