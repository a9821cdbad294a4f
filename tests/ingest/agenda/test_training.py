"""What docs/secretariat.md says of the model of SRIA areas, counted again from the readings."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from math import sqrt

import numpy as np
import polars as pl
import pytest

from permed.ingest.agenda.training.fitting import Readings, cross_validated, trained
from permed.ingest.sources.cordis import SAMPLE
from permed.ingest.sources.cordis.scope import always
from tests import ROOT
from tests.shown_labels import packaged_labels

DOCS = " ".join((ROOT / "docs/secretariat.md").read_text(encoding="utf-8").split())
TIMES = 5


@pytest.fixture(scope="module")
def readings() -> Readings:
    return Readings.load()


def rows_of(name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(SAMPLE) as archive:
        text = archive.read(name).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def group_of(scheme: str) -> str:
    """Group of a funding scheme: action type, forms of it together."""
    name = scheme.replace("HORIZON-", "").replace("EURATOM-", "").replace("-BF", "")
    if "MSCA" in name:
        return "PF" if "-PF-" in name else "DN"
    return "CSA" if name == "COFUND" else name


def wilson(right: float, said: float) -> tuple[float, float]:
    """Wilson's interval of 95 % (1927)."""
    z, p = 1.96, right / said
    middle, half = p + z * z / 2 / said, z * sqrt(p * (1 - p) / said + z * z / 4 / said**2)
    whole = 1 + z * z / said
    return (middle - half) / whole, (middle + half) / whole


def test_the_weights_are_those_of_the_readings(readings: Readings) -> None:
    kept = (ROOT / "ingest/agenda/weights.json").read_text(encoding="utf-8")
    numbers = re.compile(r"-?\d+\.\d+")
    assert numbers.sub("", trained(readings)) == numbers.sub("", kept)
    made, had = ([float(n) for n in numbers.findall(t)] for t in (trained(readings), kept))
    assert made == pytest.approx(had, abs=0.002)  # another library of algebra rounds otherwise


def test_readings_are_told_as_they_are(readings: Readings) -> None:
    main = Counter(readings.rows["area"])
    assert readings.rows["project"].is_unique().all()
    assert f"{readings.rows.height} readings of core projects by one language model" in DOCS
    again = Counter(readings.rows["reading"])
    assert f"{again['1']} of the second reading above, and {again['2']} drawn" in DOCS
    assert (
        f"research {main['R']}, innovation {main['I']}, implementation {main['H']}, "
        f"overarching {main['O']}." in DOCS
    )
    text = (ROOT / "tests/ingest/sources/icpermed/sria_second_reading.csv").read_text("utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    earlier = {r["id"].removeprefix("project/"): (r["area"], r["second"]) for r in rows}
    mine = readings.rows.filter(pl.col("reading") == "1").select("project", "area", "second")
    assert {p: (a, s) for p, a, s in mine.iter_rows()}.items() <= earlier.items()


def test_each_reading_stands_for_its_part_of_the_scheme(readings: Readings) -> None:
    own = set(always())
    whole = Counter(
        group_of(r["fundingScheme"])
        for r in rows_of("project.csv")
        if r["fundingScheme"].startswith(("HORIZON", "EURATOM")) and r["id"] not in own
    )
    for (group,), part in readings.rows.group_by("group"):
        assert part["weight"].sum() == pytest.approx(whole[str(group)], abs=0.01), group


def test_the_docs_count_the_areas_of_the_packaged_sample() -> None:
    core = {number for number, label in packaged_labels().items() if label == "core"}
    rows = [r for r in rows_of("sriaAreas.csv") if r["projectID"] in core]
    said, placed = Counter(r["sriaArea"] for r in rows), {r["projectID"] for r in rows}
    assert (
        f"Of the {len(core)} core projects of the packaged sample {len(placed)} have an area by the"
        f" model: {said['R']} research, {said['I']} innovation." in DOCS
    )


@pytest.mark.long
@pytest.mark.parametrize(("area", "name"), [("R", "research"), ("I", "innovation")])
def test_the_table_is_that_of_cross_validation(readings: Readings, area: str, name: str) -> None:
    weight, main = readings.rows["weight"].to_numpy(), readings.main(area)
    named = readings.named(area)
    times = [cross_validated(readings, area, seed) for seed in range(TIMES)]
    whole = float(weight.sum())
    if area == "R":
        share = round(100 * float((weight * main).sum()) / whole)
        assert f"said of every project would be right in {share} %" in DOCS
    for least in (0.5, 0.6, 0.7, 0.8):
        told = []
        for chance in times:
            said = chance >= least
            here = float(weight[said].sum())
            right = float((weight * main)[said].sum())
            second = float((weight * named)[said].sum())
            told.append((right / here, second / here, here / whole, right / (weight * main).sum()))
        precision, second, coverage, found = np.mean(told, axis=0)
        first = times[0] >= least
        low, high = wilson(float(main[first].sum()), float(first.sum()))
        line = (
            f"| {name} | {least} | {precision:.2f} | {low:.2f}-{high:.2f} | {second:.2f} "
            f"| {coverage:.2f} | {found:.2f} |"
        )
        assert line in DOCS
        assert least < 0.7 or precision >= 0.85
