"""Drafts of claims: who says what in a text, with which figures and dates, for a person to judge.

Rules over the standard library propose; nothing here decides, and nothing is asked of a model.
"""
