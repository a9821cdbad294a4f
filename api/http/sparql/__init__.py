"""SPARQL 1.1 protocol, service description, graph store protocol."""
