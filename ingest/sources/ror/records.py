"""Which records of the registry the graph needs, and the rows they become.

Status words (https://ror.readme.io/docs/status): a `withdrawn` record was made in error, mostly
twice, and stands for its one successor from then on; an `inactive` one was a real organisation
that ended, and is continued by its successors.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.chains import end
from permed.graph.identifiers import normalise
from permed.ingest.linking.registry.ror_dump import Registry
from permed.ingest.source import SourceData, read_info
from permed.ingest.sources.ror.rows import Rows, language

__all__ = ["RorRecords"]

_SETTINGS = read_info(Path(__file__).parent / "source.yml").extra
_SCHEMES: list[str] = _SETTINGS["schemes"]
_KINDS: dict[str, str] = _SETTINGS["organisation_types"]
_PAGE = "https://ror.org/"
Pairs = dict[str, list[tuple[str, str]]]


class RorRecords:
    """The registry by short id (`04bwf3e34`), with withdrawn records behind their successors."""

    def __init__(self, registry: Registry) -> None:
        self.height = registry.organisations.height
        self._status = _by_id(registry.organisations, "status")
        self._registry = registry
        self._related = _pairs(registry.relations, "type", "target")
        self._successor = self._stand_ins()

    def _stand_ins(self) -> dict[str, str]:
        """Withdrawn id -> the record that stands for it; two successors stand for nothing."""
        step = {}
        for key, status in self._status.items():
            heirs = self._heirs(key) if status == "withdrawn" else set()
            if len(heirs) == 1:
                step[key] = heirs.pop()
        ends = {key: end(key, step) for key in step}
        living = {key for key, status in self._status.items() if status != "withdrawn"}
        return {key: last for key, last in ends.items() if last in living}

    def _heirs(self, key: str) -> set[str]:
        return {short(t) for kind, t in self._related.get(key, ()) if kind == "successor"}

    def needed(self, wanted: Mapping[str, Iterable[str]], asked: Iterable[str]) -> set[str]:
        """Ids of records found by wanted identifiers or asked for, their parents and successors."""
        found = {*asked, *wanted.get("ror", ())} & self._status.keys()
        for scheme in _SCHEMES:
            values = set(wanted.get(scheme, ()))
            held = self._registry.identifiers.filter(pl.col("scheme") == scheme) if values else ()
            found |= {short(r[0]) for r in _iter(held) if normalise(scheme, r[2]) in values}
        return self._with_kin({self._successor.get(key, key) for key in found})

    def missing(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that the registry does not have."""
        told = {short(fault.id) for fault in self._registry.faults if fault.id}
        return {*ids} - self._status.keys() - told

    def _with_kin(self, keys: set[str]) -> set[str]:
        """Add parents and successors, theirs too; the seen set ends cycles."""
        found, todo = set[str](), sorted(keys)
        while todo:
            key = todo.pop()
            if key in found or key not in self._status:
                continue
            found.add(key)
            kin = [t for k, t in self._related.get(key, ()) if k in ("parent", "successor")]
            todo += [self._successor.get(short(t), short(t)) for t in kin]
        return found

    def tables(self, needed: set[str], missing: Iterable[str], day: str | None) -> SourceData:
        """Record tables of the needed records; `day` is the day of the dump.

        `missing` are ids that somebody holds and the dump lacks; each becomes a warning.
        """
        rows = Rows("ror", seen=day)
        for key in sorted(missing):
            why = "the dump has no such record: correct the id, or read a newer dump"
            rows.issue(why, "warning", table="identifiers", field="value", value=key)
        for fault in self._registry.faults:
            rows.issue(
                f"record {fault.row}: {fault.reason}",
                fault.severity,
                table="organisations",
                row=fault.row,
                field="id",
                value=fault.id,
            )
        behind = defaultdict(list)
        for old, new in self._successor.items():
            behind[new].append(old)
        members = {key: [key, *sorted(behind[key])] for key in sorted(needed)}
        full = [_PAGE + key for keys in members.values() for key in keys]
        part = self._part(full)
        organisations = {short(r["id"]): r for r in part.organisations.iter_rows(named=True)}
        for key in members:
            self._organisation(rows, key, organisations[key])
        _names(rows, part.names, members, organisations)
        _identifiers(rows, part.identifiers, members)
        self._relations(rows, members)
        return rows.data(self.height)

    def _part(self, full: list[str]) -> Registry:
        mine = pl.col("id").is_in(full)
        registry = self._registry
        return Registry(
            registry.organisations.filter(mine),
            registry.names.filter(mine),
            registry.relations.filter(mine),
            registry.identifiers.filter(mine),
        )

    def _organisation(self, rows: Rows, key: str, record: Mapping[str, Any]) -> None:
        page, entity = _PAGE + key, thing(key)
        first = next(iter(record["websites"]), None)
        kind = next((code for name, code in _KINDS.items() if name in record["types"]), None)
        country = record["country"]
        rows.add(
            "organisations",
            id=entity,
            name=record["name"],
            org_type=kind,
            country=f"country/{country}" if country else None,
            city=record["city"],
            website=first,
            source_url=page,
        )
        for url in record["websites"][1:]:
            rows.add("links", entity=entity, url=url, source_url=page)
        if record["status"] == "withdrawn":
            why = "withdrawn from the registry without one successor: look for the right record"
            rows.issue(why, "warning", table="organisations", field="id", value=page)

    def _relations(self, rows: Rows, members: Mapping[str, list[str]]) -> None:
        for key in members:
            for kind, target in self._related.get(key, ()):
                other = self._successor.get(short(target), short(target))
                if other in members and other != key:
                    _relation(rows, kind, key, other)


