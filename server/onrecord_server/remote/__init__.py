"""Serving a release that lies in a SPARQL store elsewhere: what it is, and how it is asked."""
