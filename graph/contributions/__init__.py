"""RDF that others contribute: its named graphs, and the context it is judged in."""
