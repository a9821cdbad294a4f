"""Reconciliation Service API: manifest, batches of queries, suggestions, previews, extension."""
