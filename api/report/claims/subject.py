"""What the report is about: a release may hold more than personalised medicine."""

from __future__ import annotations

import polars as pl

from permed.api.report.claims.claim import Claim

__all__ = ["subject_claim"]

_OPTIONS = "--relevance core --relevance related"


def subject_claim(rows: pl.DataFrame) -> Claim | None:
    """Return the sentence on activities that are not on personalised medicine; None without any.

    rows: role rows with activity and relevance.
    """
    labelled = rows.unique("activity")["relevance"]
    other = int((labelled == "none").sum())
    if not other:
        return None
    ours = int(labelled.is_in(["core", "related"]).sum())
    return Claim(
        "about.subject",
        f"Of its {len(labelled):,} activities {ours:,} {'is' if ours == 1 else 'are'} labelled as "
        f"personalised medicine, and {other:,} as something else; {_OPTIONS} reports on the former "
        "alone.",
        {"labelled": ours, "activities": len(labelled), "else": other},
        coverage=labelled.count() / len(labelled),
    )
