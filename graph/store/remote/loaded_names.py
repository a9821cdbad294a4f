"""Names of graphs in a remote store that holds several releases side by side.

A release's graphs are loaded under names of that release alone, so that a new one can be loaded
while readers ask the old one, and the switch is one small graph (`published.py`). The build's own
names are put back: in queries before they are sent, in answers before they are read. It is one
renaming of text everywhere, data included, so that joins and comparisons come out the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.prologue import declared_prefixes, full_address
from permed.graph.store.query.tokens import Token, tokens
from permed.ontology import QUERY_PREFIXES

__all__ = ["LoadedNames"]

_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_MERGED: Final = "merged"  # no source is called so: the graph in which each triple stands once


@dataclass(frozen=True)
class LoadedNames:
    """The renaming of one release: base address of the graph, id of the release."""

    base: str
    release: str

    @property
    def plain(self) -> str:
        """How names of graphs begin in the build."""
        return f"{self.base}graph/"

    @property
    def loaded(self) -> str:
        """How they begin in the remote store."""
        return f"{self.subject}graph/"

    @property
    def subject(self) -> str:
        """Address of the release in the list of what is published."""
        return f"{self.base}loaded/{self.release}/"

    @property
    def merged(self) -> str:
        """The graph that is the merge of all, as loaded."""
        return f"{self.subject}{_MERGED}"

    def as_loaded(self, text: str) -> str:
        """Return a name, or text with names in it, as it is in the remote store."""
        return text.replace(self.plain, self.loaded)

    def line(self, text: bytes) -> bytes:
        """Return a line of data as it is loaded."""
        return text.replace(self.plain.encode(), self.loaded.encode())

    def as_built(self, body: bytes) -> bytes:
        """Return an answer with the names of the build."""
        return body.replace(self.loaded.encode(), self.plain.encode())

    def dataset(self, asked: Dataset) -> Dataset:
        """Return the graphs of a request as they are called in the remote store."""
        return Dataset(
            tuple(map(self.as_loaded, asked.default)), tuple(map(self.as_loaded, asked.named))
        )

    def query(self, sparql: str) -> str:
        """Return a query that names the graphs as loaded, however its author wrote the names.

        Relative addresses are written in full: Virtuoso takes no BASE beside a dataset.
        """
        found = list(tokens(sparql))
        prefixes = {**QUERY_PREFIXES, **declared_prefixes(found)}
        base = next((b.text[1:-1] for a, b in pairwise(found) if _is_base(a, b)), self.base)
        parts: list[str] = []
        at = 0
        for token in found:
            if address := _address(token, prefixes, base):
                parts += [sparql[at : token.start], f"<{address}>"]
                at = token.start + len(token.text)
        return self.as_loaded("".join([*parts, sparql[at:]]))


def _is_base(word: Token, address: Token) -> bool:
    return word.kind == "word" and word.text.upper() == "BASE" and address.kind == "iri"


def _address(token: Token, prefixes: dict[str, str], base: str) -> str:
    """The address that a token stands for where it is not written in full; else nothing."""
    if token.kind == "iri" and not _ABSOLUTE.match(token.text):
        return urljoin(base, token.text[1:-1])
    if token.kind == "name" and "\\/" in token.text:
        return full_address(token.text, prefixes)
    return ""
