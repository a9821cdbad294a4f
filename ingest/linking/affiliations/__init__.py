"""Affiliation strings: parsing, candidates, features, rivals and the decision."""
