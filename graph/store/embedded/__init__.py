"""TODO graph/store/embedded."""
