"""Releases: immutable folders, promotion, rollback, comparison, text index, VoID and DCAT."""
