"""Progress: silent where nobody looks, a sign on a terminal after two seconds."""

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

from pace import wait_until

WORK = "import time; from onrecord.cli.progress import step\nwith step('counting flares'): ({})()"


def test_work_of_more_than_two_seconds_shows_what_it_is() -> None:
    """The work goes on until it is shown, at least as long as nothing may be."""
    master, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    work = WORK.format("__import__('sys').stdin.read")
    process = subprocess.Popen(
        [sys.executable, "-c", work], stdin=subprocess.PIPE, stderr=terminal, env=environment
    )
    os.close(terminal)
    os.set_blocking(master, False)
    shown = b""

    def is_shown() -> bool:
        nonlocal shown
        with suppress(BlockingIOError):
            shown += os.read(master, 1 << 16)
        return b"counting flares" in shown

    wait_until(is_shown)
    process.communicate()
    os.close(master)
    assert process.returncode == 0


def test_quick_work_shows_nothing() -> None:
    master, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    subprocess.run(
        [sys.executable, "-c", WORK.format("int")], stderr=terminal, env=environment, check=True
    )
    os.close(terminal)
    os.set_blocking(master, False)
    with pytest.raises(OSError):  # there is nothing to read, and nobody to write any more
        os.read(master, 1 << 16)
    os.close(master)


def test_nothing_is_shown_where_no_terminal_is() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WORK.format("lambda: time.sleep(2.2)")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
