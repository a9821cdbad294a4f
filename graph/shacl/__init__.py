"""TODO graph/shacl."""
