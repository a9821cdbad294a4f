"""TODO graph/network/analysis."""
