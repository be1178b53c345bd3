"""The bridge from ASGI to WSGI, so that Flask's pages run in threads beside the event loop."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Flask

from onrecord_server import asgi

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIEnvironment

_LONGEST_BODY = 1 << 20


class _Started:
    """What a WSGI application says before its body."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: asgi.Pairs = []

    def start_response(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: "OptExcInfo | None" = None,
    ) -> Callable[[bytes], object]:
        self.status = int(status.partition(" ")[0])
        self.headers = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return _no_write


def _no_write(data: bytes) -> object:
    raise NotImplementedError("Flask returns its body and does not write it")


async def run_wsgi(
    app: Flask, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send, identity: str
) -> int:
    """Serve one request by a Flask application, and return the status it answered with."""
    try:
        body = await asgi.read_body(receive, _LONGEST_BODY)
    except asgi.BodyTooLargeError:
        text = f"the body is longer than {_LONGEST_BODY} bytes\n".encode()
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(text))]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": text})
        return 413
    started = _Started()
    environ = _environ(scope, body)
    result = await asyncio.to_thread(app.wsgi_app, environ, started.start_response)
    try:
        headers = [*started.headers, (b"x-request-id", identity.encode())]
        await send({"type": "http.response.start", "status": started.status, "headers": headers})
        await _send_body(result, send)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            await asyncio.to_thread(close)
    return started.status


async def _send_body(result: Iterable[bytes], send: asgi.Send) -> None:
    if isinstance(result, list | tuple):
        await send({"type": "http.response.body", "body": b"".join(result)})
        return
    parts: Iterator[bytes] = iter(result)
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _environ(scope: asgi.Scope, body: bytes) -> "WSGIEnvironment":
    """Return the environment of a request (PEP 3333)."""
    host, port = scope["server"] or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope["root_path"],
        # WSGI wants the bytes of the path, one a character.
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
