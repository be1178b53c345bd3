"""Description of a release as schema.org/Dataset, as search engines for data read it."""

import json

from onrecord.releases.descriptions.facts import DatasetFacts, FileFacts


def render(facts: DatasetFacts) -> bytes:
    """Return the description as JSON-LD."""
    text = json.dumps(described(facts), indent=2, ensure_ascii=False)
    return (text + "\n").encode()


def described(facts: DatasetFacts) -> dict[str, object]:
    """Return the required and the recommended properties of a dataset, and its downloads."""
    publisher = {
        "@type": "Organization",
        "@id": facts.publisher,
        "name": facts.publisher_name,
        "url": facts.publisher,
    }
    contacts = [
        {
            "@type": "ContactPoint",
            "@id": contact.node,
            "contactType": "corrections",
            "name": contact.name,
            **({"email": contact.email} if contact.email else {}),
            **({"url": contact.page} if contact.page else {}),
        }
        for contact in facts.contacts
    ]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": facts.dataset,
        "name": facts.title,
        "description": facts.description,
        "url": facts.dataset,
        "identifier": facts.dataset,
        "version": facts.release,
        "license": facts.license,
        "isAccessibleForFree": True,
        "creator": {**publisher, "contactPoint": contacts} if contacts else publisher,
        "publisher": {"@id": facts.publisher},
        "dateCreated": facts.created,
        "datePublished": facts.issued,
        "dateModified": facts.issued,
        "keywords": list(facts.keywords),
        **({"temporalCoverage": f"{facts.first_day}/{facts.last_day}"} if facts.first_day else {}),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": facts.title, "url": facts.base},
        "distribution": [_download(facts, file) for file in facts.files],
    }


def _download(facts: DatasetFacts, file: FileFacts) -> dict[str, object]:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": facts.folder + file.name,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
        "license": facts.license,
        "datePublished": facts.issued,
    }
