"""The range of a total, made again from the tables and the table of errors by hand."""

from __future__ import annotations

import csv
from collections import defaultdict

import polars as pl
import pytest

from permed.api.report.figures.data import ReportData
from permed.api.report.key_figures import key_figures, key_table
from permed.api.report.selection_error import total_ranges
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.ingest.relevance import VERSION
from permed.ingest.relevance.error import label_error
from tests import ROOT


def _errors() -> dict[tuple[str, str, str, str], tuple[float, float, float]]:
    with (ROOT / "ingest" / "relevance" / "error.csv").open(encoding="utf-8") as file:
        return {
            (r["version"], r["text"], r["target"], r["measure"]): (
                float(r["value"]), float(r["low"]), float(r["high"])
            )
            for r in csv.DictReader(file)
        }  # fmt: skip


def test_every_estimate_lies_in_its_interval() -> None:
    errors = _errors()
    assert len(errors) == 4 * 3 * 2 * 2 + 2 * 2
    assert all(0 <= low <= value <= high <= 1 for value, low, high in errors.values())
    for version in ("1", VERSION):
        told = label_error("core", "full", "precision", version)
        assert (told.value, told.low, told.high) == errors[version, "full", "core", "precision"]


def test_an_unknown_version_has_no_error() -> None:
    with pytest.raises(
        InputError, match=r"no error of version '9' is known; known: 1, 2, 3, 4, guide"
    ):
        label_error("core", "full", "precision", "9")


def test_the_range_of_totals_of_the_packaged_release(release: Release) -> None:
    errors = _errors()
    tables = {s: pl.read_parquet(release.path / f"tables/{s}/classifications.parquet")
              for s in ("icpermed", "cordis")}  # fmt: skip
    by_people, by_machine = set[str](), dict[str, tuple[str, str]]()
    others = set[str]()
    target = {"pm-relevance/core": "core", "pm-relevance/related": "core or related"}
    for frame in tables.values():
        others |= set(frame.filter(pl.col("topic") == "pm-relevance/none")["entity"])
        for row in frame.filter(pl.col("topic").is_in(list(target))).iter_rows(named=True):
            if (row["method"] or "").startswith("phrase"):
                by_machine[row["entity"]] = row["method"].split()[-1], target[row["topic"]]
            elif (row["method"] or "").startswith("two readers"):
                by_machine[row["entity"]] = "guide 1", target[row["topic"]]
            else:
                by_people.add(row["entity"])
    assert {made for made, _ in by_machine.values()} == {"1", "guide 1"}
    programme: dict[str, str] = {}
    for source in ("icpermed", "cordis"):
        grants = pl.read_parquet(release.path / f"tables/{source}/grants.parquet")
        for row in grants.drop_nulls("programme").iter_rows(named=True):
            known = programme.setdefault(row["activity"], row["programme"])
            programme[row["activity"]] = min(known, row["programme"])
    counts = pl.read_parquet(release.path / "tables/counting/activity_counts.parquet")
    euro = {r["activity"]: float(r["ec_contribution"] or 0) for r in counts.to_dicts()}
    report = ReportData(release)
    bounds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for activity in set(report.rows["activity"]) - (others - by_people - by_machine.keys()):
        low = high = 1.0
        if activity in by_machine and activity not in by_people:
            made, wanted = by_machine[activity]
            short = programme.get(activity) in ("programme/h2020", "programme/fp7")
            text = "short" if short and made != "guide 1" else "full"
            _, low, high = errors[made, text, wanted, "precision"]
        for name, amount in (("activities", 1.0), ("eur", euro.get(activity, 0.0) / 1e6)):
            bounds[name][0] += low * amount
            bounds[name][1] += high * amount
    told = total_ranges(report.rows, report.classifications)
    for name, pair in told.items():
        assert pair == pytest.approx(tuple(bounds[name]), rel=1e-9)
    assert told["eur"][0] < told["eur"][1] < 2661.2
    page = " ".join((ROOT / "docs" / "relevance.md").read_text("utf-8").split())
    (fewest, most), (least, greatest) = told["activities"], told["eur"]
    every = report.rows["activity"].n_unique()
    assert (
        f"{fewest:,.0f} to {most:,.0f} of {every} activities are rightly labelled, and EUR "
        f"{least:,.0f} to {greatest:,.0f} million of 2,661."
    ) in page


def test_what_people_labelled_has_no_range() -> None:
    rows = pl.DataFrame(
        {"activity": ["project/1"], "relevance": ["core"], "programme": [None], "amount": [2e6]},
        schema_overrides={"programme": pl.String},
    )
    labels = pl.DataFrame(
        {"entity": ["project/1"], "topic": ["pm-relevance/core"], "method": ["by hand"]}
    )
    assert total_ranges(rows, labels) == {"activities": (1.0, 1.0), "eur": (2.0, 2.0)}


def test_what_two_readers_labelled_has_the_range_of_their_agreement_whatever_is_known() -> None:
    by_us = "phrase families and logistic weights, version 4"
    read = ("two readers who agree, guide 1", f"two readers who differ, guide 1; {by_us}")
    rows = pl.DataFrame(
        {"activity": ["project/1", "project/2"], "relevance": ["core", "related"],
         "programme": ["programme/h2020", "programme/horizon-europe"], "amount": [2e6, 1e6]},
    )  # fmt: skip
    labels = pl.DataFrame(
        {"entity": rows["activity"], "topic": ["pm-relevance/core", "pm-relevance/related"],
         "method": read},
    )  # fmt: skip
    errors = _errors()
    core = errors["guide 1", "full", "core", "precision"]
    wide = errors["guide 1", "full", "core or related", "precision"]
    told = total_ranges(rows, labels)
    assert told["activities"] == pytest.approx((core[1] + wide[1], core[2] + wide[2]))
    assert told["eur"] == pytest.approx((2 * core[1] + wide[1], 2 * core[2] + wide[2]))


def test_what_is_labelled_as_something_else_is_in_no_total() -> None:
    rows = pl.DataFrame(
        {"activity": ["project/1", "project/2"], "relevance": ["none", None],
         "programme": ["programme/he", None], "amount": [2e6, 1e6]},
    )  # fmt: skip
    method = "phrase families and logistic weights, version 4"
    labels = pl.DataFrame(
        {"entity": ["project/1"], "topic": ["pm-relevance/none"], "method": [method]}
    )
    assert total_ranges(rows, labels) == {"activities": (1.0, 1.0), "eur": (1.0, 1.0)}


def test_the_first_page_says_how_far_a_total_may_err(release: Release) -> None:
    table = key_table(ReportData(release))
    row = table.row(by_predicate=pl.col("figure") == "eur", named=True)
    shown = {figure.label: figure.error for figure in key_figures(table)}["EU contribution, M€"]
    assert f"{row['low']:,.0f} to {row['high']:,.0f}" in shown
