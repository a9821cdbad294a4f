"""`permed network`: measures, communities, comparisons and exports."""
