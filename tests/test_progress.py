"""Progress: silent where nobody looks, a sign on a terminal after two seconds."""

import os
import pty
import subprocess
import sys

WORK = (
    "import time; from onrecord.progress import step\nwith step('counting flares'): time.sleep({})"
)


def shown(seconds: float) -> str:
    """Return what a terminal shows of work that takes so many seconds."""
    master, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    subprocess.run(
        [sys.executable, "-c", WORK.format(seconds)], stderr=terminal, env=environment, check=True
    )
    os.close(terminal)
    os.set_blocking(master, False)
    try:
        return os.read(master, 1 << 16).decode(errors="replace")
    except (BlockingIOError, OSError):
        return ""
    finally:
        os.close(master)


def test_work_of_more_than_two_seconds_shows_what_it_is() -> None:
    assert "counting flares" in shown(2.6)


def test_quick_work_shows_nothing() -> None:
    assert shown(0.1) == ""


def test_nothing_is_shown_where_no_terminal_is() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WORK.format(2.2)], capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
