"""SHACL lint: flaws of shapes that would silently weaken or disable a constraint."""

from onrecord.shacl.lint.flaw import Flaw, checkable, strictly
from onrecord.shacl.lint.flaws import flaws
from onrecord.shacl.lint.notes import notes

__all__ = ["Flaw", "checkable", "flaws", "notes", "strictly"]
