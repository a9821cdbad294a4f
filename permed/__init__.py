"""PerMed Graph: the package that is installed, and its Python face.

The folders of the checkout (`ontology/`, `graph/`, `ingest/`, `queries/`, `api/`) stand in here
through links, and as plain folders in a wheel: a file's path with `permed.` before it is its import.
"""
