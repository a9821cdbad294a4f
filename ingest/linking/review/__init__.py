"""TODO ingest/linking/review."""
