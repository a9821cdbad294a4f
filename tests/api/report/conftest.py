"""One report on the programme family of the packaged release, shared by all tests here."""

from __future__ import annotations

import pytest

from permed.api.report import FAMILY, Report, Selection, build_report
from permed.graph.network import Scope
from permed.graph.releases.release import Release


@pytest.fixture(scope="session")
def selection() -> Selection:
    """The programme family: some 200 organisations."""
    return Selection(Scope(relation=FAMILY))


@pytest.fixture(scope="session")
def report(
    release: Release, selection: Selection, tmp_path_factory: pytest.TempPathFactory
) -> Report:
    """The report on it, without PDF."""
    return build_report(release, tmp_path_factory.mktemp("report"), selection, pdf=False)
