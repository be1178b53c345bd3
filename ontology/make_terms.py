#!/usr/bin/env python3
"""Make terms.txt: the names of the terms of each vocabulary that is used here.

Run it in the project's environment: `.venv/bin/python ontology/make_terms.py`. Most names come from the
vocabularies that rdflib carries; what rdflib lacks is listed here by hand, with the version it was
read from.
"""

import textwrap
from importlib.metadata import version
from pathlib import Path

from rdflib import namespace

CARRIED = {
    "dcat": namespace.DCAT,
    "dcterms": namespace.DCTERMS,
    "org": namespace.ORG,
    "owl": namespace.OWL,
    "prov": namespace.PROV,
    "rdf": namespace.RDF,
    "rdfs": namespace.RDFS,
    "schema": namespace.SDO,
    "sh": namespace.SH,
    "skos": namespace.SKOS,
    "time": namespace.TIME,
    "vann": namespace.VANN,
    "void": namespace.VOID,
    "xsd": namespace.XSD,
}

BY_HAND = {
    "cito": (
        "http://purl.org/spar/cito/",
        "CiTO of 2026-06-22, the relations that claims can have",
        "agreesWith citesAsEvidence confirms corrects discusses disagreesWith disputes extends"
        " includesQuotationFrom qualifies refutes supports updates",
    ),
    "dcat": (
        "",
        "DCAT 3 (W3C Recommendation, 22 August 2024), the terms that DCAT 2 lacks",
        "DatasetSeries hasCurrentVersion hasVersion inSeries isVersionOf last next prev"
        " previousVersion resource version",
    ),
    "edtf": ("http://id.loc.gov/datatypes/edtf/", "the Library of Congress's datatypes", "EDTF"),
    "oa": (
        "http://www.w3.org/ns/oa#",
        "Web Annotation Vocabulary (W3C Recommendation, 23 February 2017)",
        "Annotation Choice CssSelector CssStyle DataPositionSelector FragmentSelector"
        " HttpRequestState Motivation RangeSelector ResourceSelection Selector SpecificResource"
        " State Style SvgSelector TextPositionSelector TextQuoteSelector TextualBody TimeState"
        " XPathSelector annotationService bodyValue cachedSource canonical end exact hasBody"
        " hasEndSelector hasPurpose hasScope hasSelector hasSource hasStartSelector hasState"
        " hasTarget motivatedBy prefix processingLanguage refinedBy renderedVia sourceDate"
        " sourceDateEnd sourceDateStart start styleClass styledBy suffix textDirection via",
    ),
    "qudt": (
        "http://qudt.org/schema/qudt/",
        "QUDT of 2026-08-05, the terms of quantities",
        "Quantity QuantityKind QuantityValue Unit hasQuantityKind hasUnit numericValue",
    ),
    "schema": (
        "",
        "schema.org 30.0, the pending terms that rdflib lacks",
        "StatisticalVariable observationAbout observationPeriod",
    ),
    "sd": (
        "http://www.w3.org/ns/sparql-service-description#",
        "SPARQL 1.1 Service Description (W3C Recommendation, 21 March 2013)",
        "Dataset EntailmentProfile EntailmentRegime Feature Function Graph GraphCollection Language"
        " NamedGraph Service BasicFederatedQuery DereferencesURIs EmptyGraphs RequiresDataset"
        " SPARQL10Query SPARQL11Query SPARQL11Update UnionDefaultGraph availableGraphs"
        " defaultDataset defaultEntailmentRegime defaultGraph"
        " defaultSupportedEntailmentProfile endpoint entailmentRegime extensionFunction feature"
        " graph inputFormat languageExtension name namedGraph propertyFeature resultFormat"
        " supportedEntailmentProfile supportedLanguage",
    ),
    "unit": (
        "http://qudt.org/vocab/unit/",
        "QUDT units of 2026-08-05, those of counts, rates and shares",
        "MO NUM NUM-PER-YR PERCENT UNITLESS",
    ),
}

NOTES = {
    "time:inXSDDateTime": "deprecated in OWL-Time: write time:inXSDDateTimeStamp",
    "time:xsdDateTime": "deprecated in OWL-Time: write time:inXSDDateTimeStamp",
    "time:Year": "deprecated in OWL-Time: write a time:DateTimeDescription",
    "time:January": "deprecated in OWL-Time: write a time:DateTimeDescription",
    "unit:MO": "the synodic month: write a calendar month as the xsd:duration P1M",
}


def main() -> None:
    """Write terms.txt beside this script."""
    lines = [f"# The terms of other vocabularies, made by make_terms.py with rdflib {version('rdflib')}."]
    for prefix in sorted({*CARRIED, *BY_HAND}):
        names: set[str] = set()
        origins = []
        address = ""
        if prefix in CARRIED:
            vocabulary = CARRIED[prefix]
            address = str(vocabulary)
            names |= {str(term).removeprefix(address) for term in dir(vocabulary) if "__" not in term}
            names |= set(vocabulary._extras)  # the names that Python cannot have as attributes
            origins.append("rdflib")
        if prefix in BY_HAND:
            written, origin, listed = BY_HAND[prefix]
            address = address or written
            names |= set(listed.split())
            origins.append(origin)
        lines += ["", f"{prefix}: {address}", f"from: {'; '.join(origins)}"]
        lines += textwrap.wrap(
            " ".join(sorted(names)), 100, break_long_words=False, break_on_hyphens=False,
            initial_indent="  ", subsequent_indent="  ",
        )  # fmt: skip
    lines += ["", "notes:"]
    lines += [f"  {term} {note}" for term, note in sorted(NOTES.items())]
    Path(__file__).with_name("terms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
