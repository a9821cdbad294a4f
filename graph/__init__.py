"""The graph itself: record tables, their mapping to RDF, stores, releases, the gate, networks."""
