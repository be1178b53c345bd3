"""`/openapi.json`: OpenAPI 3.1 description of `/sparql` and `/q/`."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version

from flask import Blueprint, Response, jsonify, request

from onrecord.releases.parameter_choices import Choices
from onrecord.releases.saved_query import Parameter, Query
from onrecord_server.documents.representation import host_of
from onrecord_server.pages.page_queries import base_of, choices_of, saved_queries_of
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS, JSON, JSON_LD, offered
from onrecord_server.sparql.protocol import FORM_TYPE, QUERY_TYPE

Json = dict[str, object]

_ROWS = offered("rows")

_SCHEMAS: dict[str, Json] = {
    "iri": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9/._~-]*$"},
    "date": {"type": "string", "format": "date"},
    "number": {"type": "number", "minimum": -1e15, "maximum": 1e15},
    "text": {"type": "string"},
    "language": {"type": "string", "pattern": r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
}
"""JSON Schema of each kind of parameter; an IRI in full, or relative to the base."""

_FLAG: Json = {"type": "string", "enum": ["1"]}
_SPARQL_JSON: Json = {"$ref": "#/components/schemas/SparqlResults"}
_TEXT: Json = {"schema": {"type": "string"}}

_REFUSALS = {
    "400": "The request is wrong; the text says where, and what to write instead.",
    "403": "An update, SERVICE, LOAD, or a graph that the release does not have.",
    "404": "There is no such release, saved query or format.",
    "406": "None of the formats on offer is acceptable.",
    "413": "The text is too long, or the query needs more memory than the limit.",
    "414": "The address is too long.",
    "415": "The body is of another type.",
    "502": "The remote store behind this server fails at the query; the text says how.",
    "503": "Too many queries are waiting; Retry-After says when to ask again.",
    "504": "The query took longer than the limit, which is named.",
}

_RESULTS: Json = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format.",
    "required": ["head"],
    "properties": {
        "head": {
            "type": "object",
            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
        },
        "boolean": {"type": "boolean"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": {
                            "type": "object",
                            "required": ["type", "value"],
                            "properties": {
                                "type": {"enum": ["uri", "literal", "bnode"]},
                                "value": {"type": "string"},
                                "datatype": {"type": "string"},
                                "xml:lang": {"type": "string"},
                            },
                        },
                    },
                }
            },
        },
    },
}


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the OpenAPI description."""
    openapi = Blueprint("openapi", __name__)

    @openapi.get("/openapi.json")
    def described() -> Response:
        release = endpoint.catalogue.release(request.args.get("release"))
        queries = saved_queries_of(endpoint, release)
        classes = {p.of for query in queries.values() for p in query.parameters if p.of}
        response = jsonify(
            description(
                title=str(release.manifest["title"]),
                host=host_of(endpoint),
                base=base_of(release),
                queries=queries.values(),
                known={of: choices_of(endpoint, release, of) for of in sorted(classes)},
            )
        )
        response.headers["X-Release"] = release.name
        return response

    return openapi


def description(
    title: str, host: str, base: str, queries: Iterable[Query], known: Mapping[str, Choices]
) -> Json:
    """Return the OpenAPI 3.1 description of a server over a collection.

    `queries` are the saved queries with the defaults of its release, `known` maps a class, as a
    prefixed name, to the things that a parameter may name; for a large class, to their number and
    the address of their list.
    """
    paths: dict[str, Json] = {"/sparql": _sparql()}
    for query in queries:
        parameters = [_parameter(parameter, base) for parameter in query.parameters]
        paths[f"/q/{query.name}"] = _saved_query(query, parameters)
        paths[f"/q/{query.name}.{{suffix}}"] = _saved_query(query, [_SUFFIX, *parameters], "_as")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version("onrecord"),
            "summary": "Who said what, when, with which figures, and on whose word we have it.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": host}],
        "paths": paths,
        "components": {
            "schemas": {
                "SparqlResults": _RESULTS,
                **{_schema_name(of): _one_of(things, of) for of, things in known.items()},
            }
        },
    }


_SUFFIX: Json = {
    "name": "suffix",
    "in": "path",
    "required": True,
    "description": "The format, whatever the Accept header says.",
    "schema": {"type": "string", "enum": [*(format.suffix for format in _ROWS), "html", "rq"]},
}

_RELEASE: Json = {
    "name": "release",
    "in": "query",
    "description": "An older release, by its name; the newest without it.",
    "schema": {"type": "string", "minLength": 1},
}


