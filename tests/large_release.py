"""A release of many claims by one speaker, made straight as quads, for the tests of limits."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from endpoint_release import release_of_quads
from onrecord.rdf.namespaces import CODE, DCTERMS, RDF, RDFS, REC, SCHEMA
from onrecord.releases.release import LATEST, STORE
from onrecord.releases.tables.projection import TABLES, write_tables

BASE = "https://example.org/many/"
AROUND = 300
"""How many reports, other claims and comparisons the claim `first` has around it."""
APART = 30
"""How many claims after these compare two others."""

_FEW = """
@prefix : <https://example.org/many/> .
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unit: <http://qudt.org/vocab/unit/> .

<actor/speaker> a rec:Actor ; schema:name "Speaker" ; rdfs:label "Speaker" ;
    schema:description "Says much"@en .
<topic/all> a skos:Concept ; skos:prefLabel "all"@en ; rdfs:label "all"@en .
<topic/all-and-more> a skos:Concept ; skos:prefLabel "all and more"@en ;
    rdfs:label "all and more"@en ;
    skos:broader <topic/all> .
code:direct skos:prefLabel "direct"@en ; rdfs:label "direct"@en .
code:verbatim skos:prefLabel "verbatim"@en ; rdfs:label "verbatim"@en .
code:change skos:prefLabel "change"@en ; rdfs:label "change"@en .
code:asserted skos:prefLabel "asserted"@en ; rdfs:label "asserted"@en .
code:stated skos:prefLabel "stated"@en ; rdfs:label "stated"@en .
code:eq skos:prefLabel "equal"@en ; rdfs:label "equal"@en .
<product/shell> rdfs:label "shell"@en .
unit:UNITLESS rdfs:label "unitless"@en .
<actor/one> a rec:Actor ; rdfs:label "One" .
<actor/two> a rec:Actor ; rdfs:label "Two" .
<series/ratio> a rec:Series ; rdfs:label "shells of One against those of Two" ;
    rec:bearer <actor/one> ; rec:versus <actor/two> ; rec:product <product/shell> ;
    qudt:hasUnit unit:UNITLESS .
<actor/three> a rec:Actor ; rdfs:label "Three" .
<actor/four> a rec:Actor ; rdfs:label "Four" .
<series/apart> a rec:Series ; rdfs:label "shells of Three against those of Four" ;
    rec:bearer <actor/three> ; rec:versus <actor/four> ; rec:product <product/shell> ;
    qudt:hasUnit unit:UNITLESS .
<source/paper> a rec:Source ; schema:name "Paper" ; rdfs:label "Paper" .
<snapshot/paper> a rec:Snapshot ; rec:snapshotOf <source/paper> .
"""

_REPORT = """
<attestation/NAME> a rec:Attestation ; rec:attests <claim/CLAIM> ;
    rec:mode code:direct ; rec:attribution code:verbatim ;
    rec:passage <attestation/NAME#passage> .
<attestation/NAME#passage> oa:hasSource <snapshot/paper> ; rec:start 0 ; rec:end 7 ;
    rec:words "said it"@en .
"""

_FIGURE = """
<claim/NAME> rec:quantity <claim/NAME#quantity> .
<claim/NAME#quantity> rec:inSeries <series/SERIES> ; rec:comparator code:eq ;
    rec:comparableValue 2.0 ; rec:asStated "twice"@en .
"""

_OTHER = """
<claim/other-NUMBER> rec:contradicts <claim/first> .
<comparison/NUMBER> rec:first <claim/first#quantity> ;
    rec:second <claim/other-NUMBER#quantity> ;
    rec:outcome code:change ; rec:factor 2.0 .
"""


def write_large_release(releases: Path, size: int) -> Path:
    """Write a release of `size` claims and more; return the folder of releases.

    The claim `last` comes after all others, by its name and by its words.
    """
    parts = [_FEW, _REPORT.replace("NAME", "last").replace("CLAIM", "last")]
    of_one = _FIGURE.replace("SERIES", "ratio")
    parts.append(of_one.replace("NAME", "first"))
    for number in range(AROUND):
        parts.append(_OTHER.replace("NUMBER", str(number)))
        parts.append(of_one.replace("NAME", f"other-{number}"))
        parts.append(_REPORT.replace("NAME", f"first-{number}").replace("CLAIM", "first"))
    of_others = _FIGURE.replace("SERIES", "apart")
    parts += [of_others.replace("NAME", f"other-{AROUND + number}") for number in range(APART)]
    few = ox.parse("".join(parts), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    release_of_quads(releases, [*few, *_claims(size)], base=BASE, title="Many claims")
    store = ox.Store.read_only(str(releases / LATEST / STORE))
    write_tables(releases / LATEST / TABLES, store)
    return releases


def _claims(size: int) -> Iterator[ox.Quad]:
    names = ["first", *(f"other-{number}" for number in range(size - 2)), "last"]
    kind, text, label, speaker, credited, subject, modality, put, said_on, basis, date = (
        ox.NamedNode(str(term))
        for term in (
            RDF.type, SCHEMA.text, RDFS.label, REC.speaker, REC.speakerNames, DCTERMS.subject,
            REC.modality, REC.modalityInWords, REC.saidOn, REC.basis, DCTERMS.date,
        )
    )  # fmt: skip
    asserted, stated = ox.NamedNode(str(CODE.asserted)), ox.NamedNode(str(CODE.stated))
    claim_class, topic = ox.NamedNode(str(REC.Claim)), ox.NamedNode(f"{BASE}topic/all")
    actor = ox.NamedNode(f"{BASE}actor/speaker")
    for name in names:
        claim = ox.NamedNode(f"{BASE}claim/{name}")
        when = ox.NamedNode(f"{claim.value}#said-on")
        yield ox.Quad(claim, kind, claim_class)
        words = ox.Literal(f"{'zz' if name == 'last' else ''}{name}")
        yield ox.Quad(claim, text, words)
        yield ox.Quad(claim, label, words)
        yield ox.Quad(claim, speaker, actor)
        yield ox.Quad(claim, credited, ox.Literal("Speaker"))
        yield ox.Quad(claim, subject, topic)
        yield ox.Quad(claim, modality, asserted)
        yield ox.Quad(claim, put, ox.Literal("asserted"))
        yield ox.Quad(claim, said_on, when)
        yield ox.Quad(when, basis, stated)
        yield ox.Quad(when, date, ox.Literal("2025"))
