"""TODO graph/network/comparison."""
