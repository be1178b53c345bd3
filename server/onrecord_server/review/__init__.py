"""Local page on which a person judges drafts, each decision on disk before the next."""
