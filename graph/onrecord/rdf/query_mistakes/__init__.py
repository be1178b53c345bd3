"""What is wrong with a SPARQL query that does not parse, said as a person would."""
