"""Answers once: what was answered is kept, since a release never changes.

Small answers lie in a database, large ones in files beside it. SQLite holds them together: several
server processes write at once, and a kill leaves whole answers or none.
"""

import hashlib
import json
import queue
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS answer (
        key BLOB PRIMARY KEY, written INTEGER NOT NULL, size INTEGER NOT NULL,
        head TEXT NOT NULL, body BLOB);
    CREATE INDEX IF NOT EXISTS answer_by_age ON answer (written, size);
"""
_PAUSE = 0.5
"""Seconds for which new answers are gathered, to be written in one go."""
_TABLE = 1 << 20
"""Bytes of the table that tells which keys are not in the database."""
_ROWS = 100
"""How many answers one statement writes."""
_CHECK_AFTER = 16 << 20
"""Bytes after which a process looks whether the bound is reached."""
_OVERHEAD = 1500
"""Bytes that an answer takes beside its body."""


class Answer(NamedTuple):
    """An answer as it is sent, but for its encoding."""

    body: bytes | Path
    size: int
    """How many bytes the body has."""
    content_type: str
    rows: int
    limited: bool
    """Whether rows were left out since there are more than the limit allows."""
    release: str
    etag: str
    """A strong validator, without its quotation marks."""


def key(*parts: str | tuple[str, ...] | None) -> bytes:
    """Return the key of a question: a hash of everything that its answer depends on."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=24).digest()


