"""The directory of a release: what exists, under which names, as frames for lists and search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

import polars as pl

from permed.api.http.release.counts import (
    FACETS,
    FacetColumn,
    Mask,
    amounts_of,
    counts_of,
    facet_pairs,
    mask_of_rows,
    money_of,
    points_of,
    ranked,
)
from permed.api.http.release.identifiers import IdentifierIndex
from permed.graph.releases.text_index import TextIndex, open_text_index
from permed.graph.tables.row_index import RowIndex
from permed.ontology import SCHEME
from permed.queries.naming import Naming

__all__ = ["Directory", "as_id"]

_DATED: Final = dict.fromkeys(("id", "indicator", "day", "day_as_stated"), pl.String)
_COORDINATOR: Final = "scheme/role/coordinator"
_FUNDER: Final = "scheme/role/funder"
_ON_PERSONALISED_MEDICINE: Final = ("scheme/pm-relevance/core", "scheme/pm-relevance/related")
_SORTED_TEXTS: Final = ("label", "acronym", "city")
_LOOKED_UP: Final = {  # by the pages of things
    "things": ("id", "country", "programme", "type", "relevance"),
    "roles": ("agent", "activity"), "topics": ("value",), "agent_roles": ("value",),
    **dict.fromkeys(("partners", "partner_countries", "organisation_ties"), ("agent", "activity")),
}  # fmt: skip
_PLACED: Final = {"id": pl.String, "latitude": pl.Float64, "longitude": pl.Float64}


@dataclass(frozen=True, eq=False)
class Directory:
    """Frames of one release; ids are paths such as `organisation/dlr` or `scheme/role/member`."""

    base: str
    things: pl.DataFrame
    names: pl.DataFrame
    topics: pl.DataFrame
    types: pl.DataFrame
    roles: pl.DataFrame
    identifiers: pl.DataFrame
    partners: pl.DataFrame  # agent, activity: each partner once, as its counting unit
    partner_countries: pl.DataFrame  # agent, activity: each country of an activity once
    folder: Path = Path()  # of the release
    coordinates: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_PLACED))
    deadlines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_DATED))
    terms: Mapping[str, str] = field(default_factory=dict)  # label by IRI of the ontology's terms
    units: Mapping[str, str] = field(
        default_factory=dict
    )  # counting unit of what counts as another
    seats: Mapping[str, str] = field(
        default_factory=dict
    )  # country that an organisation counts for
    replaced_by: Mapping[str, str] = field(default_factory=dict)  # id in use now by id used before

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read into it."""
        return self.types.is_empty()

    @cached_property
    def _indexes(self) -> dict[tuple[str, str], RowIndex]:
        return {}

    def index(self, frame: str, column: str) -> RowIndex:
        """Return one of the frames by the values of a column; it is made when first asked for."""
        found = self._indexes.get((frame, column))
        if found is None:
            found = self._indexes[frame, column] = RowIndex(getattr(self, frame), column)
        return found

    def rows(self, frame: str, column: str, value: str) -> pl.DataFrame:
        """Return the rows of one of the frames that hold a value in a column, in their order."""
        return self.index(frame, column)[value]

    @cached_property
    def parts_of(self) -> dict[str, list[str]]:
        """What counts as a unit, itself left out, by unit."""
        found: dict[str, list[str]] = {}
        for part, unit in self.units.items():
            found.setdefault(unit, []).append(part)
        return found

    @cached_property
    def organisation_ties(self) -> pl.DataFrame:
        """Organisations as partners or funders: agent, activity, each pair once."""
        funds = pl.col("agent").str.starts_with("organisation/"), pl.col("role") == _FUNDER
        funders = self.roles.filter(*funds).select(
            pl.col("agent").replace(dict(self.units)), "activity"
        )
        return pl.concat([self.partners, funders]).unique(maintain_order=True)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label by id."""
        return dict(self.things.select("id", "label").drop_nulls().iter_rows())

    @cached_property
    def spellings(self) -> dict[str, list[str]]:
        """All names by id, in all languages, acronyms too."""
        grouped = self.names.group_by("id").agg(pl.col("name").unique().sort())
        return dict(grouped.iter_rows())

    @cached_property
    def naming(self) -> Naming:
        """Things by all that they are called, identifiers too, for parameters of questions."""
        called = self.identifiers.select("entity", "value").drop_nulls().iter_rows()
        names = self.names.select("id", "name").drop_nulls().iter_rows()
        return Naming(chain(names, called), self.labels, self.replaced_by)

    @cached_property
    def identifier_index(self) -> IdentifierIndex:
        """Things by identifier, and identifiers by thing."""
        rows = self.identifiers.select("entity", "scheme", "value").drop_nulls()
        return IdentifierIndex(rows.iter_rows())

    @cached_property
    def identifier_table(self) -> pl.DataFrame:
        """Identifiers by id, a column a registry (`cordis_rcn`); several are joined by `; `."""
        name = pl.col("scheme").str.replace_all("-", "_")
        rows = self.identifiers.select(name, "value", id="entity").drop_nulls().unique()
        held = rows.sort("value").group_by("id", "scheme").agg(pl.col("value").str.join("; "))
        return held.sort("scheme").pivot("scheme", index="id", values="value")

    @cached_property
    def counts(self) -> pl.DataFrame:
        """What lists count, by id (`counts.COUNTS`), and EUR that the EU contributes."""
        parts = (self.things, self.roles, self.partners, self.partner_countries, self.topics)
        money = money_of(self.roles, self.things, self.units)
        found = counts_of(*parts, self.units, self.led_from)
        return found.join(money, on="id", how="left", maintain_order="left")

    @cached_property
    def led_from(self) -> pl.DataFrame:
        """One row an activity and a country from which it is coordinated: agent, activity."""
        led = self.roles.filter(pl.col("role") == _COORDINATOR)
        seat = pl.col("agent").replace_strict(
            dict(self.seats), default=None, return_dtype=pl.String
        )
        return led.select(seat, "activity").drop_nulls().unique()

    @cached_property
    def _led(self) -> pl.DataFrame:
        """One row an activity and who coordinates it, organisations as they count."""
        led = self.roles.filter(pl.col("role") == _COORDINATOR).select("agent", "activity")
        mine = led.with_columns(pl.col("agent").replace(dict(self.units)))
        return pl.concat([mine, self.led_from]).unique()

    def led_by(self, me: str) -> pl.Series:
        """Activities that an organisation, as it counts, or a country coordinates."""
        return self._led.filter(pl.col("agent") == self.units.get(me, me))["activity"]

    @cached_property
    def on_personalised_medicine(self) -> pl.Series:
        """Ids of the projects judged core to or related to personalised medicine."""
        judged = pl.col("relevance").is_in(_ON_PERSONALISED_MEDICINE)
        return self.things.filter(pl.col("kind") == "projects", judged)["id"]

    @cached_property
    def points(self) -> pl.DataFrame:
        """Latitude and longitude by id: of organisations their own, of projects those of the
        coordinator, of events the middle (median) of the organisations of the same city."""
        return points_of(self.things, self.roles, self.coordinates)

    @cached_property
    def amounts(self) -> pl.DataFrame:
        """Counts and EUR, a row a thing of `things`; what the EU gives and what it costs of
        projects only."""
        return amounts_of(self.things, self.counts)

    @cached_property
    def ranks(self) -> pl.DataFrame:
        """Place of label, acronym and city in the order in which people sort texts, a row a thing
        of `things`."""
        return pl.DataFrame([ranked(self.things[n]).alias(f"{n}_rank") for n in _SORTED_TEXTS])

    @cached_property
    def known_beside(self) -> pl.DataFrame:
        """Places, identifiers and amounts, a row a thing of `things`; a registry's DOI as
        `doi_known`."""
        found = self.things.select("id")
        for frame in (self.points, self.identifier_table):
            found = found.join(frame, on="id", how="left", maintain_order="left")
        found = found.rename({"doi": "doi_known"}, strict=False)
        found = found.drop(name for name in found.columns if name in self.things.columns)
        return pl.concat([found, self.amounts], how="horizontal")

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        """Facets by name."""
        said = (self.roles, self.topics, self.identifiers, self.partner_countries)
        rows = self.things.select("id").with_row_index("row")
        return {n: FacetColumn.of(facet_pairs(n, self.things, *said), rows) for n in FACETS}

    @cached_property
    def role_rows(self) -> pl.DataFrame:
        """Row numbers in `things` of the agent and the activity of each role."""
        rows = self.things.select("id").with_row_index("row")
        pairs = self.roles.select("agent", "activity").unique()
        for name in pairs.columns:
            pairs = pairs.join(rows.select(pl.col("id").alias(name), row="row"), on=name)
            pairs = pairs.drop(name).rename({"row": f"{name}_row"})
        return pairs

    @cached_property
    def periods(self) -> dict[str, tuple[str | None, str | None]]:
        """First and last day by id, of what has either."""
        dated = self.things.filter(pl.col("start").is_not_null() | pl.col("end").is_not_null())
        rows = dated.select("id", "start", "end").iter_rows()
        return {thing: (start, end) for thing, start, end in rows}

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row number in `things` by id."""
        return {thing: row for row, thing in enumerate(self.things["id"])}

    def rows_of(self, ids: pl.Series) -> pl.Series:
        """Row numbers in `things` of those ids that stand there, in their order."""
        found = [self.row_of[i] for i in ids.drop_nulls() if i in self.row_of]
        return pl.Series("row", found, pl.UInt32)

    def mask_of(self, ids: pl.Series) -> Mask:
        """Which rows of `things` have one of some ids."""
        return mask_of_rows(self.things.height, self.rows_of(ids))

    @cached_property
    def agent_roles(self) -> pl.DataFrame:
        """Which kinds of role each agent has, once each: columns id and value."""
        return self.roles.select(id="agent", value="role").unique()

    @cached_property
    def text_index(self) -> TextIndex:
        """The text index of the release."""
        return open_text_index(self.folder)

    @cached_property
    def indexed(self) -> pl.Series:
        """Row number in `things` of what stands in the index, null where it is none of them."""
        rows = pl.DataFrame({"id": self.things["id"]}).with_row_index("row")
        found = self.text_index.addresses.to_frame("id").select(as_id("id", self.base))
        return found.join(rows, on="id", how="left", maintain_order="left")["row"]

    def prepare_search(self) -> None:
        """Open the text index, count for lists, and index for pages: else first readers wait."""
        _ = self.indexed, self.ranks, self.known_beside, self.facets, self.role_rows
        _ = self.on_personalised_medicine, self._led
        for frame, columns in _LOOKED_UP.items():
            for column in columns:
                self.index(frame, column)

    def hits(self, text: str) -> pl.DataFrame:
        """Return what a text finds: `row` in `things` and `score`; those asked last are kept."""
        return _hits(self, text)

    def find(self, text: str, *, names_only: bool = False, floor: bool = True) -> pl.DataFrame:
        """Return the rows of `things` that a text finds, all of them, with the column `score`."""
        found = self._searched(text, names_only, floor)
        return self.things[found["row"]].with_columns(found["score"])

    def _searched(self, text: str, names_only: bool, floor: bool) -> pl.DataFrame:
        hits = self.text_index.search(text, names_only=names_only, floor=floor)
        rows = hits.with_columns(row=self.indexed.gather(hits["row"]))
        return rows.filter(pl.col("row").is_not_null())

    def takes_part(self, activity: str) -> pl.Series:
        """Ids of those with a role in an activity, without the parts of a partner that is there."""
        agents = self.rows("roles", "activity", activity)["agent"].unique()
        partners = set(self.rows("partners", "activity", activity)["agent"])
        parts = [agent for agent in agents if self.units.get(agent) in partners]
        return agents.filter(~agents.is_in(parts))

    def label(self, thing: str) -> str:
        """Return the label of an id, or the id where nobody gave it one."""
        return self.labels.get(thing, thing)

    def label_of_iri(self, iri: str) -> str | None:
        """Return the label of a thing, concept or term by its IRI; None where there is none."""
        found = self.id_of(iri)
        return (self.labels.get(found) if found else None) or self.terms.get(iri)

    def iri(self, thing: str) -> str:
        """Return the IRI of an id."""
        scheme = thing.removeprefix("scheme/")
        return f"{SCHEME}{scheme}" if thing.startswith("scheme/") else f"{self.base}id/{thing}"

    def identified(self, text: str) -> list[str]:
        """Return what a text names by an identifier: a registry's, or an address or id of ours."""
        asked = text.strip().strip("<>").rstrip("/").replace("http:", "https:", 1)
        base = self.base.replace("http:", "https:", 1)
        own = asked.removeprefix(f"{base}id/").replace(str(SCHEME), "scheme/", 1)
        own = self.replaced_by.get(own, own)
        return [own] if "/" in own and own in self.row_of else self.identifier_index.things(text)

    def id_of(self, iri: str) -> str | None:
        """Return the id of an IRI of ours, None for others."""
        if iri.startswith(str(SCHEME)):
            return f"scheme/{iri.removeprefix(str(SCHEME))}"
        space = f"{self.base}id/"
        return iri.removeprefix(space) if iri.startswith(space) else None


@lru_cache(maxsize=16)
def _hits(directory: Directory, text: str) -> pl.DataFrame:
    return directory._searched(text, names_only=False, floor=True)


def as_id(column: str, base: str) -> pl.Expr:
    """Return a column of IRIs of ours as ids; other texts stay."""
    text, scheme = pl.col(column), str(SCHEME)
    code = pl.concat_str(pl.lit("scheme/"), text.str.strip_prefix(scheme))
    thing = text.str.strip_prefix(f"{base}id/")
    return pl.when(text.str.starts_with(scheme)).then(code).otherwise(thing).alias(column)
