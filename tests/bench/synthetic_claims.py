"""A collection of synthetic claims of any size, which `onrecord check` accepts without a finding.

    synthetic_claims.py NUMBER FOLDER

Speakers, series, topics and publishers recur as in real collections: each next one is one that is
there, in proportion to how often it has been, or a new one; the number of series grows as a power
of the claims (about 100 at 250 claims, 700 at 4,000), and the busiest one has a tenth of the
figures. Without texts, so passages are not checked. One number gives one collection.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from string import Template

BASE = "https://example.org/synthetic/"
_TEMPLATE = Path(__file__).parents[2] / "graph" / "onrecord" / "records" / "template"
_KINDS = ("actor", "attestation", "claim", "curation", "event", "judgement", "product", "series",
          "snapshot", "source", "topic")  # fmt: skip
_VOCABULARIES = {
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "qudt": "http://qudt.org/schema/qudt/",
    "schema": "https://schema.org/",
    "unit": "http://qudt.org/vocab/unit/",
    "code": "https://w3id.org/onrecord/code#",
    "rec": "https://w3id.org/onrecord/ns#",
}
_PREFIXES = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in {**_VOCABULARIES, **{kind: f"{BASE}{kind}/" for kind in _KINDS}}.items()
)
_MADE = "rec:recordedIn curation:reading .\n"
_MODALITIES = ("asserted",) * 7 + ("projected", "projected", "targeted", "denied", "possible")
_COMPARATORS = ("eq",) * 6 + ("approx", "approx", "gt", "le")
_MEASURES = ("output", "output", "output", "capacity", "delivery", "stock")


class Recurring:
    """Things that recur in proportion to how often they have occurred, or are new."""

    def __init__(self, chance: random.Random, discount: float) -> None:
        self.chance = chance
        self.discount = discount
        self.occurred: list[int] = []
        """The number of the thing at each occurrence."""
        self.number = 0

    def next(self) -> int:
        """Return the number of the next thing (a Pitman-Yor process of strength 1)."""
        seen = len(self.occurred)
        if self.chance.random() * (seen + 1) < 1 + self.discount * self.number:
            found, self.number = self.number, self.number + 1
        else:
            found = self.chance.choice(self.occurred)
        self.occurred.append(found)
        return found


def write(number: int, folder: Path) -> None:
    """Write the record files of a collection with a number of claims."""
    folder.mkdir(parents=True)
    for name in ("collection", "curations"):
        text = Template((_TEMPLATE / f"{name}.ttl").read_text(encoding="utf-8")).substitute(
            base=BASE, title="Synthetic", desk="Desk", today="2026-01-01",
            contact='schema:name "Desk"@en ; schema:email "desk@example.org"',
        )  # fmt: skip
        (folder / f"{name}.ttl").write_text(text, encoding="utf-8")
    claims = list(_claims(number))
    for start in range(0, len(claims), 100):
        text = _PREFIXES + "\n".join(claims[start : start + 100])
        (folder / f"claims-{start:06}.ttl").write_text(text, encoding="utf-8")


def _claims(number: int) -> Iterator[str]:
    """Yield the records of each claim, and those that it is the first to name."""
    chance = random.Random(number)  # noqa: S311 - figures to measure with
    speakers, series, publishers, bearers, products, topics = (
        Recurring(chance, discount) for discount in (0.5, 0.65, 0.4, 0.3, 0.3, 0.2)
    )
    named: set[str] = set()

    def once(name: str, text: str) -> str:
        is_new = name not in named
        named.add(name)
        return f"{name} {text}{_MADE}" if is_new else ""

    def actor(name: str, kind: str, more: str = "") -> str:
        label = name.partition(":")[2]
        return once(name, f'a rec:Actor , schema:{kind} ; schema:name "{label}"@en ;{more} ')

    def concept(name: str, more: str = "") -> str:
        scheme, _, label = name.partition(":")
        return once(
            name,
            f'a skos:Concept ; skos:inScheme <{BASE}{scheme}> ; skos:prefLabel "{label}"@en ; '
            f'skos:definition "Made up."@en ;{more} ',
        )

    scopes: dict[int, str] = {}
    figures: dict[int, int] = {}
    speaker, said = 0, date(2020, 1, 1)
    for each in range(number):
        # Three claims are made at each event, by its speaker on its day.
        if each % 3 == 0:
            speaker = speakers.next()
            said = date(2020, 1, 1) + timedelta(chance.randrange(2000))
        topic, figure = topics.next(), series.next()
        records = [actor(f"actor:speaker-{speaker}", "Person"), concept(f"topic:t{topic}")]
        if figure not in scopes:
            bearer, product = bearers.next(), products.next()
            wider = f" skos:broader product:p{product // 3} ;" if product else ""
            records += [
                concept(f"product:p{product // 3}") if product else "",
                concept(f"product:p{product}", wider),
                actor(f"actor:bearer-{bearer}", "Organization"),
            ]
            scopes[figure] = f"rec:measure code:{chance.choice(_MEASURES)}"
            figures[figure] = chance.randrange(1, 50) * 1000
            records.append(
                once(
                    f"series:s{figure}",
                    f'a rec:Series ; rdfs:label "series {figure}"@en ; {scopes[figure]} ; '
                    f"rec:product product:p{product} ; rec:bearer actor:bearer-{bearer} ; "
                    "qudt:hasUnit unit:NUM ; ",
                )
            )
        value = figures[figure] * chance.choice((1, 1, 1, 2, 3)) + 100 * chance.randrange(5)
        modality = chance.choice(_MODALITIES)
        year = said.year + (modality in ("projected", "targeted"))
        event = each // 3
        records += [
            once(
                f"event:e{event}",
                f'a rec:Event ; schema:name "event {event}"@en ; '
                f'rec:heldOn [ dcterms:date "{said}"^^edtf:EDTF ; rec:basis code:explicit ; '
                f'rec:asStated "{said}" ] ; prov:wasAssociatedWith actor:speaker-{speaker} ; ',
            ),
            f'claim:c{each} a rec:Claim ; schema:text "Claim {each} of {value}."@en ; '
            f"rec:speaker actor:speaker-{speaker} ; rec:madeAt event:e{event} ; "
            f'rec:saidOn [ dcterms:date "{said}"^^edtf:EDTF ; rec:basis code:explicit ; '
            f'rec:asStated "{said}" ] ; rec:modality code:{modality} ; '
            f'rec:validFor [ dcterms:date "{year}"^^edtf:EDTF ; rec:basis code:explicit ; '
            f'rec:asStated "in {year}" ] ; schema:about actor:speaker-{speaker} ; '
            f"dcterms:subject topic:t{topic} ; rec:quantity [ rec:inSeries series:s{figure} ; "
            f"rec:comparator code:{chance.choice(_COMPARATORS)} ; qudt:numericValue {value} ; "
            f'rec:over "P1Y"^^xsd:duration ; rec:asStated "{value} a year" ] ; {_MADE}',
        ]
        for outlet in range(chance.choice((1, 1, 1, 2, 3))):
            publisher, name = publishers.next(), f"{each}-{outlet}"
            relies = f"rec:reliesOn source:{each}-0 ; " if outlet and chance.random() < 0.5 else ""
            records += [
                actor(f"actor:publisher-{publisher}", "Organization"),
                f'source:{name} a rec:Source ; schema:name "Source {name}"@en ; '
                f"schema:publisher actor:publisher-{publisher} ; rec:publishedOn [ dcterms:date "
                f'"{said}"^^edtf:EDTF ; rec:basis code:explicit ; rec:asStated "{said}" ] ; '
                f'schema:inLanguage "en" ; {_MADE}'
                f"snapshot:{name} a rec:Snapshot ; rec:snapshotOf source:{name} ; "
                f'schema:sha256 "{hash_of(each, outlet)}" ; rec:extent code:whole ; {_MADE}'
                f"attestation:{name} a rec:Attestation ; rec:attests claim:c{each} ; {relies}"
                "rec:mode code:direct ; rec:attribution code:named ; "
                f"rec:passage [ oa:hasSource snapshot:{name} ; rec:start {each} ; "
                f'rec:end {each + 20} ; rec:words "{value} a year" ] ; {_MADE}',
            ]
        if each > 10 and chance.random() < 0.1:
            relation = chance.choice(("contradicts", "supersedes", "repeats"))
            records.append(
                f"judgement:j{each} a rec:Judgement ; rdf:subject claim:c{each} ; "
                f"rdf:predicate rec:{relation} ; rdf:object claim:c{chance.randrange(each)} ; "
                f'rec:reason "Made up."@en ; {_MADE}'
            )
        yield "".join(filter(None, records))


def hash_of(claim: int, outlet: int) -> str:
    """Return 64 hexadecimal digits that no other source has."""
    return f"{claim:032x}{outlet:032x}"


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