def _relation(rows: Rows, kind: str, one: str, other: str) -> None:
    """Write a relation from the child, or from the older organisation, whoever tells it."""
    told = {
        "parent": (one, "parent-organisation", other),
        "child": (other, "parent-organisation", one),
        "successor": (one, "continued-by", other),
        "predecessor": (other, "continued-by", one),
    }.get(kind)
    if told:
        subject, predicate, target = told
        rows.add(
            "relations",
            subject=thing(subject),
            predicate=predicate,
            object=thing(target),
            source_url=_PAGE + subject,
        )


def _names(
    rows: Rows,
    names: pl.DataFrame,
    members: Mapping[str, list[str]],
    organisations: Mapping[str, Mapping[str, Any]],
) -> None:
    """Every name in every language; those of withdrawn records become former names."""
    told = defaultdict(list)
    for key, value, lang, types in names.select("id", "value", "lang", "types").iter_rows():
        told[short(key)].append((value, language(lang), types))
    for key, keys in members.items():
        chosen = organisations[key]["name"]
        own = {value for value, _, _ in told[key]}
        for said in keys:
            for value, lang, types in told[said]:
                if said == key and (value != chosen or lang):
                    _name(rows, key, said, value, lang, _kind(types))
                elif said != key and value not in own:
                    _name(rows, key, said, value, lang, "former")


def _name(rows: Rows, key: str, said: str, value: str, lang: str | None, kind: str) -> None:
    rows.add("names", entity=thing(key), name=value, lang=lang, kind=kind, source_url=_PAGE + said)


def _kind(types: list[str]) -> str:
    return next((kind for kind in ("acronym", "alias") if kind in types), "label")


def _identifiers(rows: Rows, identifiers: pl.DataFrame, members: Mapping[str, list[str]]) -> None:
    """Exact, unless two organisations claim the same value: such a value tells nobody apart."""
    at = {said: key for key, keys in members.items() for said in keys}
    told: dict[tuple[str, str, str], str] = {}
    for key, keys in members.items():
        told.update({(key, "ror", said): said for said in keys})
    for page, scheme, text in identifiers.iter_rows():
        if scheme not in _SCHEMES:
            continue
        value = normalise(scheme, text)
        if value is None:
            why = f"not a valid identifier of scheme {scheme}: correct it in the registry"
            rows.issue(why, "dropped", table="identifiers", field=short(page), value=text)
        else:
            told.setdefault((at[short(page)], scheme, value), short(page))
    claims = Counter((scheme, value) for _, scheme, value in told)
    for (key, scheme, value), said in told.items():
        rows.add(
            "identifiers",
            entity=thing(key),
            scheme=scheme,
            value=value,
            match="exact" if claims[scheme, value] == 1 else "close",
            source_url=_PAGE + said,
        )


def thing(key: str) -> str:
    """Return the id that a record has in the tables."""
    return f"organisation/ror-{key}"


def short(page: str) -> str:
    """Return the id without its address."""
    return page.rpartition("/")[2]


def _by_id(frame: pl.DataFrame, column: str) -> dict[str, str]:
    return {short(key): value for key, value in frame.select("id", column).iter_rows()}


def _pairs(frame: pl.DataFrame, *columns: str) -> Pairs:
    found: Pairs = defaultdict(list)
    for key, one, other in frame.select("id", *columns).iter_rows():
        found[short(key)].append((one, other))
    return found


def _iter(frame: pl.DataFrame | tuple[()]) -> Iterable[tuple[Any, ...]]:
    return frame.iter_rows() if isinstance(frame, pl.DataFrame) else ()
