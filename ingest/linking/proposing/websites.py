"""What websites say of a match: an organisation's own address against those of registry records."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import polars as pl

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.registry.web_domains import domain_of

__all__ = ["SITE_SCHEMA", "RegistrySites"]

SITE_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "site": pl.String,
    "site_id": pl.String,
    "site_name": pl.String,
}
_FEW: Final = 3  # records of one website; the domain of a ministry or a society says nothing


class RegistrySites:
    """The websites of a registry's records, by registered name."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._domains = [frozenset(d) for d in index.entities["domains"].to_list()]
        self._owners: dict[str, list[int]] = defaultdict(list)
        for row, domains in enumerate(self._domains):
            for domain in domains:
                self._owners[domain].append(row)

    def judge(self, website: str | None, match_id: str | None) -> tuple[str | None, ...]:
        """Return finding, id and name of a row of SITE_SCHEMA.

        Finding: `same` or `shared` (by several records) where the match has that website, `other`
        where only records that have nothing to do with the match do. Id and name: the only record
        with that website, if it is another than the match.
        """
        domain = domain_of(website)
        owners = self._owners.get(domain, []) if domain else []
        if not owners or domain is None:
            return None, None, None
        row = self._index.row_of.get(match_id or "")
        if row is not None and domain in self._domains[row]:
            return ("same" if len(owners) <= _FEW else "shared"), None, None
        only = owners[0] if len(owners) == 1 else None
        named = (None, None) if only is None else self._named(only)
        kin = row is not None and any(self._related(row, owner) for owner in owners)
        return (None if kin or row is None else "other"), *named

    def _named(self, row: int) -> tuple[str, str]:
        return self._index.ids[row], self._index.entities["name"][row]

    def _related(self, one: int, other: int) -> bool:
        index = self._index
        return other in (*index.parents[one], *index.related[one]) or one in index.parents[other]
