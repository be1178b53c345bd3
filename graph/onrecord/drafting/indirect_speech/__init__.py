"""Indirect speech: the words that report what somebody said, without quoting it."""
