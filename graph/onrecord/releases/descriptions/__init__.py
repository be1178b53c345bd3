"""Descriptions of a release for catalogues and archives, all from one record of facts."""
