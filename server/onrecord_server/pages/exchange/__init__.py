"""What programs of others take from a server: feeds, citations, annotations and the like."""
