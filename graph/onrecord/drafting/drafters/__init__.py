"""Other drafters than the rules, and the one check that whatever they say has to pass."""
