"""Serving a release from a remote SPARQL store: its description, and queries to it."""
