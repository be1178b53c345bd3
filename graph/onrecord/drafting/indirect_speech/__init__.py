"""Indirect speech: the words that report what a speaker said, without quoting it."""
