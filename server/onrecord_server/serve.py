"""Running the HTTP server: socket, cache folders, metrics folder and uvicorn processes."""

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
from onrecord.releases.release import Release, open_release
from onrecord.releases.remote.sparql_client import Store
from onrecord_server.asgi.connections import BACKLOG, Connection, ConnectionLimits
from onrecord_server.asgi.fair_loop import FairLoop
from onrecord_server.limits import Limits
from onrecord_server.observability.logs import LOGGING, event
from onrecord_server.open_endpoint import Settings
from onrecord_server.remote.release import has_pushed, mirror_from_store, mirror_local_release

if TYPE_CHECKING:
    from onrecord_server.asgi_app import ReadyEvent

_KEEP_ALIVE = 75
"""Seconds that a connection may be idle between two requests."""
_HEALTH_TIMEOUT = 10
"""Seconds within which a new process must be up, else a restart keeps the old one, and within which
a process must answer a health check, else it is replaced."""


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket that does not listen yet. Raises UsageError if it cannot be bound.

    Bound before anything else is done, so that a port in use is reported immediately.
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
    remote: Store | None = None,
    local_description: bool = False,
    public_url: str = "",
    connections: ConnectionLimits | None = None,
    archives: tuple[Path, ...] | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the releases in a folder on a bound socket until interrupted.

    `timeout` is in seconds for each query, `memory` in bytes; `workers` is the number of server
    processes, each with its own query workers. `cache` is a folder for large answers, by default in
    the user's cache directory. `remote` is a store that has the data of the release; `releases` is
    then its mirror, of the release that the store serves or, with `local_description`, of one that
    stays. `public_url` is what public addresses begin with, if a proxy is before the server; by
    default it is the Host of each request. `archives` are folders of source texts that are shown to
    readers on this machine, None to show none. `announce` is called with the address once the
    server answers. SIGHUP replaces the processes one after another without dropping a request; a
    new release is served without it.

    Raises OnRecordError if no server process can start.
    """
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    with _cache_folder(cache, releases) as folder, _metrics_folder():
        settings = Settings(
            releases=releases.absolute(),
            cache=folder,
            address=f"{address}sparql",
            limits=Limits(seconds=timeout, memory=memory),
            connections=connections or ConnectionLimits(),
            remote=remote,
            local_description=local_description,
            public_url=public_url,
            archives=archives,
        )
        # From here on connections are queued until the first process is up.
        listener.listen(BACKLOG)
        ready = multiprocessing.get_context("spawn").Event()

        def announce_when_ready() -> None:
            ready.wait()
            announce(address)

        threading.Thread(target=announce_when_ready, daemon=True).start()
        supervisor = Multiprocess(_config(settings, ready, workers), [listener])
        supervisor.run()
    if not ready.is_set():
        raise OnRecordError("the server did not start; what is above says why")


def _config(settings: Settings, ready: "ReadyEvent", workers: int) -> Config:
    # Imported late: the metrics read PROMETHEUS_MULTIPROC_DIR at import.
    from onrecord_server.asgi_app import AsgiApp

    return Config(
        AsgiApp(settings, ready),
        workers=workers,
        http=Connection,
        loop=f"{FairLoop.__module__}:{FairLoop.__qualname__}",
        ws="none",
        lifespan="on",
        interface="asgi3",
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(settings.limits.seconds) + 5,
        timeout_worker_healthcheck=_HEALTH_TIMEOUT,
        log_config=LOGGING,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )


@contextlib.contextmanager
def _cache_folder(folder: Path | None, releases: Path) -> Iterator[Path]:
    """Yield a writable folder for large answers; a temporary one if the given one is read-only."""
    try:
        wanted = folder or default_cache(releases)
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            pass
    except (OSError, UsageError) as error:
        event("large answers are kept in a temporary folder", reason=str(error))
        with tempfile.TemporaryDirectory(prefix="onrecord-answers-") as temporary:
            yield Path(temporary)
    else:
        yield wanted


def open_mirror(store: Store, cache: Path, releases: Path, name: str = "") -> Release:
    """Return the mirror of a release in a remote store, in a folder below `cache`.

    Without a name it is the one that the store serves. A named one that `onrecord push` has not put
    there was put by other means, and is described by the release of that name in `releases`. Raises
    StoreError if the store has no release, UsageError if there is none of the name.
    """
    if not name:
        return mirror_from_store(store, cache / "pushed")
    if has_pushed(store, name):
        return mirror_from_store(store, cache / f"pushed-{name}", name)
    return mirror_local_release(open_release(releases, name), cache / "remote-local")


def default_cache(releases: Path | str) -> Path:
    """Return the cache folder for a folder of releases, or for the address of a store.

    Raises UsageError if the user has no cache directory.
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
    """Create a temporary folder through which the server processes share their metrics."""
    folder = tempfile.mkdtemp(prefix="onrecord-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
