"""PerMed Graph: the package that is installed, and its Python face.

The folders of the checkout (`ontology/`, `graph/`, `ingest/`, `queries/`, `api/`) stand in here
through links, and as plain folders in a wheel: `permed.` and a file's path make its import.
"""
