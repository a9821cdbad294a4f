"""TODO graph/store/query."""
