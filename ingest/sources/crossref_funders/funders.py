"""Funder ids and funder names, told of the things that hold one of the ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from permed.graph.identifiers import normalise
from permed.ingest.source import SourceData
from permed.ingest.sources.crossref_funders.files import Funder
from permed.ingest.sources.ror.rows import Rows, language

__all__ = ["Funders"]

_PAGE = "https://doi.org/10.13039/"
_CONFLICT = (
    "the mapping gives this funder id to another organisation than the sources before do:"
    " kept as close match, look which is right"
)


class Funders:
    """What the registry says of the things held; nothing else enters."""

    def __init__(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        self._by_ror = wanted.get("ror", {})
        self._entity = dict(wanted.get("fundref", {}))  # funder id -> thing, grows with the mapping
        self._rows = Rows("crossref_funders")
        self._read = 0

    def map(self, pairs: Iterable[tuple[int, str, str]]) -> None:
        """Take (row, funder id, ROR address) of the mapping; broken ones become issues."""
        for row, funder_text, ror_text in pairs:
            self._read += 1
            funder, ror = normalise("fundref", funder_text), normalise("ror", ror_text)
            if funder is not None and not ror_text.strip():
                why = "the funder has no ROR record: left out"
                self._rows.issue(why, "warning", table="mapping", row=row, value=funder)
            elif funder is None or ror is None:
                bad = funder_text if funder is None else ror_text
                what = "funder id" if funder is None else "ROR address"
                self._rows.issue(f"not a {what}: left out", table="mapping", row=row, value=bad)
            else:
                self._map(row, funder, ror)

    def _map(self, row: int, funder: str, ror: str) -> None:
        known, entity = self._entity.get(funder), self._by_ror.get(ror)
        if entity is None and known is not None:
            self._identifier(known, "ror", ror, funder, row)
        elif entity is not None:
            match = "exact" if known in (None, entity) else "close"
            if match == "close":
                self._rows.issue(_CONFLICT, "warning", table="mapping", row=row, value=funder)
            self._identifier(entity, "fundref", funder, funder, row, match)
            self._entity.setdefault(funder, entity)

    def name(self, funders: Iterable[Funder]) -> None:
        """Take names, and ids that replaced others, of registry records."""
        for record in funders:
            self._read += 1
            funder = normalise("fundref", record.uri)
            if funder is None:
                why = "not a funder address: left out"
                self._rows.issue(why, table="registry", row=record.row, value=record.uri)
            elif (entity := self._entity.get(funder)) is not None:
                self._name(entity, funder, record)

    def _name(self, entity: str, funder: str, record: Funder) -> None:
        """A replaced record is the thing's past if it holds the new id too, else its neighbour."""
        heirs = [heir for uri in record.replaced_by if (heir := normalise("fundref", uri))]
        own = any(self._entity.get(heir) == entity for heir in heirs)
        for heir in heirs if not own else ():
            self._identifier(entity, "fundref", heir, funder, record.row, "close")
        for name, lang, kind in record.names:
            self._rows.add(
                "names",
                entity=entity,
                name=name,
                lang=language(lang),
                kind="former" if own and kind == "label" else kind,
                source_url=_PAGE + funder,
                source_row=record.row,
            )

    def _identifier(
        self, entity: str, scheme: str, value: str, funder: str, row: int, match: str = "exact"
    ) -> None:
        self._rows.add(
            "identifiers",
            entity=entity,
            scheme=scheme,
            value=value,
            match=match,
            source_url=_PAGE + funder,
            source_row=row,
        )

    def data(self) -> SourceData:
        """Return the tables gathered so far."""
        return self._rows.data(self._read)
