"""Single values: the spellings that dumps use, and what is no value at all."""

from __future__ import annotations

import polars as pl
import pytest

from permed.ingest.sources.cordis import values


def parsed(expression: pl.Expr, *texts: str | None) -> list[object]:
    return (
        pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)})
        .select(expression)
        .to_series()
        .to_list()
    )


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2073781.25", "2073781.25"),
        ("2073781,25", "2073781.25"),
        ("2.073.781,25", "2073781.25"),
        ("2,073,781.25", "2073781.25"),
        ("2 073\u00a0781.5", "2073781.5"),
        ("230000,00", "230000.00"),
        ("1,234", "1234"),
        ("0", "0"),
        ("-5", None),
        ("n/a", None),
        ("1e6", None),
        ("12.345.6", None),
        (None, None),
    ],
)
def test_money(text: str | None, amount: str | None) -> None:
    assert parsed(values.money("x"), text) == [amount]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-09-01", "2022-09-01"),
        ("2025-08-26 16:19:52", "2025-08-26"),
        ("2022-09-01T00:00:00", "2022-09-01"),
        ("01/09/2022", "2022-09-01"),
        ("2022-02-30", None),
        ("September 2022", None),
        ("2022", None),
    ],
)
def test_day(text: str, day: str | None) -> None:
    assert parsed(values.day("x"), text) == [day]


def test_countries_are_iso_codes() -> None:
    texts = ("EL", "UK", "GR", "xk", "DE", "XH", "Germany", None)
    assert parsed(values.country("x"), *texts) == ["GR", "GB", "GR", "XK", "DE", None, None, None]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("52.5200661,13.404954", ["52.5200661", "13.404954"]),
        ("(52.52, -13.4)", ["52.52", "-13.4"]),
        ("50.838570051234567,4.375756406648373", ["50.8385700", "4.3757564"]),
        ("91,0", [None, "0"]),
        ("0,181", ["0", None]),
        ("north", [None, None]),
    ],
)
def test_coordinates(text: str, pair: list[str | None]) -> None:
    both = [parsed(values.latitude("x"), text)[0], parsed(values.longitude("x"), text)[0]]
    assert both == pair


def test_addresses() -> None:
    pages = ("www.example.org", "HTTP://Example.org/A", "https://a b.org", "nothing")
    assert parsed(values.page("x"), *pages) == [
        "http://www.example.org",
        "http://Example.org/A",
        None,
        None,
    ]
    assert parsed(values.year("x"), "2023", "2023.0", "1776", "23") == ["2023", "2023", None, None]
    assert parsed(values.boolean("x"), "TRUE", "no", "maybe") == [True, False, None]
    assert parsed(values.slug(pl.col("x")), "RISK FINANCE/1") == ["RISK-FINANCE-1"]
