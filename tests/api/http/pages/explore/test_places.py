"""The map: nobody gets lost in clusters, ties are counted by hand, boxes are checked."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.api.http.pages.explore.outlines import Box, _ring, _unwound
from permed.api.http.pages.explore.places import clusters, ties_of
from permed.api.http.release.directory import Directory
from permed.graph.errors import InputError

EUROPE = Box.of("-12,34,42,70.5")
PLACES = st.lists(st.tuples(st.floats(-11, 41), st.floats(35, 70)), max_size=50)


@given(PLACES)
def test_every_organisation_is_in_one_dot(drawn: list[tuple[float, float]]) -> None:
    rows = [(f"organisation/{i}", x, y) for i, (x, y) in enumerate(drawn)]
    schema = {"id": pl.String, "longitude": pl.Float64, "latitude": pl.Float64}
    found = clusters(pl.DataFrame(rows, schema=schema, orient="row"), EUROPE)
    assert sum(place.count for place in found) == len(drawn)
    for place in found:
        x, y = EUROPE.at(place.longitude, place.latitude)
        assert 0 <= x <= 960
        assert 0 <= y <= EUROPE.height


def test_a_degree_is_as_long_down_as_across_in_the_middle() -> None:
    box = Box.of("0,59,2,61")
    across, down = box.scale
    assert across / down == pytest.approx(0.5)  # cos 60


@pytest.mark.parametrize("text", ["", "1,2,3", "10,0,5,1", "a,b,c,d", "nan,0,1,1", "0,0,200,1"])
def test_what_is_no_part_of_the_world_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="box="):
        Box.of(text)


def test_looking_closer_stays_on_the_world() -> None:
    for longitude, latitude in ((-180, -90), (180, 90), (10, 50)):
        closer = Box.of(Box.of("-180,-90,180,90").around(longitude, latitude))
        assert closer.east - closer.west == pytest.approx(180)


def test_ties_are_activities_together(directory: Directory) -> None:
    rows = list(directory.partner_countries.iter_rows())
    mine = {a for agent, a in rows if agent == "country/FI"}
    told = dict(ties_of(directory, "country/FI"))
    beside: dict[str, set[str]] = {}
    for agent, activity in rows:
        if activity in mine and agent != "country/FI":
            beside.setdefault(agent, set()).add(activity)
    assert told == {agent: len(held) for agent, held in beside.items()}
    assert list(told.values()) == sorted(told.values(), reverse=True)


def test_a_country_over_the_antimeridian_makes_no_band_around_the_world() -> None:
    ring = np.array([(170, 60), (179.9, 61), (-178, 62), (-179.9, 65), (175, 66)])
    world = Box.of("-180,-56,180,78")
    pairs = [part.split(" ") for part in _ring(_unwound(ring), world).strip("MZ").split("L")]
    across = [float(x) for x, _ in pairs]
    assert max(across) - min(across) < 50


def test_a_box_around_places_holds_them_and_fits_a_screen() -> None:
    for longitudes, latitudes in (([24.9, 25.0], [60.2, 60.2]), ([5, 6], [35, 70]),
                                  ([-150, 170], [-40, 65]), ([0], [89.9])):  # fmt: skip
        box = Box.fit(longitudes, latitudes)
        assert -180 <= box.west < box.east <= 180
        assert -90 <= box.south < box.north <= 90
        assert all(0 <= box.at(x, y)[0] <= 960 for x in longitudes for y in latitudes)
        assert box.height <= 641
