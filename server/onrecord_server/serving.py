"""Serving: gunicorn with the settings that this server wants."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication

from onrecord.release import Release
from onrecord.store import Store
from onrecord_server.elsewhere.mirror import mirror, mirror_of
from onrecord_server.logs import ServerLogger
from onrecord_server.opening import Setting
from onrecord_server.workers.pool import Limits

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

    from onrecord_server.front import Front


def serve(
    releases: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    timeout: float = 30.0,
    workers: int = 2,
    *,
    cache: Path | None = None,
    memory: int = Limits().memory,
    address: str | None = None,
    elsewhere: Store | None = None,
    named: bool = False,
) -> None:
    """Serve the releases in a folder until interrupted.

    `timeout` is in seconds for each query, `memory` in bytes; `workers` is the number of server
    processes, each with query workers of its own. `cache` is a folder for kept answers, by default
    in the user's cache directory; `address` the public address of the endpoint; `elsewhere` a store
    that has the release, of which `releases` is then the mirror, made of what the store says or,
    with `named`, of a release that is here. SIGHUP restarts the processes one after another without
    dropping a request; a new release needs not even that.
    """
    setting = Setting(
        releases=releases.absolute(),
        cache=cache or default_cache(releases),
        address=address or f"http://{host}:{port}/sparql",
        limits=Limits(seconds=timeout, memory=memory),
        elsewhere=elsewhere,
        named=named,
    )
    with _metrics_folder():
        _Server(setting, host, port, workers).run()


def mirrored(store: Store, cache: Path, known: Release | None = None) -> Release:
    """Return what is known here of the release in a store elsewhere, in a folder of its own.

    `known` is a release that is here and was put into a store that says nothing of it. Raises
    StoreError where there is no release.
    """
    if known is not None:
        return mirror_of(known, cache / "named")
    return mirror(store, cache / "mirror")


def default_cache(releases: Path | str) -> Path:
    """Return the folder in which answers of a folder of releases, or of an address, are kept."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = hashlib.sha256(
        str(releases.absolute() if isinstance(releases, Path) else releases).encode()
    ).hexdigest()[:16]
    return Path(root) / "onrecord" / name


@contextlib.contextmanager
def _metrics_folder() -> Iterator[None]:
    """Have the processes share their metrics, through files that go with the server."""
    folder = tempfile.mkdtemp(prefix="onrecord-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Server(BaseApplication):
    def __init__(self, setting: Setting, host: str, port: int, workers: int) -> None:
        self._setting = setting
        self._bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up."""
        settings = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": "onrecord_server.accepting.FairWorker",
            "asgi_lifespan": "on",
            # A client that goes away frees its worker at once.
            "asgi_disconnect_grace_period": 0,
            "keepalive": 75,
            "timeout": 60,
            "graceful_timeout": int(self._setting.limits.seconds) + 5,
            "limit_request_line": 32 << 10,
            "limit_request_field_size": 16 << 10,
            "control_socket_disable": True,
            "loglevel": "warning",
            "logger_class": ServerLogger,
            "child_exit": _forget,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> "Front":  # type: ignore[override]
        """Return the application of one server process."""
        # Imported in the process: the metrics look for their folder when they are imported.
        from onrecord_server.app import create_app
        from onrecord_server.front import Front

        return Front(self._setting, create_app)


def _forget(_server: "Arbiter", worker: "Worker") -> None:
    """Drop what a process that has ended measured of the present."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
