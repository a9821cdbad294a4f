"""TODO ingest/linking/scoring."""
