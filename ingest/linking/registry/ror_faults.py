"""Records of a ROR dump that lack what everything else counts on: left out and told, not fatal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from permed.graph.tables.issues import Severity
from permed.ingest.linking.registry.ror_layouts import RegistryRecord

__all__ = ["PAGE", "Fault", "UnusableRecord", "sound"]

PAGE = "https://ror.org/"
_YEARS = range(1, 10_000)


class UnusableRecord(Exception):  # noqa: N818  (a state of a record; becomes a fault)
    """The record cannot be used at all; the message says why."""


@dataclass(frozen=True)
class Fault:
    """What was left out: number of the record (first is 1), its id where it has one, and why.

    `warning`: the whole record, which the registry has yet to finish; `dropped`: values of it.
    """

    row: int
    id: str | None
    reason: str
    severity: Severity


def sound(record: RegistryRecord) -> tuple[RegistryRecord, bool]:
    """Return a record without the values that are empty or of another kind, and if any were.

    Raises UnusableRecord where it has no id, name or status.
    """
    if not _is_page(record["id"]):
        raise UnusableRecord(f"its id is no address that begins with {PAGE}")
    if not _is_text(record["status"]):
        raise UnusableRecord("its status is empty or no text")
    good = RegistryRecord(
        id=record["id"],
        status=record["status"],
        established=record["established"] if _is_year(record["established"]) else None,
        created=record["created"] if _is_year(record["created"]) else None,
        types=list(filter(_is_text, record["types"])),
        names=[n for n in record["names"] if _is_text(n[0]) and _may_be_text(n[1])],
        places=[p for p in record["places"] if all(map(_may_be_text, p))],
        relations=[r for r in record["relations"] if _is_text(r[0]) and _is_page(r[1])],
        identifiers=[i for i in record["identifiers"] if _is_text(i[1])],
        domains=list(filter(_is_text, record["domains"])),
        websites=list(filter(_is_text, record["websites"])),
    )
    if not good["names"]:
        raise UnusableRecord("it has no name")
    return good, good != record


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _may_be_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_page(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(PAGE)


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and value in _YEARS
