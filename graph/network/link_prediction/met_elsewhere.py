"""Who has met before, also outside a selection: in the release, and in EU projects that it lacks.

The packaged table (`met_elsewhere.parquet`: project, pic) holds the participations of the packaged
organisations in all other projects of CORDIS's dumps, Horizon Europe of 2025-12-06 and Horizon 2020
as public extracts have it. Project 0 stands for "looked up".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.counting import counted, counting_units
from permed.graph.network.projection.roles import RoleData

__all__ = ["DUMPS", "TABLE", "Meetings", "meetings", "strangers"]

TABLE: Final = Path(__file__).with_name("met_elsewhere.parquet")
DUMPS: Final = "Horizon Europe (dump of 2025-12-06, newest record 2025-11-29) and Horizon 2020"


@dataclass(frozen=True)
class Meetings:
    """taken: organisation -> activities of the release and other EU projects it took part in.

    looked_up: organisations whose PIC was looked for in the dumps.
    """

    taken: Mapping[str, frozenset[str]]
    looked_up: frozenset[str]

    def __repr__(self) -> str:
        return f"<Meetings of {len(self.taken):,} organisations, {len(self.looked_up):,} looked up>"

    def shared(self, one: str, other: str) -> int:
        """Return in how many activities and projects both took part."""
        nobody: frozenset[str] = frozenset()
        return len(self.taken.get(one, nobody) & self.taken.get(other, nobody))


def meetings(data: RoleData, tables: Mapping[str, pl.DataFrame]) -> Meetings:
    """Return who took part in what, over all roles and over the packaged table.

    tables: `identifiers` (entity, scheme, value) and `relations` of the release, for PICs and for
    the organisations that count as one; absent ones count as empty.
    """
    here = counted(data.roles).select(unit="agent", project="activity")
    identifiers = tables.get("identifiers", _none("entity", "scheme", "value"))
    units = counting_units(tables.get("relations", _none("subject", "predicate", "object")))
    pics = identifiers.filter(pl.col("scheme") == "pic").select(
        pic=pl.col("value").cast(pl.UInt32, strict=False),
        unit=pl.col("entity").replace(units["agent"], units["unit"]),
    )
    there = pl.read_parquet(TABLE).join(pics, on="pic").select("unit", "project").unique()
    looked_up = frozenset(there.filter(pl.col("project") == 0)["unit"])
    elsewhere = there.filter(pl.col("project") > 0).select(
        "unit", project=pl.lit("project/") + pl.col("project").cast(pl.String)
    )
    every = pl.concat([here, elsewhere]).group_by("unit").agg(pl.col("project").unique())
    return Meetings({unit: frozenset(taken) for unit, taken in every.iter_rows()}, looked_up)


def strangers(pairs: pl.DataFrame, met: Meetings) -> pl.DataFrame:
    """Return the pairs (one, other) that have met nowhere, in their order, with looked_up.

    looked_up: whether both were looked for in the dumps; else nobody knows whether they have met.
    """
    ends = pairs.select("one", "other").rows()
    apart = pl.Series([met.shared(one, other) == 0 for one, other in ends], dtype=pl.Boolean)
    both = [{one, other} <= met.looked_up for one, other in ends]
    return pairs.with_columns(looked_up=pl.Series(both, dtype=pl.Boolean)).filter(apart)


def _none(*columns: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
