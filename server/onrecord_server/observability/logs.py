"""Logs on standard error: a line for each request and for what goes wrong.

JSON for programs; text where standard error is a terminal.
"""

import itertools
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple

_process = secrets.token_hex(4)
_numbers = itertools.count(1)


def request_id() -> str:
    """Return an id that no other request has."""
    return f"{_process}-{next(_numbers):x}"


class Note(NamedTuple):
    """What there is to say of a request."""

    time: float
    """When its response had been written, in seconds since 1970."""
    identity: str
    method: str
    path: str
    status: int
    seconds: float
    """How long it took until then."""
    rows: int
    release: str
    kept: bool


def requests(notes: Iterable[Note]) -> None:
    """Write a line for each request, together, since a system call for each would cost more."""
    line = _text_line if sys.stderr.isatty() else _json_line
    lines = [line(note) for note in notes]
    if lines:
        _to_stderr("".join(lines).encode())


def _json_line(note: Note) -> str:
    time, identity, method, path, status, seconds, rows, release, kept = note
    return (
        f'{{"time":{time:.3f},"event":"request","id":"{identity}","method":"{method}",'
        f'"path":{quoted(path)},"status":{status},"ms":{seconds * 1000:.2f},"rows":{rows},'
        f'"release":"{release}","kept":{"true" if kept else "false"}}}\n'
    )


def _text_line(note: Note) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(note.time))
    # Escaped as in JSON: a path may hold what a terminal obeys.
    path = quoted(note.path)[1:-1]
    return f"{clock} {note.method} {path} {note.status} {note.seconds * 1000:.1f} ms\n"


def event(name: str, **fields: str | int | float) -> None:
    """Write one line about something other than a request."""
    if sys.stderr.isatty():
        told = ", ".join(f"{key} {value}" for key, value in fields.items())
        line = f"{time.strftime('%H:%M:%S')} {name}: {told}"
    else:
        head = {"time": round(time.time(), 3), "event": name, "process": os.getpid()}
        line = json.dumps({**head, **fields})
    _to_stderr(f"{line}\n".encode())


def _to_stderr(data: bytes) -> None:
    os.write(sys.stderr.fileno(), data)


class LineFormatter(logging.Formatter):
    """Formats what libraries log as lines like ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object, or text for a terminal."""
        if sys.stderr.isatty():
            return super().format(record)
        fields = {
            "time": round(record.created, 3),
            "event": record.name,
            "level": record.levelname.lower(),
            "process": record.process,
            "message": record.getMessage().strip(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LineFormatter}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "line",
        }
    },
    # Below errors, uvicorn tells of each request that is no HTTP, which strangers send all day.
    "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
"""What libraries log, and where (logging.config.dictConfig)."""
