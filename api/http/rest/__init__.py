"""REST: lists and things, catalogue questions, the reconciliation service."""
