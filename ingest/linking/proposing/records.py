"""The organisations that proposals are made for: of a release, or of a build under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Verdict
from permed.ingest.linking.review.organisations import (
    identifiers_of,
    merged_identifiers,
    merged_organisations,
    organisations_of,
)

__all__ = ["OrganisationRecords"]

_TEXTS = {"entity": pl.String, "before": pl.String}


@dataclass(frozen=True)
class OrganisationRecords:
    """Organisations and what sources state of them; nothing that linking itself inferred.

    `every`: id, name, short_name, org_type, country, city, website, vat, sources, as all sources
    tell it; `brought`: the same, as those sources tell it that bring things in (no registries).
    `identifiers`: entity, scheme, value, match (filled).
    """

    every: pl.DataFrame
    brought: pl.DataFrame
    identifiers: pl.DataFrame

    @classmethod
    def of_release(cls, release: Release) -> OrganisationRecords:
        """Return the organisations of a release."""
        brought = organisations_of(release, with_registries=False)
        return cls(organisations_of(release), brought, identifiers_of(release, with_linking=False))

    @classmethod
    def of_sources(cls, sources: Mapping[str, Mapping[str, pl.DataFrame]]) -> OrganisationRecords:
        """Return those of sources that go by one id a thing already, in order of precedence."""
        parts = [(n, t["organisations"]) for n, t in sources.items() if "organisations" in t]
        frames = [t["identifiers"] for t in sources.values() if "identifiers" in t]
        found = merged_organisations(parts)
        return cls(found, found, merged_identifiers(frames))

    def to_match(
        self, effective: EffectiveJudgements, own_subjects: Collection[str]
    ) -> pl.DataFrame:
        """Return those that no source and no person ties to ROR, with `node`, their name in rows.

        A registry ties to ROR whatever the machine matched, so what it matched before, under
        `own_subjects`, is looked at again.
        """
        exact = self.identifiers.filter(pl.col("match") == "exact")
        pics = exact.filter(pl.col("scheme") == "pic")
        single = (
            pics.group_by("entity")
            .agg(pl.col("value"))
            .filter(pl.col("value").list.len() == 1)
            .select("entity", node=pl.lit("pic:") + pl.col("value").list.first())
        )
        before = self._holders(own_subjects).unique("entity", keep="first", maintain_order=True)
        again = pl.col("id").is_in(before["entity"].implode())
        tied = exact.filter(pl.col("scheme") == "ror")["entity"]
        decided = self._holders(_tied_by_people(effective))["entity"]
        return (
            self.brought.filter(pl.col("name").is_not_null())
            .filter(again | ~pl.col("id").is_in(tied.implode()))
            .filter(~pl.col("id").is_in(decided.implode()))
            .join(single, left_on="id", right_on="entity", how="left", maintain_order="left")
            .join(before, left_on="id", right_on="entity", how="left", maintain_order="left")
            .with_columns(node=pl.coalesce("before", "node", "id"))
            .drop("before")
        )

    def _holders(self, nodes: Collection[str]) -> pl.DataFrame:
        """Return entity and node (`before`) of the organisations that go by these nodes."""
        listed = sorted(nodes)
        exact = self.identifiers.filter(pl.col("match") == "exact")
        holders = exact.select("entity", before=pl.format("{}:{}", "scheme", "value"))
        themselves = pl.DataFrame({"entity": listed, "before": listed}, schema_overrides=_TEXTS)
        return pl.concat([holders.filter(pl.col("before").is_in(listed)), themselves]).unique(
            maintain_order=True
        )

    def stated_otherwise(self) -> dict[tuple[str, str], str]:
        """Return (organisation, ROR node) that a source holds to be near, not one -> how near."""
        near = self.identifiers.filter(pl.col("scheme") == "ror", pl.col("match") != "exact")
        rows = near.select("entity", "value", "match").iter_rows()
        return {(entity, f"ror:{value}"): match for entity, value, match in rows}


def _tied_by_people(effective: EffectiveJudgements) -> set[str]:
    """Nodes that a person holds to be one with a ROR record: an organisation has one."""
    same = [said for said in effective.human.values() if said.verdict is Verdict.same]
    return {n for said in same for n, other in _both_ways(said.pair) if other.startswith("ror:")}


def _both_ways(pair: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return pair, (pair[1], pair[0])
