"""TODO graph/store/answers."""
