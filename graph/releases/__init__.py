"""Releases: immutable folders, promotion and rollback, comparison, text index, VoID and DCAT description."""
