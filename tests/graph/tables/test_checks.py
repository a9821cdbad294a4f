"""Checks of record tables: what is kept, what is dropped, what is rejected, and why."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError
from permed.graph.tables.checks import check, check_references, fold

SOURCE = {"source_url": "https://example.org/a", "evidence": "page", "seen": "2026-11-22"}


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{**SOURCE, "source_row": n, **r} for n, r in enumerate(rows, 1)])


def role(**values: object) -> dict[str, object]:
    return {"agent": "organisation/a", "activity": "call/b", "role": "funder", **values}


def test_good_rows_pass_unchanged() -> None:
    checked = check(frame(role(start="2016-11")), "roles", "test")
    assert checked.issues.is_empty()
    assert checked.rows.row(0, named=True)["start"] == "2016-11"


@pytest.mark.parametrize(
    ("column", "value", "severity"),
    [
        ("role", "boss", "rejected"),
        ("agent", "Organisation A", "rejected"),
        ("source_url", "see the page", "rejected"),
        ("evidence", "memory", "rejected"),
        ("start", "2016-13", "dropped"),
        ("start", "2023-02-30", "dropped"),
        ("ec_contribution", "1,5", "dropped"),
    ],
)
def test_bad_values_are_issues_that_name_row_and_remedy(
    column: str, value: str, severity: str
) -> None:
    checked = check(frame(role(), role(role="member", **{}) | {column: value}), "roles", "test")
    issue = checked.issues.row(0, named=True)
    assert (issue["field"], issue["value"], issue["severity"]) == (column, value, severity)
    assert issue["row"] == 2
    assert ":" in issue["reason"]
    assert checked.rows.height == (1 if severity == "rejected" else 2)


def test_unknown_column_is_an_input_error_that_lists_the_columns() -> None:
    with pytest.raises(InputError, match=r"unknown column 'rol'.*role"):
        check(frame({"rol": "x"}), "roles", "test")


def test_missing_column_is_an_input_error() -> None:
    with pytest.raises(InputError, match="lacks the column 'activity'"):
        check(frame({"agent": "organisation/a", "role": "funder"}), "roles", "test")


def test_end_before_start_drops_the_end() -> None:
    checked = check(frame(role(start="2020-05", end="2020-04-30")), "roles", "test")
    assert checked.rows["end"].to_list() == [None]
    assert "ends before it starts" in checked.issues["reason"][0]


def test_end_in_the_stated_year_of_the_start_is_fine() -> None:
    assert check(frame(role(start="2016-11", end="2016")), "roles", "test").issues.is_empty()


def test_repeated_statement_is_rejected_but_a_second_source_is_not() -> None:
    other = {"source_url": "https://example.org/b"}
    checked = check(frame(role(), role(), role(**other)), "roles", "test")
    assert checked.rows.height == 2
    assert checked.issues["row"].to_list() == [2]


def test_references_fall_in_required_columns_and_empty_in_others() -> None:
    tables = {
        "roles": check(frame(role(), role(agent="organisation/none")), "roles", "t").rows,
        "organisations": check(
            frame({"id": "organisation/a", "name": "A", "country": "country/XX"}),
            "organisations",
            "t",
        ).rows,
    }
    known = {
        "organisations": pl.Series(["organisation/a"]),
        "activities": pl.Series(["call/b"]),
        "countries": pl.Series(["country/DE"]),
    }
    kept, issues = check_references(tables, known, "t")
    assert kept["roles"]["agent"].to_list() == ["organisation/a"]
    assert kept["organisations"]["country"].to_list() == [None]
    assert sorted(issues["severity"]) == ["dropped", "rejected"]


def test_fold_takes_the_first_filled_value_and_warns_of_conflicts() -> None:
    rows = check(
        frame(
            {"id": "call/b", "kind": "call", "title": "B", "start": "2020"},
            {"id": "call/b", "end": "2021", "start": "2019"},
        ),
        "activities",
        "t",
    ).rows
    folded = fold(rows, "activities", "t")
    row = folded.rows.row(0, named=True)
    assert (row["start"], row["end"], row["title"]) == ("2020", "2021", "B")
    assert folded.issues["field"].to_list() == ["start"]
    assert folded.issues["severity"].to_list() == ["warning"]


def test_fold_rejects_a_thing_that_nobody_names() -> None:
    rows = check(frame({"id": "call/b", "kind": "call", "title": None}), "activities", "t")
    folded = fold(rows.rows, "activities", "t")
    assert folded.rows.is_empty()
    assert folded.issues["severity"].to_list() == ["rejected"]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "agent": st.sampled_from(["organisation/a", "", "a b", "x"]),
                "role": st.sampled_from(["funder", "member", "boss", ""]),
                "start": st.one_of(st.none(), st.text(max_size=12)),
                "ec_contribution": st.one_of(st.none(), st.text("0123456789.,-", max_size=8)),
            }
        ),
        max_size=12,
    )
)
def test_accepted_plus_rejected_is_read(rows: list[dict[str, object]]) -> None:
    read = frame(*[role(**r) for r in rows]) if rows else frame(role()).clear()
    checked = check(read, "roles", "t")
    rejected = checked.issues.filter(pl.col("severity") == "rejected").height
    assert checked.rows.height + rejected == read.height
