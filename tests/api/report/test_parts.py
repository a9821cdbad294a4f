"""Names, colours, classes and flows: the parts that figures are made of."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from permed.api.report.data_files import sheet_of
from permed.api.report.drawing.colours import DARK, LIGHT, RAMP, steps, themed
from permed.api.report.drawing.parallel_sets import flow_picture
from permed.api.text.country_tiles import TILES
from permed.graph.errors import InputError
from permed.graph.network import Scope
from permed.graph.network.projection.selection import Selection
from permed.graph.tables.output.description import TableDescription


def test_what_a_sheet_leaves_out_is_said() -> None:
    table = pl.DataFrame({"weight": [1 / 3, 2.0, 3.0]})
    told = TableDescription("whom-bonds", "Bonds")
    cut, about = sheet_of(table, told, most=2)
    assert cut["weight"].to_list() == [0.333333, 2.0]
    assert about.cut == "the first 2 of 3 rows; data/whom-bonds.csv holds all"
    whole, about = sheet_of(table, told)
    assert whole.height == 3
    assert about.cut == ""


def test_colours_are_told_apart_by_name() -> None:
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert set(DARK) == set(LIGHT)
    assert themed(f'<a fill="{LIGHT["ink"]}"/>') == '<a fill="var(--ink)"/>'


@pytest.mark.parametrize("ramp", [RAMP, [DARK[f"s{i}"] for i in range(6)]])
def test_ramps_hold_in_grey(ramp: list[str]) -> None:
    grey = [luminance(colour) for colour in ramp]
    assert grey in (sorted(grey), sorted(grey, reverse=True))
    assert min(abs(a - b) for a, b in pairwise(grey)) > 0.01


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_stands_out(theme: dict[str, str]) -> None:
    pairs = [("ink", "paper"), ("soft", "paper"), ("soft", "wash"), ("accent", "paper"),
             ("ink", "s1"), ("ink", "s2"), ("paper", "s3"), ("paper", "s5")]  # fmt: skip
    for one, other in pairs:
        assert contrast(theme[one], theme[other]) >= 4.4, (one, other)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_tile_has_its_own_place() -> None:
    assert len(set(TILES.values())) == len(TILES) > 45


def test_classes_rise() -> None:
    assert steps(pl.Series([0, 0])) == [1.0]
    bounds = steps(pl.Series([0, 1, 1, 2, 5, 9, 40, 100]))
    assert bounds == sorted(set(bounds))
    assert 1 <= len(bounds) <= 5


def test_flows_keep_their_sum() -> None:
    table = pl.DataFrame({
        "type": ["a", "a", "b"], "topic": ["x", "y", "x"], "country": ["DE", "DE", "FR"],
        "participations": [2.0, 1.0, 1.0],
    })  # fmt: skip
    svg = flow_picture(table, "what flows where")
    assert svg.count("<path") == 6
    assert svg.count("<rect") == 6
    for label in ("Kind of organisation", ">x<", ">FR<"):
        assert label in svg


def test_selection_tells_its_options() -> None:
    chosen = Selection(Scope(relation=("csa",), topic=("rare diseases",)), minimum=2)
    assert chosen.arguments() == "--relation csa --topic 'rare diseases' --min-weight 2"


@pytest.mark.parametrize(("field", "value"), [("nodes", "towns"), ("weight", "joy")])
def test_unknown_choices(field: str, value: str) -> None:
    with pytest.raises(InputError, match=f"{field} '{value}' is unknown; choose"):
        Selection(**{field: value})  # type: ignore[arg-type]
