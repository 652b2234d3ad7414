"""Artifact stores: rendered documents, encrypted before they get here, under keyed-hash names."""
