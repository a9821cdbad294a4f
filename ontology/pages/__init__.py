"""TODO ontology/pages."""
