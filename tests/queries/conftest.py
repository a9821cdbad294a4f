"""The catalogue asked on the packaged release."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl
import pytest

from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue

BASE = "https://w3id.org/permed/"
Ask = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def ask(store: EmbeddedStore) -> Ask:
    """Run a query of the catalogue with the given parameters, in its packaged form.

    Several tests look at the answers to the examples: each is asked once.
    """
    catalogue = Catalogue.load()

    @cache
    def run(name: str, **params: str) -> pl.DataFrame:
        question = catalogue.get(name)
        terms = question.bind(params, BASE)
        return store.query(question.sparql(BASE), substitutions=terms).frame()

    return run
