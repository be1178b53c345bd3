"""Flask application of a review: one page and its decisions, for the holder of the token.

A page of another origin must not read the article or decide: the token is in the address, Host has
to be the loopback address that was bound, and a decision comes from this origin, as JSON.
"""

from functools import partial
from hmac import compare_digest
from pathlib import Path

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from onrecord.errors import OnRecordError
from onrecord.reviewing.decision import Decided, next_card
from onrecord.reviewing.session import Session
from onrecord_server.review.page import Chosen, review_page

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_LARGEST = 1 << 20
"""Bytes of a decision."""
_STATIC = Path(__file__).parent / "static"
_BOUND_ADDRESS_ONLY = "ask for this page by the address that the terminal shows"


def create_review_app(session: Session, token: str, host: str, command: str) -> Flask:
    """Return the application; `host` is where it is served, `command` what records the result."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.before_request
    def refuse() -> Response | None:
        if request.headers.get("Host") != host:
            return _refusal(403, _BOUND_ADDRESS_ONLY)
        if not compare_digest(request.path.split("/")[1].encode(), token.encode()):
            return _refusal(404, _BOUND_ADDRESS_ONLY)
        if request.method == "POST" and request.headers.get("Origin") != f"http://{host}":
            return _refusal(403, "a decision comes from this page")
        if request.method == "POST" and request.mimetype != "application/json":
            return _refusal(415, "a decision is JSON")
        return None

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.errorhandler(OnRecordError)
    def fail(error: OnRecordError) -> Response:
        return _refusal(500, str(error))

    @app.errorhandler(HTTPException)
    def refuse_request(error: HTTPException) -> Response:
        return _refusal(error.code or 500, error.description or error.name)

    @app.get(f"/{token}/")
    def shown() -> str:
        session.opened()
        file = session.file()
        page = review_page(session, file, next_card(file, None))
        return render_template("review.html", page=page, command=command)

    for name, kind in (("review.css", "text/css"), ("review.js", "text/javascript")):
        content = (_STATIC / name).read_bytes()
        app.add_url_rule(
            f"/{token}/{name}",
            endpoint=name.replace(".", "-"),
            view_func=partial(Response, content, mimetype=kind),
        )

    @app.post(f"/{token}/do")
    def decide() -> Response:
        asked = request.get_json()
        if not isinstance(asked, dict):
            return _refusal(400, "a decision is a JSON object")
        is_shown = asked.get("do") == "show"
        try:
            decided = (
                Decided(session.file(), str(asked.get("card") or "") or None)
                if is_shown
                else session.decide(asked)
            )
        except OnRecordError as error:
            said = str(error).removeprefix(f"{asked.get('card')}: ")
            return jsonify(error=said, field=getattr(error, "field", ""))
        except OSError as error:
            return jsonify(error=f"not kept, {session.path}: {error.strerror}")
        chosen = Chosen(
            asked.get("figure") if is_shown else None,
            None if asked.get("do") == "drop" else asked.get("piece"),
        )
        page = review_page(session, decided.file, decided.focus, chosen)
        return jsonify(
            focus=decided.focus,
            message=decided.message,
            article=render_template("article.html", page=page),
            cards=render_template("cards.html", page=page),
            progress=render_template("progress.html", page=page, command=command),
        )

    return app


def _refusal(status: int, message: str) -> Response:
    return Response(f"{message}\n", status, content_type="text/plain; charset=utf-8")
