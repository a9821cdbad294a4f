from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.mapping.terms import typed


def _term(text: str) -> str:
    return str(pl.DataFrame({"v": [text]}).select(typed("v", "decimal")).item())


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("990000.0", "990000"), ("990000", "990000"), ("0.50", "0.5"), ("-0.0", "0"),
        ("007.10", "7.1"), (".5", "0.5"), ("+3", "3"), ("1000.", "1000"), ("100", "100"),
    ],
)  # fmt: skip
def test_a_decimal_is_written_in_one_way(text: str, canonical: str) -> None:
    assert _term(text) == f'"{canonical}"^^<http://www.w3.org/2001/XMLSchema#decimal>'


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12)))
def test_the_value_stays(value: Decimal) -> None:
    text = f"{value:f}"
    assert Decimal(_term(text).split('"')[1]) == value
