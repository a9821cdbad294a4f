from __future__ import annotations

from datetime import date

import pytest

from permed.graph.errors import InputError
from permed.graph.network import Scope, from_tables, project
from permed.graph.network.comparison.over_time import (
    over_time,
    temporal_correlation,
    windows,
)
from permed.graph.network.comparison.two_networks import compare
from tests.graph.network.samples import tables

DATA = from_tables(tables())
WORK = Scope(relation=("project", "csa"))


def test_windows_roll_over_the_years() -> None:
    found = windows(DATA, scope=WORK, years=2)
    assert [(w.start.year, w.end.year) for w in found] == [
        (2016, 2017), (2017, 2018), (2018, 2019), (2019, 2020), (2020, 2021)
    ]  # fmt: skip
    assert [w.network.proper.height for w in found] == [3, 3, 3, 2, 2]


def test_turnover_between_windows() -> None:
    table = over_time(windows(DATA, scope=WORK, years=1, step=3))
    assert table["start"].to_list() == [date(2016, 1, 1), date(2019, 1, 1)]
    last = table.row(1, named=True)
    assert (last["newcomers"], last["leavers"]) == (0, 1)
    assert (last["kept_links"], last["new_links"]) == (pytest.approx(1 / 3), 0)
    # A and B keep one of their two partners each, C none
    assert last["partner_stability"] == pytest.approx(2 / 3 / 2**0.5)
    assert table.row(0, named=True)["newcomers"] is None


def test_temporal_correlation_of_a_lasting_network_is_one() -> None:
    network = project(DATA, scope=Scope(relation=("project",)))
    values = dict(temporal_correlation([network, network]).rows())
    assert values["organisation/a"] == pytest.approx(1)
    assert values["organisation/f"] == 0
    assert temporal_correlation([network])["value"].null_count() == network.size
    assert temporal_correlation([]).is_empty()


def test_windows_without_dates_or_years() -> None:
    with pytest.raises(InputError, match="the data end on 2022-12-31"):
        windows(DATA, scope=Scope(start=date(2060, 1, 1), end=date(2061, 1, 1)), years=1)
    nothing = windows(DATA, scope=Scope(relation=("csa",), relevance=("core",)))
    assert nothing == []
    assert over_time(nothing).is_empty()
    with pytest.raises(InputError, match="years and step"):
        windows(DATA, years=0)


def test_two_networks_beside_each_other() -> None:
    before = project(DATA, scope=Scope(relation=("project", "call")))
    after = project(DATA, scope=WORK)
    found = compare(before, after, ["degree"])
    states = dict(found.nodes.select("id", "state").rows())
    assert states["organisation/e"] == "gone"
    assert states["organisation/a"] == "kept"
    links = {(one[-1], other[-1]): state for one, other, state, *_ in found.links.rows()}
    assert links == {("a", "b"): "changed", ("a", "e"): "gone"}
    row = found.nodes.row(0, named=True)
    assert (row["degree_before"], row["degree_after"], row["degree_change"]) == (3, 2, -1)
    figures = {name: change for name, _, _, change, _ in found.figures.rows()}
    assert figures["nodes"] == -1
    back = compare(after, before, ["degree"])
    assert set(back.nodes["state"]) == {"new", "kept"}
