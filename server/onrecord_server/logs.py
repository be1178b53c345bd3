"""Logs: one JSON object a line on standard error, for each request and for what goes wrong."""

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

from gunicorn.config import Config
from gunicorn.glogging import Logger

_process = secrets.token_hex(4)
_numbers = itertools.count(1)


def new_process() -> None:
    """Give request ids of this process a start of their own, after a fork."""
    global _process
    _process = secrets.token_hex(4)


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
    lines = [
        f'{{"time":{time:.3f},"event":"request","id":"{identity}","method":"{method}",'
        f'"path":{quoted(path)},"status":{status},"ms":{seconds * 1000:.2f},"rows":{rows},'
        f'"release":"{release}","kept":{"true" if kept else "false"}}}\n'
        for time, identity, method, path, status, seconds, rows, release, kept in notes
    ]
    if lines:
        _to_stderr("".join(lines).encode())


def event(name: str, **fields: str | int | float) -> None:
    """Write one line about something other than a request."""
    head = {"time": round(time.time(), 3), "event": name, "process": os.getpid()}
    _to_stderr((json.dumps({**head, **fields}) + "\n").encode())


def _to_stderr(data: bytes) -> None:
    os.write(sys.stderr.fileno(), data)


class JsonFormatter(logging.Formatter):
    """Formats what libraries log as lines like ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object."""
        fields = {
            "time": round(record.created, 3),
            "event": record.name,
            "level": record.levelname.lower(),
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields)


class ServerLogger(Logger):
    """gunicorn's logger, with what goes wrong as lines like ours, and requests left to us."""

    def setup(self, cfg: Config) -> None:
        """Set the handlers up."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())
