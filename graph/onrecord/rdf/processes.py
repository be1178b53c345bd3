"""Processes that do the parts of a large check or build side by side, since Python uses one core.

A task whose process dies ends the whole work. For tasks that may end theirs, and are tried again,
there is `drafting/batch/worker_pool.py`.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from types import ModuleType
from typing import TypeVar

from onrecord.errors import OnRecordError

TaskResult = TypeVar("TaskResult")

_MOST = 4
"""Processes at most: each holds what it asks for and what it sorts, up to two gigabytes."""


class EndedProcessError(OnRecordError):
    """A process was ended before its work was done."""


def search_cycles_rarely() -> None:
    """Let Python search for cycles of objects rarely.

    A build makes millions of terms, none of them in a cycle, and the search took a fifth of the
    seconds that a curator waits for.
    """
    gc.set_threshold(100_000, 20, 10)


def most_processes() -> int:
    """Return how many processes work at once."""
    return min(os.cpu_count() or 1, _MOST)


@contextmanager
def workers(
    is_large: bool, tasks_each: int | None = None, most: int | None = None
) -> Iterator[Executor]:
    """Yield what does several things at once: processes, or for small ones a single thread.

    There are `most` processes, else what `most_processes` returns. What is given to them must be
    picklable, and what is not begun when this ends is not done. A process that ends with its tasks,
    so many each, keeps no memory of theirs. Raises EndedProcessError if a process was ended from
    outside, as where there is no memory left.
    """
    if not is_large:
        with ThreadPoolExecutor(1) as alone:
            yield alone
        return
    # Not a fork: the store has threads, and a copy would hold its locks for good.
    number = most_processes() if most is None else most
    with _no_script():
        pool = ProcessPoolExecutor(
            number,
            mp_context=get_context("spawn"),
            initializer=_begin,
            max_tasks_per_child=tasks_each,
        )
        try:
            _start(pool, number)
            yield pool
        except BrokenProcessPool as error:
            raise EndedProcessError(
                "a process that did a part was ended from outside, perhaps as no memory was left"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def apart(task: Callable[..., TaskResult], *given: object) -> TaskResult:
    """Return what a task returns in a process of its own, which ends with it and keeps no memory.

    What is given, returned and raised must be picklable. An interrupt ends the process at once.
    Raises EndedProcessError if it was ended from outside.
    """
    with workers(is_large=True, most=1) as pool:
        process = pool.submit(os.getpid).result()
        try:
            return pool.submit(task, *given).result()
        except (KeyboardInterrupt, SystemExit):
            # Else it would be waited for until it has done all.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
            raise


def _start(pool: Executor, number: int) -> None:
    """Start all processes, which an interrupt reaches only once they have begun."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for _ in range(number):
            pool.submit(os.getpid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Begin a process, which ends without a word when it is interrupted or this one ends."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    search_cycles_rarely()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _no_script() -> Iterator[None]:
    """Hide the script of the user meanwhile.

    Each process would run it once more, with all that is done where `__main__` has no guard.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
