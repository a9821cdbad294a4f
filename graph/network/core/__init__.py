"""TODO graph/network/core."""
