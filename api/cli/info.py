"""`permed info`: what is in the release."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson, ConfigFile, Home, WhichRelease, release_of
from permed.api.cli.common.output import print_json, remark, show
from permed.graph.releases.release import Release
from permed.ontology import shorten

__all__ = ["info_command"]


def info_command(
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
    issues: Annotated[
        bool, typer.Option("--issues", help="Every issue with source, row and value, as CSV.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Counts by class, source and evidence; licence; date; issues."""
    chosen = release_of(config, home, release)
    if issues:
        show(chosen.issues, "json" if as_json else "csv")
        return
    summary = summarise(chosen)
    if as_json:
        print_json(summary)
        return
    receipt = chosen.receipt
    remark(f"{chosen.id}  built {receipt['built'][:16]}  {chosen.path}", "bold")
    show(pl.DataFrame(summary["sources"]), "table", title="Sources")
    show(pl.DataFrame(summary["classes"]), "table", title="Things by class")
    show(pl.DataFrame(summary["evidence"]), "table", title="Rows by evidence")
    title = "Issues (each with its row: permed info --issues)"
    show(pl.DataFrame(summary["issues"]), "table", title=title)


def summarise(release: Release) -> dict[str, list[dict[str, object]]]:
    """Return the facts about a release as lists of flat rows."""
    receipt = release.receipt
    counts = receipt["counts"]
    issues = release.issues.group_by("source", "severity", "reason").len("rows")
    return {
        "release": [{"id": release.id, "built": receipt["built"], "triples": counts["triples"]}],
        "sources": [
            {"source": name, "triples": s["triples"], "licence": s["licence"], "title": s["title"]}
            for name, s in receipt["sources"].items()
        ],
        "classes": [{"class": shorten(c), "things": n} for c, n in counts["classes"].items()],
        "evidence": [{"evidence": e, "rows": n} for e, n in counts["evidence"].items()],
        "issues": issues.sort("source", "severity", "reason").to_dicts(),
        "rows": [
            {"source": name, "table": table, "rows": n}
            for name, s in receipt["sources"].items()
            for table, n in s["rows"].items()
        ],
    }
