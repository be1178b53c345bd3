"""Description of a release in the DataCite schema 4.5, for a deposit with a DOI.

No identifier is made up: the archive that takes the deposit adds the DOI.
"""

import json

from onrecord.releases.descriptions.facts import DatasetFacts

_SPDX = {
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
}


def license_name(license: str) -> str:
    """Return the SPDX identifier of a licence; empty if it is not one of those known here."""
    return _SPDX.get(license, "")


def render(facts: DatasetFacts) -> bytes:
    """Return the metadata as JSON."""
    rights = {"rightsUri": facts.license}
    if license_name(facts.license):
        rights |= {
            "rightsIdentifier": license_name(facts.license),
            "rightsIdentifierScheme": "SPDX",
        }
    dates = [
        {"date": facts.created, "dateType": "Created"},
        {"date": facts.issued, "dateType": "Issued"},
    ]
    if facts.first_day:
        dates.append({"date": f"{facts.first_day}/{facts.last_day}", "dateType": "Coverage"})
    metadata = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
        "creators": [{"name": facts.publisher_name, "nameType": "Organizational"}],
        "titles": [{"title": facts.title, "lang": "en"}],
        "publisher": {"name": facts.publisher_name},
        "publicationYear": facts.issued[:4],
        "version": facts.release,
        "language": "en",
        "subjects": [{"subject": keyword, "lang": "en"} for keyword in facts.keywords],
        "dates": dates,
        "rightsList": [rights],
        "descriptions": [
            {"description": facts.description, "descriptionType": "Abstract", "lang": "en"}
        ],
        "alternateIdentifiers": [
            {"alternateIdentifier": facts.folder, "alternateIdentifierType": "URL"}
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": facts.dataset,
                "relatedIdentifierType": "URL",
                "relationType": "IsVersionOf",
            }
        ],
        "formats": sorted({file.media_type for file in facts.files}),
        "sizes": [f"{file.name}: {file.size} bytes" for file in facts.files],
        "url": facts.folder,
    }
    return (json.dumps(metadata, indent=2, ensure_ascii=False) + "\n").encode()
