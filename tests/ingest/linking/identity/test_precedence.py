"""Precedence of sources: one value a column, and one title an output."""

from __future__ import annotations

import polars as pl

from permed.graph.tables.model import empty
from permed.ingest.linking.identity.precedence import by_precedence


def outputs(**values: str) -> dict[str, pl.DataFrame]:
    row = pl.DataFrame([values], schema=dict.fromkeys(values, pl.String))
    return {"outputs": pl.concat([empty("outputs"), row], how="diagonal")}


def test_a_registry_adds_access_to_an_output_and_nothing_else() -> None:
    found = by_precedence({
        "cordis": outputs(id="output/1", kind="article", title="A paper"),
        "openaire": outputs(id="output/1", kind="book", title="A PAPER", access="open", doi="1"),
    })  # fmt: skip
    first, second = (found[s]["outputs"].to_dicts()[0] for s in ("cordis", "openaire"))
    assert (first["kind"], first["title"], first["access"]) == ("article", "A paper", None)
    assert (second["kind"], second["title"]) == ("article", "A paper")
    assert (second["access"], second["doi"]) == ("open", "1")
