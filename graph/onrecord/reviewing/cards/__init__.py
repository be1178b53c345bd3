"""Cards for a reviewer: made from the drafts of a text, one a statement."""
