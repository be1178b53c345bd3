"""A synthetic collection of any size, to see how whatever reads a collection grows with it."""
