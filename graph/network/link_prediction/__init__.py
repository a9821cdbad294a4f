"""TODO graph/network/link_prediction."""
