"""How long the server takes for each kind of page: `make bench-pages`.

In one process with its query workers, without HTTP: median milliseconds of pages that nobody has
asked for since the start (a new answer cache each time), and of pages asked for again.
"""

import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from browser import PAGE_TYPES
from built_releases import build_release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

UNCACHED, CACHED = 7, 15
"""Times that each page is asked for."""
WANTED = (30, 5)
"""Milliseconds that are aimed at, uncached and cached."""


def main() -> None:
    """Print a line for each kind of page of the bundled collection."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        releases = Path(sys.argv[1]) if sys.argv[1:] else folder / "releases"
        if not sys.argv[1:]:
            build_release("bundled", releases)
        with endpoint_in_thread(Settings(releases, folder / "cache")) as endpoint:
            client = create_app(endpoint).test_client()
            gc.freeze()  # as the server does when it has started

            def milliseconds(address: str, **more: str) -> float:
                start = time.perf_counter()
                client.get(address, headers={"Accept": "text/html", **more}, buffered=True)
                return (time.perf_counter() - start) * 1000

            print(f"{'page':18} {'uncached':>9} {'cached':>7}  wanted {WANTED[0]}, {WANTED[1]} ms")
            for kind, address in PAGE_TYPES["bundled"].items():
                milliseconds(address)  # templates and files are read once
                first = []
                for _ in range(UNCACHED):
                    endpoint.answer_cache.clear()
                    first.append(milliseconds(address, **{"Cache-Control": "no-cache"}))
                again = [milliseconds(address) for _ in range(CACHED)]
                times = statistics.median(first), statistics.median(again)
                missed = " <" if times[0] > WANTED[0] or times[1] > WANTED[1] else ""
                print(f"{kind:18} {times[0]:9.1f} {times[1]:7.1f}{missed}", flush=True)


if __name__ == "__main__":
    main()
