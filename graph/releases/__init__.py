"""Releases: immutable folders, promotion and rollback, comparison, VoID and DCAT description."""