def _saved_query(query: Query, parameters: list[Json], ending: str = "") -> Json:
    """Return the path item of a saved query."""
    content: dict[str, Json] = {
        format.media_type: {"schema": _SPARQL_JSON} if format.suffix == "json" else _TEXT
        for format in _ROWS
    }
    content["text/html"] = _TEXT
    if ending:
        content["application/sparql-query"] = _TEXT
    flags: list[Json] = [
        {
            "name": "why",
            "in": "query",
            "description": "Add a column with the address of the passages behind each row.",
            "schema": _FLAG,
        },
        {
            "name": "excel",
            "in": "query",
            "description": "Make CSV safe and readable for spreadsheets.",
            "schema": _FLAG,
        },
        {
            "name": "comment",
            "in": "query",
            "description": "Begin CSV and TSV with the question and what it was asked with.",
            "schema": _FLAG,
        },
    ]
    return {
        "get": {
            "operationId": query.name.replace("-", "_") + ending,
            "summary": query.title,
            "description": query.answers
            + "\n\nColumns: "
            + ", ".join(f"{column.name} ({column.kind})" for column in query.columns)
            + f".\n\nWithdrawn claims: {query.withdrawn}.",
            "tags": ["questions"],
            "parameters": [*parameters, *flags, _RELEASE],
            "responses": _responses(content, "400", "404", "406", "413", "502", "503", "504"),
        }
    }


def _parameter(parameter: Parameter, base: str) -> Json:
    """Return a query's parameter, with its default."""
    schema = dict(_SCHEMAS[parameter.kind])
    about = parameter.about
    if parameter.of:
        schema = {"$ref": f"#/components/schemas/{_schema_name(parameter.of)}"}
    if parameter.default is not None:
        about += f"; {str(parameter.default).removeprefix(base)} if absent"
    return {"name": parameter.name, "in": "query", "description": about, "schema": schema}


def _schema_name(of: str) -> str:
    return of.replace(":", "-")


def _one_of(known: Choices, of: str) -> Json:
    """Return the schema of a thing of a class: a list of values with labels, or any IRI."""
    if not known.things:
        listed_at = f"there are {known.number:,}, not listed here; {known.address} lists them"
        return {**_SCHEMAS["iri"], "description": f"A {of}: {listed_at}."}
    listed = [{"const": value, "title": label} for value, label in known.things.items()]
    return {"type": "string", "description": f"A {of}.", "oneOf": listed}


def _sparql() -> Json:
    """Return the path item of the endpoint."""
    content: dict[str, Json] = {format.media_type: _TEXT for format in FORMATS}
    content[JSON.media_type] = {"schema": _SPARQL_JSON}
    content[JSON_LD.media_type] = {"schema": {}}
    content["text/html"] = _TEXT
    names = sorted({name for format in FORMATS for name in format.names})
    graphs: list[Json] = [
        {
            "name": name,
            "in": "query",
            "description": "A graph of the dataset, any number of times.",
            "schema": {"type": "array", "items": {"type": "string", "format": "uri"}},
        }
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    common: list[Json] = [
        *graphs,
        {
            "name": "format",
            "in": "query",
            "description": "A format; it wins over the Accept header.",
            "schema": {"type": "string", "enum": names},
        },
        _RELEASE,
    ]
    refusals = tuple(_REFUSALS)
    text: Json = {"type": "string", "minLength": 1}
    return {
        "get": {
            "operationId": "query",
            "summary": "Ask in SPARQL, or get the service description.",
            "tags": ["SPARQL"],
            "parameters": [{"name": "query", "in": "query", "schema": {"type": "string"}}, *common],
            "responses": _responses(content, *refusals),
        },
        "post": {
            "operationId": "query_by_post",
            "summary": "Ask in SPARQL, in the body.",
            "tags": ["SPARQL"],
            "parameters": common,
            "requestBody": {
                "required": True,
                "content": {
                    QUERY_TYPE: {"schema": text},
                    FORM_TYPE: {
                        "schema": {
                            "type": "object",
                            "required": ["query"],
                            "properties": {"query": text},
                        }
                    },
                },
            },
            "responses": _responses(content, *refusals),
        },
    }


def _responses(content: dict[str, Json], *refusals: str) -> Json:
    """Return the responses of an operation: an answer, or a refusal of one line."""
    return {
        "200": {
            "description": "The answer, whole unless X-Row-Limit says otherwise.",
            "headers": {
                "X-Row-Limit": {
                    "description": "How many rows there are here, where there are more.",
                    "schema": {"type": "integer"},
                }
            },
            "content": content,
        },
        **{
            status: {"description": _REFUSALS[status], "content": {"text/plain": _TEXT}}
            for status in refusals
        },
    }
