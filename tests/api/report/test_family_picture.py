"""The picture of the family, where there are more actions than bars can show."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest

from permed.api.report.claims.coverage import coverage_by_year
from permed.api.report.family.through_time import family
from permed.api.report.figures.data import ReportData
from permed.graph.network.projection.roles import ROLE_SCHEMA

TOLD_BY = pl.DataFrame(schema={"activity": pl.String, "source": pl.String})


def _report(many: int) -> ReportData:
    """A report on so many actions; action i has i % 5 + 1 participants."""
    rows = [
        {"agent": f"organisation/{member}", "activity": f"csa/{i}", "activity_label": f"CSA {i}",
         "activity_kind": "csa", "start": date(2015 + i % 9, 1, 1), "end": date(2026, 1, 1)}
        for i in range(many) for member in range(i % 5 + 1)
    ]  # fmt: skip
    frame = pl.DataFrame(rows)
    empty = pl.DataFrame(schema=ROLE_SCHEMA)
    told = SimpleNamespace(
        rows=pl.concat([empty, frame], how="diagonal_relaxed"),
        day=date(2025, 6, 1), years=coverage_by_year(empty, TOLD_BY), weak_years=[],
    )  # fmt: skip
    return cast(ReportData, told)


@pytest.mark.parametrize(
    ("many", "drawn", "said"),
    [
        (7, 7, False),
        (1500, 40, True),
    ],
)
def test_the_largest_are_drawn_and_the_rest_is_told(many: int, drawn: int, said: bool) -> None:
    content = family(_report(many))
    assert content.data.height == many
    assert content.claims[0].values["total"] == many
    assert content.svg.count("CSA ") == drawn
    told = f"Shown are the 40 with most participants of {many:,}; all stand in the data file."
    assert (told in content.reading) == said


def test_one_action_is_told_as_one() -> None:
    told = "1 coordinating action, partnership or network since 2015; 1 runs on the day"
    assert family(_report(1)).finding.startswith(told)
