"""First and last day of dates of any precision, in columns and alone."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.tables.dates import first_day, first_day_of, last_day, last_day_of


@given(
    st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)), st.sampled_from([4, 7, 10])
)
def test_a_period_begins_and_ends_where_the_stated_text_does(day: date, size: int) -> None:
    text = day.isoformat()[:size]
    first, last = first_day_of(text), last_day_of(text)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    assert first <= day <= last
    assert {first.isoformat()[:size], last.isoformat()[:size]} == {text}
    assert text not in {before.isoformat()[:size], after.isoformat()[:size]}
    frame = pl.DataFrame({"at": [text]})
    assert frame.select(first_day("at")).item() == first
    assert frame.select(last_day("at")).item() == last


def test_a_time_is_cut_and_what_is_no_date_is_null() -> None:
    frame = pl.DataFrame({"at": ["2024-02-01T10:00:00", "2023-02-30", "soon", None, "2024-02"]})
    assert frame.select(last_day("at"))["at"].to_list() == [
        date(2024, 2, 1), None, None, None, date(2024, 2, 29)
    ]  # fmt: skip
    with pytest.raises(ValueError, match="month"):
        first_day_of("2024-13")
