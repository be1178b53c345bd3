"""ASGI-to-WSGI bridge: runs Flask's pages in threads beside the event loop.

The body is read before a thread is taken, so that a slow client occupies none (a2wsgi reads the
body in the thread).
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from onrecord_server.asgi import messages

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask


async def run_wsgi(
    app: "Flask", scope: messages.Scope, body: bytes, send: messages.Send, request_id: str
) -> None:
    """Answer one request with a Flask application."""
    status, pairs, result = await asyncio.to_thread(_call, app, _environ(scope, body))
    try:
        pairs.append((b"X-Request-Id", request_id.encode()))
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await messages.send_body(iter(result), send)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            await asyncio.to_thread(close)


def _call(app: "Flask", environ: "WSGIEnvironment") -> tuple[int, messages.Pairs, Iterable[bytes]]:
    """Call a Flask application; return its status, header fields and body."""
    status = 500
    pairs: messages.Pairs = []

    def start_response(
        line: str, headers: list[tuple[str, str]], exc_info: "OptExcInfo | None" = None
    ) -> Callable[[bytes], object]:
        nonlocal status
        status = int(line.partition(" ")[0])
        pairs[:] = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        # Flask returns its body and never calls `write`.
        return lambda _: None

    result = app.wsgi_app(environ, start_response)
    return status, pairs, result


def _environ(scope: messages.Scope, body: bytes) -> "WSGIEnvironment":
    """Return the WSGI environment of a request (PEP 3333)."""
    host, port = scope["server"] or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope["root_path"],
        # PEP 3333: the bytes of the path, decoded as Latin-1.
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
