"""What waits for a person: doubtful matches, and things of one release with one identifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Judgement
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of
from permed.ingest.linking.registry.ror_dump import Registry
from permed.ingest.linking.review.organisations import (
    identifiers_of,
    names_of,
    organisations_of,
    replacements_of,
)

__all__ = ["Profiles", "ReviewPair", "candidates", "why_without_effect"]

_IDENTIFYING = ("ror", "pic", "wikidata", "isni", "fundref", "grid")
_JUDGED_TABLES = ("organisations", "persons", "activities", "outputs")
_SHOWN = 4  # further names of a candidate that help to decide


@dataclass(frozen=True)
class ReviewPair:
    """Two nodes that may be one thing, how sure the machine was (0 to 1), and why it asks."""

    subject: str
    object: str
    confidence: float | None
    why: str
    subject_label: str = ""
    object_label: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two nodes in one order."""
        one, other = sorted((self.subject, self.object))
        return one, other


def candidates(effective: EffectiveJudgements, release: Release | None) -> list[ReviewPair]:
    """Return what no person has decided: duplicates of the release first, then by confidence."""
    doubtful = [_of(judgement) for judgement in effective.candidates]
    shared = []
    if release is not None:
        shared = _shared_identifier(release)
        thing = _things(release)
        doubtful = [c for c in doubtful if thing(c.subject) != thing(c.object)]
    unique = {c.pair: c for c in [*doubtful, *shared] if c.pair not in effective.human}
    return sorted(unique.values(), key=lambda c: (-(c.confidence or 1.0), c.pair))


def _things(release: Release) -> Callable[[str], str]:
    """Return a look-up: node -> id of the thing that it stands for in the release."""
    exact = identifiers_of(release).filter(pl.col("match") == "exact")
    nodes = exact.select(pl.format("{}:{}", "scheme", "value"), "entity")
    things = {**dict(nodes.iter_rows()), **replacements_of(release)}
    return lambda node: things.get(node, node)


def _of(judgement: Judgement) -> ReviewPair:
    return ReviewPair(
        judgement.subject,
        judgement.object,
        judgement.confidence,
        judgement.comment,
        judgement.subject_label,
        judgement.object_label,
    )


def _shared_identifier(release: Release) -> list[ReviewPair]:
    """Things that carry one identifier and were not merged, since only a machine said so."""
    shared = (
        identifiers_of(release)
        .filter(pl.col("scheme").is_in(_IDENTIFYING), pl.col("match") != "related")
        .group_by("scheme", "value")
        .agg(pl.col("entity").unique().sort(), certain=(pl.col("match") == "exact").any())
        .filter(pl.col("entity").list.len() > 1, pl.col("certain"))
        .sort("scheme", "value")
    )
    return [
        ReviewPair(one, other, None, f"both match {scheme}:{value}")
        for scheme, value, entities, _ in shared.iter_rows()
        for one, other in combinations(entities, 2)
    ]


def why_without_effect(release: Release, one: str, other: str) -> str | None:
    """Say why a decision on two nodes would have no effect in this release; None if it would."""
    tables = release.all_tables()
    ids = pl.concat(
        [pl.Series([*replacements_of(release)], dtype=pl.String)]
        + [tables[name]["id"] for name in _JUDGED_TABLES if name in tables]
    )
    for node in (one, other):
        if scheme_of(node) is None and kind_of(node) is not None and node not in ids:
            return f"{node} is in no source of release {release.id}"
    identifiers = tables.get("identifiers", pl.DataFrame(schema=dict.fromkeys(("scheme", "value"))))
    stated = identifiers.select(pl.format("{}:{}", "scheme", "value")).to_series()
    if all(scheme_of(node) is not None and node not in stated for node in (one, other)):
        return f"neither identifier is in a source of release {release.id}"
    return None


class Profiles:
    """What is known of a node, for people to compare."""

    def __init__(self, release: Release | None, registry: Registry | None = None) -> None:
        self._rows: dict[str, dict[str, str]] = {}
        self._ids: dict[str, str] = {}
        if release is not None:
            self._read_release(release)
        if registry is not None:
            self._read_registry(registry)

    def of(self, node: str) -> dict[str, str]:
        """Return label -> text; empty where neither the release nor the registry knows it."""
        return self._rows.get(self._ids.get(node, node), {})

    def id_of(self, node: str) -> str:
        """Return the id of the thing that goes by an identifier, the node itself for none."""
        return self._ids.get(node, node)

    def _read_release(self, release: Release) -> None:
        names = _joined(names_of(release), "entity", "name")
        identifiers = identifiers_of(release)
        numbers = pl.format("{}:{}", "scheme", "value")
        listed = _joined(identifiers.with_columns(number=numbers), "entity", "number")
        for row in organisations_of(release).iter_rows(named=True):
            self._rows[row["id"]] = {
                "name": row["name"] or "",
                "short name": row["short_name"] or "",
                "other names": names.get(row["id"], ""),
                "kind": row["org_type"] or "",
                "place": ", ".join(filter(None, (row["city"], row["country"]))),
                "website": row["website"] or "",
                "identifiers": listed.get(row["id"], ""),
                "sources": ", ".join(row["sources"]),
            }
        exact = identifiers.filter(pl.col("match") == "exact")
        for entity, scheme, value, _ in exact.iter_rows():
            self._ids.setdefault(f"{scheme}:{value}", entity)

    def _read_registry(self, registry: Registry) -> None:
        names = _joined(registry.names, "id", "value")
        numbers = pl.format("{}:{}", "scheme", "value")
        listed = _joined(registry.identifiers.with_columns(number=numbers), "id", "number")
        for row in registry.organisations.iter_rows(named=True):
            node = "ror:" + row["id"].rpartition("/")[2]
            self._ids.pop(node, None)  # the registry's own record says more
            self._rows[node] = {
                "name": row["name"] or "",
                "other names": names.get(row["id"], ""),
                "kind": ", ".join(row["types"]),
                "place": ", ".join(filter(None, (row["city"], row["country"]))),
                "website": " ".join(row["websites"]),
                "identifiers": listed.get(row["id"], ""),
                "sources": f"ROR, {row['status']}",
            }


def _joined(frame: pl.DataFrame, key: str, value: str) -> dict[str, str]:
    """Return key -> its first distinct values, joined."""
    few = pl.col(value).drop_nulls().unique(maintain_order=True).head(_SHOWN).str.join(" | ")
    return dict(frame.group_by(key).agg(few).iter_rows())
