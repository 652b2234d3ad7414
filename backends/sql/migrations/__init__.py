"""Revisions of the schema, up and down, for both dialects."""
