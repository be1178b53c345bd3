"""The text of a SPARQL query: its grammar, its mistakes, and the patterns in it."""
