"""Around a node: its ego network, and the shortest ways from one node to another."""
