"""The `Network` (nodes, sparse weights) and what all measures share."""
