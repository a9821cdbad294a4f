"""How a query travels to a remote endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from permed.graph.store.query.dataset import Dataset

__all__ = ["HttpResponse", "Transport"]


@dataclass(frozen=True)
class HttpResponse:
    """What came back: status, headers in lower case and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """How a query reaches an endpoint; tests put their own in."""

    def __call__(
        self, endpoint: str, query: str, accept: str, seconds: float, dataset: Dataset, /
    ) -> HttpResponse:
        """Send one query about a dataset (empty: the endpoint's own); read the whole response."""
        ...
