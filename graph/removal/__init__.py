"""Removal of people who ask for it: the list of them, tables without them, traces in a home."""
