"""TODO ingest/linking/matching."""
