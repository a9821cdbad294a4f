"""TODO graph/store/remote."""
