"""Which level a growth led to: the one of its own time, where the speaker gave that one too."""

from decimal import Decimal
from pathlib import Path

import pytest

from onrecord.derivation.derived import derive, rules
from onrecord.rdf.namespaces import QUDT
from onrecord.records.assembly import assemble
from onrecord.records.collection import Collection, read_file

BASE = Path(__file__).parent / "conclusions" / "base.ttl"
RULES = [rule for rule in rules() if rule.name in ("comparable", "implied-baseline")]
SPEECH = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix : <https://example.org/pier/> .

:speech a rec:Event ; rec:occurredOn [ dcterms:date "2030-06-01"^^edtf:EDTF ] .
:doubled a rec:Claim ; rec:speaker :ada ; rec:madeAt :speech ; rec:modality code:asserted ;
    rec:quantity [ rec:inSeries :growth ; rec:comparator code:eq ; qudt:numericValue 2 ;
        rec:baseline [ dcterms:date "2028"^^edtf:EDTF ] ;
        rec:validFor [ dcterms:date "2030-06-01"^^edtf:EDTF ] ] .
"""
LEVEL = """
:level-NUMBER a rec:Claim ; rec:speaker :ada ; rec:madeAt :speech ; rec:modality code:MODALITY ;
    rec:quantity [ rec:inSeries :output ; rec:comparator code:eq ; qudt:numericValue NUMBER ;
        rec:over "P1Y"^^xsd:duration ; rec:validFor [ dcterms:date "TIME"^^edtf:EDTF ] ] .
"""


def level(number: int, modality: str, time: str) -> str:
    return LEVEL.replace("NUMBER", str(number)).replace("MODALITY", modality).replace("TIME", time)


@pytest.mark.parametrize(
    ("levels", "implied"),
    [
        ([level(100, "projected", "2031-12-31")], {50}),
        ([level(100, "projected", "2031-12-31"), level(60, "asserted", "2030-06-01")], {30}),
        ([level(100, "projected", "2031-12-31"), level(60, "asserted", "2030")], {30}),
        ([level(100, "projected", "2031-12-31"), level(60, "denied", "2030-06-01")], {50}),
    ],
    ids=["the plan alone", "the level of the day too", "of the year", "denied"],
)
def test_growth_led_to_the_level_of_its_own_time(
    levels: list[str], implied: set[int], tmp_path: Path
) -> None:
    speech = tmp_path / "speech.ttl"
    speech.write_text(SPEECH + "".join(levels), encoding="utf-8")
    files = tuple(read_file(path) for path in (BASE, speech))
    assembly = assemble(Collection(tmp_path, files, ()))
    graph = derive((assembly.records, assembly.completed), RULES)["implied-baseline"]
    values = {Decimal(str(value)) for value in graph.objects(None, QUDT.numericValue)}
    assert values == implied
