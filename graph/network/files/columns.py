"""Which column of a stranger's table holds what: by the names that such columns usually bear."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["USUAL", "Columns", "column", "is_membership"]

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "agent": ("organisation", "organization", "org", "participant", "partner", "beneficiary",
              "institution", "member", "name", "organisationid", "organizationid"),
    "activity": ("project", "activity", "grant", "call", "consortium", "projectid", "project_id",
                 "event", "award"),
    "country": ("country", "country_code", "countrycode", "iso2", "land", "nation"),
    "source": ("source", "from", "node1", "a"),
    "target": ("target", "to", "node2", "b"),
    "weight": ("weight", "value", "strength", "n", "count"),
}  # fmt: skip
Columns = list[str]


def column(header: Columns, meaning: str, said: str | None = None) -> str | None:
    """Return the column with a meaning (`USUAL`), or None; case, spaces and `_` do not matter.

    said: a name that the user gave; it is returned as it is.
    """
    if said is not None:
        return said
    plain = {_plain(name): name for name in reversed(header)}
    found = [plain[_plain(usual)] for usual in USUAL[meaning] if _plain(usual) in plain]
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "").replace(" ", "")


def is_membership(table: pl.DataFrame) -> bool:
    """Whether a table says who is in what, and not who is linked with whom.

    It does where it has columns for an organisation and for a project.
    """
    return None not in (column(table.columns, "agent"), column(table.columns, "activity"))
