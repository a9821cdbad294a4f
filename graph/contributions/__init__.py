"""TODO graph/contributions."""
