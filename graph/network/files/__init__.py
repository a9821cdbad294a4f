"""TODO graph/network/files."""
