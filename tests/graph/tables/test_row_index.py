"""Looking rows up by a value gives what filtering gives, in the same order."""

from __future__ import annotations

import polars as pl
import pytest

from permed.graph.tables.row_index import RowIndex

_FRAME = pl.DataFrame({"agent": ["b", "a", None, "b", "c"], "activity": ["x", "y", "x", "z", "x"]})


@pytest.mark.parametrize("value", ["a", "b", "c", "nobody"])
def test_rows_of_a_value_are_those_that_a_filter_leaves(value: str) -> None:
    assert RowIndex(_FRAME, "agent")[value].equals(_FRAME.filter(pl.col("agent") == value))


def test_rows_of_several_values_stand_value_by_value() -> None:
    index = RowIndex(_FRAME, "agent")
    assert index.any_of(["b", "nobody", "a"])["activity"].to_list() == ["x", "z", "y"]
    assert index.any_of(["b", "a"], ("activity",)).to_dict(as_series=False) == {
        "activity": ["x", "z", "y"]
    }
    assert index.any_of([]).equals(_FRAME.clear())
    assert index.any_of(["nobody"]).equals(_FRAME.clear())
