"""Quantities in a text: figures as they are written, and nothing that only looks like one.

No figure is reckoned but the factor of a two-sided ratio, which says so.
"""
