"""What the EU gives the partners of projects, told as far as sources say it."""

from __future__ import annotations

import polars as pl

__all__ = ["received_by"]


def received_by(partners: str, projects: pl.DataFrame) -> str:
    """Return the template for what partners receive, and in how many of the projects it is known.

    partners: `its partners`; projects: rows with `project` and `euContribution`, empty where no
    source says it, which is not nought.
    """
    told = projects.drop_nulls("euContribution")["project"].n_unique()
    if not told:
        return f"what the EU gives {partners} no source at hand says"
    part = " in the {n:project where euContribution} of which a source says it"
    whole = told == projects["project"].n_unique()
    return f"{partners} receive {{sum:euContribution}} euro from the EU{'' if whole else part}"
