"""TODO graph/releases."""
