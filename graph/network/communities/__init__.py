"""TODO graph/network/communities."""
