"""`/claim/NAME.bib` and the like: claims and sources in the forms of programs of others."""

import json
from collections.abc import Callable

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from onrecord.errors import UsageError
from onrecord.releases.dumps import prefixes_for, serialized
from onrecord.releases.exchange.annotation import PROFILE, annotations
from onrecord.releases.exchange.citation import (
    CslItem,
    claim_item,
    render_bibtex,
    render_csl,
    source_item,
)
from onrecord.releases.exchange.nanopublication import NP, nanopublication
from onrecord.releases.exchange.record import ClaimRecord, RecordReader, SourceRecord
from onrecord.releases.exchange.schema_claim import schema_claim
from onrecord.releases.release import Release
from onrecord_server.documents.representation import WebLink, represented
from onrecord_server.documents.serialisation import without_unused_prefixes
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.endpoint import Endpoint

CITATIONS: dict[str, tuple[str, Callable[[CslItem], bytes]]] = {
    "bib": ("application/x-bibtex; charset=utf-8", render_bibtex),
    "csl.json": ("application/vnd.citationstyles.csl+json", render_csl),
}
"""Media type of each form of a citation, and what writes it, by suffix."""
_TRIG = "application/trig; charset=utf-8"


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of these forms."""
    forms = Blueprint("forms", __name__)

    @forms.get('/claim/<path:slug>.<any(bib,"csl.json","schema.jsonld","nanopub.trig"):form>')
    def claim_form(slug: str, form: str) -> AnyResponse:
        release = endpoint.catalogue.release(request.args.get("release"))
        reader = _reader(release)
        claim = reader.claim(f"{release.manifest['base']}claim/{slug}")
        if claim is None:
            raise RefusalError(404, f"no claim {slug!r} in release {release.name}")
        return _claim_form(release, reader, claim, form)

    @forms.get('/source/<path:slug>.<any(bib,"csl.json","annotations.jsonld"):form>')
    def source_form(slug: str, form: str) -> AnyResponse:
        release = endpoint.catalogue.release(request.args.get("release"))
        reader = _reader(release)
        source = reader.source(f"{release.manifest['base']}source/{slug}")
        if source is None:
            raise RefusalError(404, f"no source {slug!r} in release {release.name}")
        return _source_form(release, reader, source, form)

    @forms.get("/claim/<path:slug>/nanopub/<code>")
    def nanopub(slug: str, code: str) -> AnyResponse:
        """Answer for the IRI of a nanopublication, of whichever release here it is."""
        for name in reversed(endpoint.catalogue.names()):
            release = endpoint.catalogue.release(name)
            reader = _reader(release)
            claim = reader.claim(f"{release.manifest['base']}claim/{slug}")
            if claim is not None and _nanopub(reader, claim)[0].endswith(f"/{code}"):
                return _claim_form(release, reader, claim, "nanopub.trig", immutable=True)
        raise RefusalError(404, f"no release here has nanopublication {code!r} of claim {slug!r}")

    return forms


def cited(item: CslItem, suffix: str, release: Release) -> Response:
    """Return a citation in one of CITATIONS."""
    media_type, render = CITATIONS[suffix]
    links = [WebLink(str(item["id"]), "describes")]
    return represented(render(item), media_type, release, links=links)


def _reader(release: Release) -> RecordReader:
    try:
        return RecordReader(release)
    except UsageError as error:
        raise RefusalError(404, f"{error}, so this form is not here") from error


def _claim_form(
    release: Release,
    reader: RecordReader,
    claim: ClaimRecord,
    form: str,
    *,
    immutable: bool = False,
) -> Response:
    if form in CITATIONS:
        return cited(claim_item(claim, reader.note()), form, release)
    links = [WebLink(claim.iri, "describes"), WebLink(reader.note().license, "license")]
    if form == "schema.jsonld":
        body = _json(schema_claim(claim, reader.note()))
        return represented(body, "application/ld+json", release, links=links)
    iri, quads = _nanopub(reader, claim)
    prefixes = {**prefixes_for(str(release.manifest["base"])), "np": NP}
    data = without_unused_prefixes(serialized(quads, ox.RdfFormat.TRIG, prefixes))
    links.append(WebLink(iri, "cite-as"))
    return represented(data, _TRIG, release, links=links, immutable=immutable)


def _nanopub(reader: RecordReader, claim: ClaimRecord) -> tuple[str, list[ox.Quad]]:
    return nanopublication(claim.iri, reader.attestations(claim.iri), reader.dump, reader.note())


def _source_form(
    release: Release, reader: RecordReader, source: SourceRecord, form: str
) -> Response:
    if form in CITATIONS:
        return cited(source_item(source), form, release)
    address = f"{source.iri}.annotations.jsonld"
    body = _json(annotations(source, reader, reader.note(), address))
    return represented(body, PROFILE, release, links=[WebLink(source.iri, "describes")])


def _json(document: object) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
