"""Processes that do the parts of a large check or build side by side, since Python uses one core.

A task whose process dies ends the whole work. For tasks that may end theirs, and are tried again,
there is `drafting/batch/worker_pool.py`.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import ModuleType
from typing import TypeVar

import pyoxigraph as ox

from onrecord.errors import OnRecordError

SelectFunction = Callable[[str], ox.QuerySolutions]
"""Gives the rows of a SELECT."""
TaskResult = TypeVar("TaskResult")

_MOST = 4
"""Processes at most: each that asks the store holds what a question needs, up to a gigabyte."""
_FORMAT = ox.QueryResultsFormat.TSV


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

    What is given to it must be picklable, and what is not begun when this ends is not done. A
    process that ends with its tasks, so many each, keeps no memory of theirs. Raises
    EndedProcessError if a process was ended from outside, as where there is no memory left.
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


@contextmanager
def asked_ahead(store: Path, texts: Sequence[str], folder: Path) -> Iterator[SelectFunction]:
    """Yield what gives the rows of some SELECTs, which processes ask a store on disk, in turn.

    The store is open in no other process for writing. Until they are read, rows are kept as files
    in a folder that is made in `folder`.
    """
    with TemporaryDirectory(dir=folder) as name, workers(is_large=True) as pool:
        places = [Path(name) / str(number) for number in range(len(texts))]
        answers = {
            text: (place, pool.submit(_keep_rows, store, text, place))
            for text, place in zip(texts, places, strict=True)
        }

        def ask(text: str) -> ox.QuerySolutions:
            place, answer = answers[text]
            return _kept_rows(place, answer)

        yield ask


def asked(store: ox.Store) -> SelectFunction:
    """Return what asks a store when the rows are read. Raises TypeError if it is no SELECT."""

    def ask(text: str) -> ox.QuerySolutions:
        solutions = store.query(text)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(f"only a SELECT has rows: {text}")
        return solutions

    return ask


@cache
def _opened(store: Path) -> SelectFunction:
    return asked(ox.Store.read_only(str(store)))


def _keep_rows(store: Path, text: str, place: Path) -> None:
    """Ask a store, and write the rows into a file; done in a process that keeps the store open."""
    _opened(store)(text).serialize(place, format=_FORMAT)


def _kept_rows(place: Path, answer: Future[None]) -> ox.QuerySolutions:
    """Wait for the rows in a file, and return them; the file is gone once they are read."""
    answer.result()
    solutions = ox.parse_query_results(path=place, format=_FORMAT)
    place.unlink()
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError(f"{place}: no rows")
    return solutions
