"""The page of sizing tells the limits that the code has, and sums that follow from its figures."""

from __future__ import annotations

import math
import re

from benchmarks.synthetic.cordis import PARTICIPATIONS, PROJECTS
from permed.graph.shacl import checks, parts, validation
from permed.graph.store.embedded import loading
from tests import ROOT

PAGE = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


def test_limits_are_those_of_the_code() -> None:
    assert f"up to {validation._WHOLE_UP_TO / 1e9:g} GB of N-Quads; above" in TEXT
    assert f"one store for all up to {checks._TOGETHER / 1e6:g} million" in TEXT
    assert f"above, a part of {parts._PART / 1e9:g} GB" in TEXT
    whole, part = loading._WHOLE_UP_TO / 1e9, loading._LARGE_PART / 1e9
    assert f"up to {whole:g} GB; above, {part:g} GB of it at a time" in TEXT
    assert loading._MERGED_UP_TO == 2_000_000
    assert "0.8 up to two million, which are stored merged" in TEXT


def test_the_shape_is_that_of_the_generator() -> None:
    assert f"{PROJECTS:,} projects, {PARTICIPATIONS:,} participations" in TEXT


def test_steps_add_up_to_the_whole() -> None:
    told = PAGE[: PAGE.index("The checks once took")]
    rows = [
        [float(number) for number in re.findall(r"[\d.]+", cells)]
        for cells in re.findall(r"(?m)^\| [a-z, ]+ \| ([\d., |*]+) \|$", told)
    ]
    *steps, (once, most, thrice, most_thrice) = rows
    assert len(steps) == 7
    for at, seconds, memory in ((0, once, most), (2, thrice, most_thrice)):
        start = 2.3  # seconds before the first step
        assert abs(sum(step[at] for step in steps) + start - seconds) <= 1  # roundings
        assert max(step[at + 1] for step in steps) == memory
    power = math.log(thrice / once, 3)
    assert f"with the power of {power:.1f} of the input" in TEXT
    assert 1.25 < once * 10**power / 3600 < 1.75  # an hour and a half


def test_reckoned_rows_follow_from_their_figures() -> None:
    for memory, millions in re.findall(r"(?m)^\| (\d+) GB \| (\d+) million", PAGE):
        rate = 0.8 if int(millions) <= 2 else 0.35
        left = 2.0 if int(memory) > 4 else 1.5 if int(memory) == 4 else 0.4
        assert int(millions) * rate <= int(memory) - left, memory
    for projects, low, high in ((54_570, None, 20), (130_000, 26, 48)):
        assert f"{projects:,} projects" in TEXT
        assert round(projects * 370 / 1e6) == high
        assert low is None or round(projects * 200 / 1e6) == low
