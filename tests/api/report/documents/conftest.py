"""The packaged release as documents ask it, and the reports of two years, shared by all tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

import pytest

from permed.api.report.claims.coverage import thin_years
from permed.api.report.documents.asking import AskedRelease, scope_of
from permed.api.report.documents.section import Document
from permed.api.report.sheets.sheet import sheet_of
from permed.api.report.state_of_the_art.yearly import state_of_the_art
from permed.graph.network.projection.selection import release_roles
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.naming import naming_of
from tests.queries.conftest import Ask, ask

__all__ = ["ask"]


@pytest.fixture(scope="session")
def evidence(release: Release, store: EmbeddedStore, ask: Ask) -> AskedRelease:
    """The packaged release: questions, names, roles."""
    built = date.fromisoformat(release.receipt["built"][:10])
    naming = naming_of(store, release.base)
    roles = partial(release_roles, release)
    scope = scope_of(release.receipt)
    return AskedRelease(release.id, release.base, built, ask, naming, roles, scope=scope,
                        thin=partial(thin_years, release))  # fmt: skip


@pytest.fixture(scope="session")
def report_of(evidence: AskedRelease) -> Callable[[int], Document]:
    """The State-of-the-Art report of a year, made once."""
    return cache(lambda year: state_of_the_art(evidence, year))


@pytest.fixture(scope="session")
def sheet(evidence: AskedRelease) -> Callable[[str, str], Document]:
    """The sheet on a thing, made once."""
    return cache(lambda name, thing: sheet_of(name, thing, evidence))
