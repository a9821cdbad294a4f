"""Whether a release holds what a person decides about."""

from __future__ import annotations

import polars as pl

from permed.graph.releases.release import Release
from permed.ingest.linking.judgements.nodes import kind_of, scheme_of
from permed.ingest.linking.review.organisations import replacements_of

__all__ = ["absence"]

_TABLES = ("organisations", "persons", "activities", "outputs")


def absence(release: Release, one: str, other: str) -> str | None:
    """Say why a decision on two nodes would have no effect in this release; None if it would."""
    tables = release.all_tables()
    ids = pl.concat(
        [pl.Series([*replacements_of(release)], dtype=pl.String)]
        + [tables[name]["id"] for name in _TABLES if name in tables]
    )
    for node in (one, other):
        if scheme_of(node) is None and kind_of(node) is not None and node not in ids:
            return f"{node} is in no source of release {release.id}"
    identifiers = tables.get("identifiers", pl.DataFrame(schema=dict.fromkeys(("scheme", "value"))))
    stated = identifiers.select(pl.format("{}:{}", "scheme", "value")).to_series()
    if all(scheme_of(node) is not None and node not in stated for node in (one, other)):
        return f"neither identifier is in a source of release {release.id}"
    return None
