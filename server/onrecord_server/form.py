"""The plain form: a page to type a query into, with the saved queries as examples."""

from flask import Response, render_template_string, request

from onrecord.paths import QUERIES
from onrecord.query import read_queries
from onrecord_server.endpoint import Endpoint

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>SPARQL – onrecord</title>
<h1>SPARQL</h1>
<p>Release {{ release }}. Programs ask at this same address: see the
<a href="?format=turtle">service description</a>.</p>
<form method="get">
<p><label>Query<br>
<textarea name="query" rows="16" cols="90" required>{{ text }}</textarea></label></p>
<p><label>Format <select name="format">
{% for name in ("json", "csv", "tsv", "xml", "turtle", "ntriples", "jsonld") -%}
<option>{{ name }}</option>
{% endfor %}</select></label> <button>Ask</button></p>
</form>
{% for query in queries %}
<details><summary>{{ query.title }}</summary>
<p>{{ query.answers }}</p>
<pre>{{ query.text }}</pre></details>
{% endfor %}
</html>
"""
_START = "SELECT ?s ?p ?o\nWHERE {\n  ?s ?p ?o .\n}\nLIMIT 20\n"


def form(endpoint: Endpoint) -> Response:
    """Return the form; a program that takes HTML only can still use it."""
    page = render_template_string(
        _PAGE,
        release=endpoint.shelf.newest().name,
        queries=read_queries(QUERIES),
        text=request.args.get("query") or _START,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; form-action 'self'"
    response.headers["Vary"] = "Accept"
    return response
