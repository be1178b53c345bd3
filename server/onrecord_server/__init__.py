"""HTTP server for releases: SPARQL endpoint, saved queries, linked data and HTML pages."""
