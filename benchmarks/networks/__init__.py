"""Benchmarks of networks: speed beside networkx, size, and published figures."""
