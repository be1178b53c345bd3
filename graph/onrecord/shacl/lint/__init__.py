"""Lint: what is wrong with shapes, so that nothing passes because a shape says nothing."""

from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.lint.flaws import flaws
from onrecord.shacl.lint.notes import notes

__all__ = ["Flaw", "flaws", "notes"]
