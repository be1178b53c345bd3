"""The server of releases: SPARQL, saved queries, linked data and pages."""
