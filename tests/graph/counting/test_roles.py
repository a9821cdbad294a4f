from __future__ import annotations

from datetime import date

import polars as pl

from permed.graph.counting import counted, one_row_a_role

DAY = date(2020, 1, 1)
NONE = pl.DataFrame(schema={"agent": pl.String, "unit": pl.String})
Statement = tuple[str, str, date | None, float | None, int | None]


def _roles(*statements: Statement, units: pl.DataFrame = NONE) -> list[tuple[object, ...]]:
    frame = pl.DataFrame(
        statements,
        schema={
            "agent": pl.String,
            "role": pl.String,
            "start": pl.Date,
            "amount": pl.Float64,
            "part": pl.Int64,
        },
        orient="row",
    ).with_columns(
        activity=pl.lit("project/1"),
        end=pl.lit(None, pl.Date),
        attested_from=pl.lit(None, pl.Date),
        attested_until=pl.lit(None, pl.Date),
        at=pl.lit(None, pl.String),
    )
    told = one_row_a_role(frame, units).select("agent", "role", "start", "amount")
    return sorted(told.iter_rows(), key=str)


def test_two_statements_of_one_role_are_one_row_and_one_sum() -> None:
    told = _roles(("a", "participant", None, 100.0, None), ("a", "participant", None, 100.0, None))
    assert told == [("a", "participant", None, 100.0)]


def test_the_first_amount_stands_where_statements_differ() -> None:
    told = _roles(("a", "participant", None, 100.0, None), ("a", "participant", None, 99.0, None))
    assert told == [("a", "participant", None, 100.0)]


def test_an_amount_that_only_one_statement_has_counts() -> None:
    told = _roles(("a", "participant", None, None, None), ("a", "participant", None, 7.0, None))
    assert told == [("a", "participant", None, 7.0)]


def test_parts_of_one_role_add_up() -> None:
    told = _roles(("a", "third-party", None, 50.0, None), ("a", "third-party", None, 50.0, 2))
    assert told == [("a", "third-party", None, 100.0)]


def test_a_statement_without_a_first_day_is_one_of_the_dated_role() -> None:
    told = _roles(("a", "participant", None, 100.0, None), ("a", "participant", DAY, 100.0, None))
    assert told == [("a", "participant", DAY, 100.0)]


def test_one_sum_under_two_role_types_counts_once() -> None:
    told = _roles(("a", "partner", None, 100.0, None), ("a", "participant", None, 100.0, None))
    assert sum(row[3] or 0 for row in told) == 100.0  # type: ignore[misc]
    assert len(told) == 2


def test_different_sums_of_different_roles_add_up() -> None:
    told = _roles(("a", "participant", None, 100.0, None), ("a", "third-party", None, 30.0, None))
    assert sum(row[3] or 0 for row in told) == 130.0  # type: ignore[misc]


def test_two_names_of_one_unit_are_one_partner_and_one_sum() -> None:
    units = pl.DataFrame({"agent": ["b"], "unit": ["a"]})
    told = _roles(
        ("a", "coordinator", None, 100.0, None),
        ("b", "coordinator", None, 100.0, None),
        units=units,
    )
    assert told == [("a", "coordinator", None, 100.0)]


def test_two_parts_of_one_unit_with_money_of_their_own_add_up() -> None:
    units = pl.DataFrame({"agent": ["b"], "unit": ["a"]})
    told = _roles(
        ("a", "participant", None, 100.0, None),
        ("b", "participant", None, 40.0, None),
        units=units,
    )
    assert told == [("a", "participant", None, 140.0)]


def test_no_amount_stays_none_and_nought_stays_nought() -> None:
    assert _roles(("a", "partner", None, None, None)) == [("a", "partner", None, None)]
    assert _roles(("a", "partner", None, 0.0, None)) == [("a", "partner", None, 0.0)]


Row = tuple[str, str, str, str | None, str | None]


def _counted(*rows: Row) -> set[str]:
    frame = pl.DataFrame(
        [
            (agent, activity, role, country, region)
            for agent, activity, role, country, region in rows
        ],
        schema=["agent", "activity", "role", "agent_country", "agent_region"],
        orient="row",
    ).with_columns(agent_kind=pl.col("agent").str.extract("^([a-z]+)/"))
    return set(counted(frame)["agent"])


def test_persons_and_speakers_are_told_apart_from_those_they_speak_for() -> None:
    told = _counted(
        ("organisation/a", "project/1", "participant", "DE", None),
        ("organisation/b", "project/1", "representative", "AT", None),
        ("person/p", "project/1", "coordinator", "FR", None),
        ("person/q", "body/1", "chair", "FR", None),
    )
    assert told == {"organisation/a", "person/q"}


def test_a_country_stands_for_its_organisations_and_else_for_itself() -> None:
    told = _counted(
        ("organisation/a", "call/1", "funder", "DE", None),
        ("country/DE", "call/1", "participating-country", "DE", None),
        ("country/FR", "call/1", "participating-country", "FR", None),
        ("country/DE", "infrastructure/1", "member", "DE", None),
    )
    assert told == {"organisation/a", "country/FR", "country/DE"}


def test_a_region_stands_for_the_organisations_of_that_region() -> None:
    told = _counted(
        ("organisation/a", "project/1", "participant", "DE", "DED"),
        ("region/DED", "project/1", "participant", "DE", "DED"),
        ("region/DE2", "project/1", "participant", "DE", "DE2"),
    )
    assert told == {"organisation/a", "region/DE2"}
