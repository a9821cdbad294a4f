"""Which column of a stranger's table holds what: by the names that such columns usually bear."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = [
    "USUAL", "Columns", "column", "is_heading", "is_matrix", "is_membership", "is_two_mode",
]  # fmt: skip

# meaning -> usual names, the surest first: an identifier tells namesakes apart, a name does not
USUAL: Final[dict[str, tuple[str, ...]]] = {
    "agent": ("organisationid", "organizationid", "orgid", "neworgid", "pic", "participantpic",
              "ror", "rorid", "organisation", "organization", "org", "participant", "partner",
              "beneficiary", "institution", "member", "name"),
    "agent label": ("name", "organisationname", "organizationname", "legalname", "organisation",
                    "organization", "participant", "partner", "beneficiary", "institution",
                    "member", "shortname"),
    "activity": ("projectid", "grantagreementid", "projectreference", "projectrcn", "project",
                 "activity", "grant", "call", "consortium", "event", "award", "reference", "rcn"),
    "activity label": ("projectacronym", "acronym", "title"),
    "country": ("country", "countrycode", "iso2", "land", "nation"),
    "source": ("source", "from", "fromnodeid", "fromid", "node1", "id1", "a"),
    "target": ("target", "to", "tonodeid", "toid", "node2", "id2", "b"),
    "source label": ("sourcelabel", "fromlabel"),
    "target label": ("targetlabel", "tolabel"),
    "weight": ("weight", "value", "strength", "n", "count", "gewicht", "poids", "peso"),
    "start": ("start", "startdate", "begin", "begindate", "since", "year"),
    "end": ("end", "enddate", "until"),
    "id": ("id", "nodeid", "node", "key", "organisationid", "organizationid", "pic"),
    "label": ("label", "name", "organisationname", "organizationname", "legalname", "title"),
    "type": ("type", "kind", "category"),
    "region": ("region", "nuts", "nutscode"),
}  # fmt: skip
Columns = list[str]


def column(header: Columns, meaning: str, said: str | None = None) -> str | None:
    """Return the column with a meaning (`USUAL`), or None; case, spaces and `_` do not matter.

    said: a name that the user gave; it is returned as it is.
    """
    if said is not None:
        return said
    plain = {_plain(name): name for name in reversed(header)}
    return next((plain[usual] for usual in USUAL[meaning] if usual in plain), None)


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "").replace(" ", "").replace("-", "")


def is_heading(header: Columns, body: pl.DataFrame) -> bool:
    """Whether the first row of a table of ties names its columns, and is no tie itself.

    It is none where no name is a usual one and a value of it stands below, or a number stands
    above numbers.
    """
    if any(column([name], meaning) for name in header for meaning in USUAL):
        return True
    if body.is_empty():
        return True
    below = pl.concat([body[name].cast(pl.String) for name in body.columns[:2]])
    known = set(below.drop_nulls())
    if any(name in known for name in header[:2]):
        return False
    return not any(_number(name) and _numbers(body[name]) for name in header)


def _number(text: str) -> bool:
    return pl.Series([text]).cast(pl.Float64, strict=False).is_not_null().all()


def _numbers(column: pl.Series) -> bool:
    return bool(column.cast(pl.Float64, strict=False).is_not_null().all())


def is_membership(table: pl.DataFrame) -> bool:
    """Whether a table says who is in what, and not who is linked with whom.

    It does where it has columns for an organisation and for a project.
    """
    return None not in (column(table.columns, "agent"), column(table.columns, "activity"))


def is_matrix(table: pl.DataFrame) -> bool:
    """Whether a table has a row and a column for each node: the first column names the others."""
    named = table[:, 0].drop_nulls().to_list()
    return len(named) > 1 and sorted(named) == sorted(name.strip() for name in table.columns[1:])


def is_two_mode(one: pl.Series, other: pl.Series) -> bool:
    """Whether the ends of an edge list are of two kinds, such as people and events.

    They are where no value stands in both columns, and values stand several times in each.
    """
    common = one.is_in(other.drop_nulls().unique().implode()).any()
    several = all(side.drop_nulls().is_duplicated().any() for side in (one, other))
    return several and not common
