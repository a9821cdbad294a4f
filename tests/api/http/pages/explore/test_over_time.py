"""Years of things against the tables, counted by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from permed.api.http.pages.explore.over_time import over_time
from permed.api.http.release.directory import Directory
from permed.graph.releases.release import Release
from tests.graph.counting.test_packaged import Recount


def test_years_of_an_organisation_and_a_country(directory: Directory, release: Release) -> None:
    starts = dict(release.all_tables()["activities"].select("id", "start").iter_rows())
    counted = Recount(release.path)
    for me, held in (("organisation/dlr", counted.partners), ("country/FI", counted.countries)):
        mine = [a for a, agents in held.items() if me in agents]
        years = Counter((starts[a] or "")[:4] for a in mine)
        undated = years.pop("", 0)
        found = over_time(directory, me)
        assert found is not None
        assert {bar.year: bar.count for bar in found.bars} == dict(years)
        assert found.undated == undated
        assert [bar.year for bar in found.bars] == sorted(years)


def test_money_of_an_organisation_is_what_it_gets(directory: Directory, release: Release) -> None:
    starts = dict(release.all_tables()["activities"].select("id", "start").iter_rows())
    told: dict[tuple[str, str, str], float] = {}
    for source in release.sources:
        for row in release.table(source, "roles").to_dicts():
            euro = row["ec_contribution"] or row["net_ec_contribution"]
            if row["agent"] == "organisation/dlr" and euro is not None and starts[row["activity"]]:
                told.setdefault((row["activity"], row["role"], row["start"] or ""), float(euro))
    found = over_time(directory, "organisation/dlr")
    assert found is not None
    assert found.money == "to it"
    shown = sum(float(bar.eur.replace("\u202f", "")) for bar in found.bars if bar.eur)
    assert shown == pytest.approx(sum(told.values()), abs=len(found.bars))


def test_what_has_no_years_has_no_table(directory: Directory) -> None:
    assert over_time(directory, "event/workshop-2020") is None
    assert over_time(directory, "country/AQ") is None
    assert over_time(directory, "none/such") is None
