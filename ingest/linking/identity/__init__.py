"""TODO ingest/linking/identity."""
