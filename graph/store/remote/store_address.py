"""The address of a SPARQL server, the address at which its graphs are written, and who we are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from permed.graph.errors import InputError

__all__ = ["StoreAddress"]

# how the query address ends -> where the graph store stands (SPARQL 1.1 Graph Store Protocol);
# of the servers' own documentation: Oxigraph, Virtuoso, Fuseki, GraphDB and RDF4J
_GRAPH_STORES: Final = (
    (r"^(https?://[^/]+)/query$", r"\1/store"),
    (r"^(https?://[^/]+)/sparql$", r"\1/sparql-graph-crud"),
    (r"^(https?://[^/]+/sparql)-auth$", r"\1-graph-crud-auth"),
    (r"^(.+/repositories/[^/]+)$", r"\1/rdf-graphs/service"),
    (r"^(https?://[^/]+/.+)/(?:query|sparql)$", r"\1/data"),
)
_VIRTUOSO: Final = "/sparql-graph-crud"


@dataclass(frozen=True)
class StoreAddress:
    """A SPARQL 1.1 server: where it answers queries, where it takes graphs, and our credentials.

    Credentials are in no message and no log. InputError for an address that is none, or that
    holds a password.
    """

    address: str
    graphs: str = ""  # where graphs are written; by default found from the address
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for told in (self.address, self.graphs):
            if told:
                _check(told)

    @property
    def graph_store(self) -> str:
        """Address of the graph store; InputError where it cannot be told from the query address."""
        if self.graphs:
            return self.graphs
        for pattern, written in _GRAPH_STORES:
            if re.match(pattern, self.address):
                found = re.sub(pattern, written, self.address)
                return f"{found}-auth" if self.user and found.endswith(_VIRTUOSO) else found
        raise InputError(
            f"{self.address}: where this server takes graphs is not known; "
            "name the address of its graph store in the setting store_graphs"
        )

    @property
    def name(self) -> str:
        """Host and path, as the name of a file or a line of text may hold it."""
        parts = urlsplit(self.address)
        return f"{parts.netloc}{parts.path}"


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        secret = "@" in parts.netloc
    except ValueError:
        usable, secret = False, "@" in address
    if secret:
        raise InputError(
            "the address of the store holds a user or password: give them as PERMED_STORE_USER and"
            " PERMED_STORE_PASSWORD"
        )
    if not usable or re.search(r"[\s<>\"]", address):
        raise InputError(
            f"{address[:200]}: is no address of a SPARQL endpoint; write it as https://host/sparql"
        )
