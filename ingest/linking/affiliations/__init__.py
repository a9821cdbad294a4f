"""TODO ingest/linking/affiliations."""
