"""Claims that an author makes in his own text have that text as their root, not whom it quotes."""

import bundled

OWN_TEXT_AT_ANOTHERS_EVENT = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX code: <https://w3id.org/onrecord/code#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
SELECT DISTINCT ?claim ?event WHERE {
  ?claim rec:speaker ?speaker ; rec:madeAt ?event .
  ?report rec:attests ?claim .
  { ?report rec:reliesOn/schema:publisher ?speaker . }
  UNION
  { ?report rec:mode code:editorial ;
            rec:passage/oa:hasSource/rec:snapshotOf/schema:publisher ?speaker . }
  ?event prov:wasAssociatedWith ?other .
  FILTER (?other != ?speaker)
  # Who reports what others say is an outlet, be its text archived or only relied on.
  ?text schema:publisher ?speaker .
  { ?another rec:reliesOn ?text . }
  UNION
  { ?another rec:passage/oa:hasSource/rec:snapshotOf ?text . }
  ?another rec:attests/rec:speaker ?other .
}
"""
"""Claims of an outlet in a text of its own that stand with the occasion of whom it reports."""


def test_what_is_said_in_a_text_of_ones_own_is_not_said_on_the_occasion_of_another() -> None:
    assert bundled.solutions(OWN_TEXT_AT_ANOTHERS_EVENT) == []
