"""TODO graph/network/measures."""
