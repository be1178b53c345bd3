"""Logs: one JSON object a line on standard error, for each request and for what goes wrong."""

import itertools
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable
from json.encoder import encode_basestring_ascii as quoted

from gunicorn.config import Config
from gunicorn.glogging import Logger

_FLUSH_AFTER = 64 << 10

_process = secrets.token_hex(4)
_numbers = itertools.count(1)


def new_process() -> None:
    """Give request ids of this process a start of their own, after a fork."""
    global _process
    _process = secrets.token_hex(4)


def request_id() -> str:
    """Return an id that no other request has."""
    return f"{_process}-{next(_numbers):x}"


class RequestLog:
    """Gathers lines and writes them together, since a system call for each would cost more."""

    def __init__(self, write: Callable[[bytes], object] | None = None) -> None:
        self._lines: list[str] = []
        self._size = 0
        self._write = write or _to_stderr

    def request(
        self,
        identity: str,
        method: str,
        path: str,
        status: int,
        seconds: float,
        rows: int,
        release: str,
        kept: bool,
    ) -> None:
        """Note one request; `seconds` is until its response began."""
        line = (
            f'{{"time":{time.time():.3f},"event":"request","id":"{identity}","method":"{method}",'
            f'"path":{quoted(path)},"status":{status},"ms":{seconds * 1000:.2f},"rows":{rows},'
            f'"release":"{release}","kept":{"true" if kept else "false"}}}\n'
        )
        self._lines.append(line)
        self._size += len(line)
        if self._size > _FLUSH_AFTER:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        if self._lines:
            lines, self._lines, self._size = self._lines, [], 0
            self._write("".join(lines).encode())


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
