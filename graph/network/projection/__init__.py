"""TODO graph/network/projection."""