def digest(body: bytes | Path) -> str:
    """Return a validator for a body, the same for the same bytes."""
    if isinstance(body, bytes):
        return hashlib.blake2b(body, digest_size=16).hexdigest()
    with body.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class Answers:
    """The answers that are kept, at most `limit` bytes on disk and `memory` bytes at hand.

    One object for each process; any number of processes may share a folder.
    """

    def __init__(self, folder: Path, limit: int = 1 << 30, memory: int = 8 << 20) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._limit = limit
        self._memory = memory
        self._at_hand: OrderedDict[bytes, Answer] = OrderedDict()
        self._held = 0
        self._new: queue.SimpleQueue[tuple[bytes, Answer] | None] = queue.SimpleQueue()
        self._reading = self._connect()
        self._reading.executescript(_SCHEMA)
        self._written = bytearray(_TABLE)
        """A bit for each of the keys in the database, by their first bits."""
        self._seen = 0
        self._look_again = 0.0
        # By the index, which has no bodies to read over.
        self._mark("SELECT rowid, key FROM answer INDEXED BY sqlite_autoindex_answer_1")
        self._sweep()
        self._writer = threading.Thread(target=self._write, name="answers", daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Write what is left and close."""
        self._new.put(None)
        self._writer.join()
        self._reading.close()

    def get(self, key: bytes) -> Answer | None:
        """Return an answer that is kept."""
        answer = self._at_hand.get(key)
        if answer is not None:
            self._at_hand.move_to_end(key)
            return answer
        if not self._may_have(key):
            return None
        row = self._reading.execute(
            "SELECT head, body FROM answer WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        head, body = row
        path = self._file(key)
        if body is None and not path.exists():
            return None
        answer = Answer(path if body is None else body, **json.loads(head))
        self._hold(key, answer)
        return answer

    def _may_have(self, key: bytes) -> bool:
        """Return whether the database may have an answer; to ask it costs more than a table does.

        What other processes have written is seen after a moment, and until then answered again.
        """
        now = time.monotonic()
        if now > self._look_again:
            self._look_again = now + _PAUSE
            (newest,) = self._reading.execute("SELECT max(rowid) FROM answer").fetchone()
            if (newest or 0) < self._seen:
                # The newest were removed, so their numbers are given anew.
                self._seen = 0
            self._mark("SELECT rowid, key FROM answer WHERE rowid > ?", (self._seen,))
        place, bit = _place(key)
        return bool(self._written[place] & bit)

    def _mark(self, select: str, parameters: tuple[int, ...] = ()) -> None:
        """Mark the keys that a statement gives, with the numbers of their rows."""
        for number, key in self._reading.execute(select, parameters):
            self._seen = max(self._seen, number)
            place, bit = _place(key)
            self._written[place] |= bit

    def put(self, key: bytes, answer: Answer) -> Answer:
        """Keep an answer, and return it as it is kept: a large one moves to a file of its own."""
        if isinstance(answer.body, Path):
            path = self._file(key)
            answer.body.replace(path)
            answer = answer._replace(body=path)
        self._hold(key, answer)
        self._new.put((key, answer))
        return answer

    def _hold(self, key: bytes, answer: Answer) -> None:
        size = len(answer.body) if isinstance(answer.body, bytes) else 0
        if size > self._memory // 8:
            return
        before = self._at_hand.pop(key, None)
        if before is not None and isinstance(before.body, bytes):
            self._held -= len(before.body) + _OVERHEAD
        self._at_hand[key] = answer
        self._held += size + _OVERHEAD
        while self._held > self._memory:
            _, oldest = self._at_hand.popitem(last=False)
            self._held -= _OVERHEAD
            if isinstance(oldest.body, bytes):
                self._held -= len(oldest.body)

    def _file(self, key: bytes) -> Path:
        return self._folder / f"{key.hex()}.answer"

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._folder / "answers.db", timeout=10, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may cost the newest answers, which can be asked again, and never the rest.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _write(self) -> None:
        """Write answers as they come, several in one transaction, and keep to the bound."""
        connection = self._connect()
        unchecked = _CHECK_AFTER
        going = True
        while going:
            batch: list[tuple[bytes, Answer]] = []
            item = self._new.get()
            time.sleep(_PAUSE if item is not None else 0)
            while item is not None:
                batch.append(item)
                if self._new.empty():
                    break
                item = self._new.get()
            going = item is not None
            unchecked += sum(answer.size + _OVERHEAD for _, answer in batch)
            connection.execute("BEGIN IMMEDIATE")
            for start in range(0, len(batch), _ROWS):
                part = batch[start : start + _ROWS]
                # One statement for many rows: each statement hands the interpreter over and back.
                values = ", ".join(["(?, ?, ?, ?, ?)"] * len(part))
                fields = [field for item in part for field in _row(item)]
                connection.execute(f"INSERT OR REPLACE INTO answer VALUES {values}", fields)  # noqa: S608
            connection.execute("COMMIT")
            if unchecked > min(_CHECK_AFTER, self._limit // 8):
                self._trim(connection)
                unchecked = 0
        connection.close()

    def _trim(self, connection: sqlite3.Connection) -> None:
        """Remove the oldest answers if all together are over the bound."""
        (total,) = connection.execute("SELECT coalesce(sum(size), 0) FROM answer").fetchone()
        if total <= self._limit:
            return
        doomed: list[bytes] = []
        for key, size in connection.execute("SELECT key, size FROM answer ORDER BY written"):
            if total <= self._limit * 3 // 4:
                break
            doomed.append(key)
            total -= size
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("DELETE FROM answer WHERE key = ?", ((key,) for key in doomed))
        connection.execute("COMMIT")
        _remove(self._file(key) for key in doomed)

    def _sweep(self) -> None:
        """Remove files that no row speaks of, as a kill between the two leaves them."""
        recent = time.time() - 60
        for path in self._folder.glob("*.answer"):
            known = self._reading.execute(
                "SELECT 1 FROM answer WHERE key = ?", (bytes.fromhex(path.stem),)
            ).fetchone()
            if known is None and path.stat().st_mtime < recent:
                path.unlink(missing_ok=True)


def _place(key: bytes) -> tuple[int, int]:
    """Return the byte of the table that a key falls on, and the bit in it."""
    number = int.from_bytes(key[:4])
    return (number >> 3) % _TABLE, 1 << (number & 7)


def _row(item: tuple[bytes, Answer]) -> tuple[bytes, int, int, str, bytes | None]:
    key, answer = item
    head = {
        "size": answer.size,
        "content_type": answer.content_type,
        "rows": answer.rows,
        "limited": answer.limited,
        "release": answer.release,
        "etag": answer.etag,
    }
    body = answer.body if isinstance(answer.body, bytes) else None
    return key, time.time_ns(), answer.size + _OVERHEAD, json.dumps(head), body


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
