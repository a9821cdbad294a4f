"""TODO ingest/linking/registry."""
