"""Access and error log on standard error: JSON lines, or text if that is a terminal."""

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


def new_request_id() -> str:
    """Return an id that is unique among all requests."""
    return f"{_process}-{next(_numbers):x}"


class AccessLogEntry(NamedTuple):
    """Access log entry of one request."""

    time: float
    """When the response had been sent, in seconds since 1970 (UTC)."""
    request_id: str
    method: str
    path: str
    status: int
    seconds: float
    """From the request until then."""
    rows: int
    release: str
    cached: bool


def write_requests(entries: Iterable[AccessLogEntry]) -> None:
    """Write the access log lines of requests, with one system call for all."""
    line = _text_line if sys.stderr.isatty() else _json_line
    lines = [line(entry) for entry in entries]
    if lines:
        _to_stderr("".join(lines).encode())


def _json_line(entry: AccessLogEntry) -> str:
    time, request_id, method, path, status, seconds, rows, release, cached = entry
    return (
        f'{{"time":{time:.3f},"event":"request","id":"{request_id}","method":"{method}",'
        f'"path":{quoted(path)},"status":{status},"ms":{seconds * 1000:.2f},"rows":{rows},'
        f'"release":"{release}","kept":{"true" if cached else "false"}}}\n'
    )


def _text_line(entry: AccessLogEntry) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(entry.time))
    # Escaped as in JSON: a path may contain escape sequences of a terminal.
    path = quoted(entry.path)[1:-1]
    return f"{clock} {entry.method} {path} {entry.status} {entry.seconds * 1000:.1f} ms\n"


def event(name: str, **fields: str | int | float) -> None:
    """Write a log line about an event other than a request."""
    if sys.stderr.isatty():
        details = ", ".join(f"{key} {value}" for key, value in fields.items())
        line = f"{time.strftime('%H:%M:%S')} {name}: {details}"
    else:
        head = {"time": round(time.time(), 3), "event": name, "process": os.getpid()}
        line = json.dumps({**head, **fields})
    _to_stderr(f"{line}\n".encode())


def _to_stderr(data: bytes) -> None:
    os.write(sys.stderr.fileno(), data)


class LineFormatter(logging.Formatter):
    """Formats log records of libraries as lines of this log."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object, or text if standard error is a terminal."""
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
    # Below ERROR, uvicorn logs each malformed request, and the public web sends many of them.
    "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
"""Logging configuration for libraries (logging.config.dictConfig)."""
