"""TODO graph/tables."""
