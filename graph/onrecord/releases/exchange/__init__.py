"""Forms in which programs of others take a claim, a source or an answer."""
