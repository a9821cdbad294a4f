"""Addresses of things: content negotiation, descriptions as RDF and JSON-LD."""
