"""Documents of a release: its triples as parsed, in each format, with the HTTP of documents."""
