"""Fork server: a single-threaded process that forks the workers and reports how they ended.

The server process has an event loop and threads, which do not survive a fork; the fork server has
neither. It is the parent of all workers. It ends with the server, and the workers end with it.

Run as `python -m onrecord_server.workers.fork_server FD SPOOL MEMORY`, where FD is a
sequential-packet socket: the server sends `spawn STORE` with one end of a connection, where STORE
is the path of a store to open first, or empty; or `kill PID`. The fork server answers `started PID`
and later `ended PID STATUS`.
"""

import contextlib
import os
import selectors
import signal
import socket
import sys
from pathlib import Path

from onrecord_server.workers import sandbox, worker

_MESSAGE = 8192
"""Bytes of a message: a word, and the longest path that Linux has."""


def main(control: socket.socket, spool: Path, memory: int) -> None:
    """Serve the control socket until the server closes it."""
    sandbox.die_with_parent()
    children: set[int] = set()
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(reading, selectors.EVENT_READ)
        # A worker that loaded it with the first mistake would count as slow, and be replaced.
        worker.load_what_tells_mistakes()
        while True:
            for key, _ in selector.select():
                if key.fileobj == reading:
                    os.read(reading, 512)
                    _reap(control, children)
                elif not _handle_message(control, children, spool, memory):
                    return


def _handle_message(control: socket.socket, children: set[int], spool: Path, memory: int) -> bool:
    """Handle the next message; return False when the server has closed the socket."""
    message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE, 1)
    if not message:
        return False
    if message.startswith(b"spawn "):
        store = os.fsdecode(message.removeprefix(b"spawn "))
        with socket.socket(fileno=descriptors[0]) as connection:
            child = os.fork()
            if child == 0:
                _run_worker(connection, control, spool, memory, store)
        children.add(child)
        control.send(b"started %d" % child)
    elif (child := int(message.removeprefix(b"kill "))) in children:
        # It is not reaped yet, so the process id cannot belong to another process.
        os.kill(child, signal.SIGKILL)
    return True


def _run_worker(
    connection: socket.socket, control: socket.socket, spool: Path, memory: int, store: str
) -> None:
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        worker.work(connection, spool, memory, store)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0
    finally:
        if status:
            sys.excepthook(*sys.exc_info())
        # The worker is a copy of the fork server and must not run its exit handlers.
        os._exit(status)


def _reap(control: socket.socket, children: set[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            children.discard(child)
            control.send(b"ended %d %d" % (child, status))


if __name__ == "__main__":
    _descriptor, _spool, _memory = sys.argv[1:]
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        main(socket.socket(fileno=int(_descriptor)), Path(_spool), int(_memory))
