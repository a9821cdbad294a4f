"""Regions of every edition of NUTS that CORDIS writes have a name, not their code for one."""

from __future__ import annotations

import pytest

from permed.graph.releases.release import Release
from permed.ingest.sources.cordis.values import region_names


def test_every_region_of_the_packaged_projects_has_a_name(release: Release) -> None:
    regions = release.table("cordis", "regions").select("id", "name")
    nameless = [me for me, name in regions.iter_rows() if name in (None, me.partition("/")[2])]
    assert nameless == []


@pytest.mark.parametrize(
    ("code", "before"),
    [("NL350", "NL310"), ("NL366", "NL33C"), ("FI1C6", "FI1C3"), ("PT191", "PT16D"),
     ("LV00A", "LV006"), ("NL415", "NL412")],
)  # fmt: skip
def test_a_region_that_only_changed_its_code_keeps_its_name(code: str, before: str) -> None:
    names = region_names()
    assert names[code] == names[before]
