"""The curated tables are read once, as shipped; the tests ask them for facts known by hand."""

from __future__ import annotations

import polars as pl
import pytest

from permed.graph.tables.checks import Checked, check, fold
from permed.graph.tables.model import TABLES
from permed.ingest.source import SourceData, SourceRequest, load


@pytest.fixture(scope="session")
def delivered() -> SourceData:
    return load("icpermed").read(SourceRequest())


@pytest.fixture(scope="session")
def checked(delivered: SourceData) -> dict[str, Checked]:
    return {name: check(frame, name, "icpermed") for name, frame in delivered.tables.items()}


@pytest.fixture(scope="session")
def curated(checked: dict[str, Checked]) -> dict[str, pl.DataFrame]:
    """Checked rows of every table, with the model's columns."""
    return {name: part.rows for name, part in checked.items()}


@pytest.fixture(scope="session")
def folded(curated: dict[str, pl.DataFrame]) -> dict[str, Checked]:
    """Tables of things with one row a thing, and the conflicts between their statements."""
    return {
        name: fold(frame, name, "icpermed")
        for name, frame in curated.items()
        if TABLES[name].key == ("id",)
    }
