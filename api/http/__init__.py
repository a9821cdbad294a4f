"""The graph over HTTP: SPARQL 1.1, REST, linked data, query catalogue, reconciliation, pages."""

from permed.api.http.app import create_app
from permed.api.http.release.settings import Settings
from permed.api.http.server import serve

__all__ = ["Settings", "create_app", "serve"]
