"""Review of drafts: a file of drafts that a person judges, and the records that come of it."""
