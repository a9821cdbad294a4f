"""TODO ingest/linking/names."""
