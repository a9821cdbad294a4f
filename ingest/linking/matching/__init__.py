"""Matching of names and affiliations to a registry, one string or a whole table."""
