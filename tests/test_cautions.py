"""What has to be known of a claim before it is cited, and how its words were rendered."""

import pyoxigraph as ox
import pytest

from onrecord.derivation.derived import rules

X = "x:"
PREFIXES = """
PREFIX code: <https://w3id.org/onrecord/code#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
"""
CLAIM = "<x:a> a rec:Claim ; rec:quantity <x:f> . <x:f> rec:asStated 'a dozen' . "
PLAIN = "<x:plain> rec:attests <x:a> ; rec:tracing code:untraced . "
TIED = (
    "<x:tied> rec:attests <x:a> ; rec:tracing code:untraced ."
    " <x:j> rdf:subject <x:tied> ; rdf:predicate rec:attests . "
)
RESPUN = "<x:spun> rec:attests <x:a> ; rec:rendering code:respun . "
ALTERS = (
    "<x:k> rdf:subject <x:a> ; rdf:predicate rec:alters ; rdf:object <x:b> ;"
    " rec:reason 'Ten became twelve.'@en . <x:a> rec:alters <x:b> . "
)
TWICE = "<x:a> prov:alternateOf <x:b> . "
QUOTED = "<x:{name}> rec:attests <x:a> ; rec:passage [ rec:words '{words}' ] {rendering} . "


def derived(name: str, data: str) -> dict[str, str]:
    """Return what a rule derives, by the property's local name."""
    store = ox.Store()
    store.update(f"{PREFIXES} INSERT DATA {{ {data} }}")
    rule = next(rule for rule in rules() if rule.name == name)
    return {
        triple.predicate.value.partition("#")[2]: triple.object.value.rpartition("#")[2]
        for triple in store.query(rule.text)
    }


@pytest.mark.parametrize(
    ("data", "caution"),
    [
        (PLAIN, None),
        (TIED + PLAIN, None),
        (TIED, "whose word it is, or of what occasion, is inferred"),
        (PLAIN + RESPUN, "reported in words that a machine has rewritten"),
        (PLAIN + RESPUN + "<x:spun> rec:retractedIn <x:c> . ", None),
        (PLAIN + ALTERS, "judged to be altered on the way: Ten became twelve"),
        (PLAIN + ALTERS.replace("<x:a> rec:alters <x:b> . ", ""), None),
        (PLAIN + ALTERS + "<x:a> rec:retractedIn <x:c> . ", None),
        (
            PLAIN + TWICE,
            "another report of a saying that is on record from its own event, too:"
            " no second saying",
        ),
    ],
)
def test_a_claim_says_what_has_to_be_known_before_it_is_cited(
    data: str, caution: str | None
) -> None:
    assert derived("caution", CLAIM + data).get("cautionInWords") == caution


def quoted(name: str, words: str, rendering: str = "") -> str:
    made = f"; rec:rendering code:{rendering}" if rendering else ""
    return QUOTED.format(name=name, words=words, rendering=made)


@pytest.mark.parametrize(
    ("data", "words", "rendering"),
    [
        (quoted("p", "a dozen") + quoted("q", "about a dozen boats"), "a dozen", None),
        (
            quoted("p", "a dozen", "back-translated") + quoted("q", "we make a dozen"),
            "we make a dozen",
            None,
        ),
        (
            quoted("p", "a dozen", "back-translated") + quoted("q", "a dozen of them", "edited"),
            "a dozen of them",
            "edited",
        ),
        (
            quoted("p", "a dozen", "respun") + quoted("q", "just a dozen", "translated"),
            "just a dozen",
            "translated",
        ),
    ],
)
def test_a_quotation_is_one_of_the_words_spoken_if_there_is_one(
    data: str, words: str, rendering: str | None
) -> None:
    found = derived("quoted-figure", CLAIM + data)
    assert found.get("quotation") == words
    assert found.get("quotationRendering") == rendering
